/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * stub: bpf(2) answered inside the process, at once, with descriptors that do not exist.
 *
 * Linking stub.c with -rdynamic puts its syscall() and close() in front of libc's, also for
 * libbpf in its shared library. Other system calls go through, so the object's file is really
 * opened and read. What remains is the user-space share of a load, and it needs no privileges.
 */
#ifndef BENCH_STUB_H
#define BENCH_STUB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What was asked for since stub_reset(). Programs of two instructions are not counted: libbpf
 * loads such a one in each load to see whether it may.
 */
struct stub_counts {
	size_t maps, programs, insns, btfs;
};

void stub_reset(void);
struct stub_counts stub_counted(void);

#endif
