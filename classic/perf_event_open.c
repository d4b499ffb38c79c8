/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * perf_event_open() of samples/bpf/libbpf.h, 4.1-4.9. Contract: "libbpf.h".
 *
 * A file of its own, so that a program with a function of this name keeps its own.
 */
#include "libbpf.h"
#include "perf-sys.h"

int perf_event_open(struct perf_event_attr *attr, int pid, int cpu, int group_fd,
		    unsigned long flags)
{
	return sys_perf_event_open(attr, pid, cpu, group_fd, flags);
}
