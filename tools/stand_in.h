/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * stand_in: bpf(2) answered inside the process, so that a load can be watched that never happens.
 *
 * libbpf calls syscall(2) by its symbol in libc; the program's own symbol of that name comes
 * first. While a stand-in is set, it answers every bpf(2), and what a load does besides to the
 * file system (mkdir, rmdir, unlink, mount for pins) succeeds without being done. Otherwise all of
 * them do what libc's do. One thread.
 */
#ifndef BPFLOAD_STAND_IN_H
#define BPFLOAD_STAND_IN_H

#include <linux/bpf.h>

/*
 * `attr` is a copy, what lies behind the caller's `size` is zero. Returns what the kernel would:
 * 0 or more, or -errno.
 */
typedef long (*stand_in_fn)(void *ctx, int command, const union bpf_attr *attr,
			    unsigned int size);

/* NULL: the kernel answers again. */
void stand_in_set(stand_in_fn answer, void *ctx);

#endif
