/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "perf-sys.h": sys_perf_event_open(), the system call that the C library does not wrap.
 *
 * The kernel tree's header of that name lies in tools/perf, and up to 5.1 the function in it
 * called into perf's own test code: programs built elsewhere did not link, for want of
 * test_attr__enabled. Nothing here needs more than the C library. Thread-safe.
 */
#ifndef BPF_LOAD_PERF_SYS_H
#define BPF_LOAD_PERF_SYS_H

#include <unistd.h>
#include <sys/types.h>
#include <sys/syscall.h>
#include <linux/types.h>
#include <linux/perf_event.h>

/* In 5.x the kernel tree's compiler.h came along, and programs use these three of it. */
#ifndef __packed
#define __packed __attribute__((__packed__))
#endif
#ifndef __maybe_unused
#define __maybe_unused __attribute__((__unused__))
#endif
#ifndef __fallthrough
#define __fallthrough __attribute__((__fallthrough__))
#endif

/*
 * @pid, @cpu, @group_fd and @flags are those of perf_event_open(2). Returns an fd that the
 * caller closes, or -1 with errno set.
 */
static inline int sys_perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu,
				      int group_fd, unsigned long flags)
{
	return (int)syscall(__NR_perf_event_open, attr, pid, cpu, group_fd, flags);
}

#endif
