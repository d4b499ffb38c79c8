/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "bpf_rlimit.h": including it raises RLIMIT_MEMLOCK before main() runs.
 *
 * Kernels before 5.11 count maps and programs as locked memory. The limit is raised as far as
 * the process may; that it cannot be is no reason to stop, so there is at most a line on
 * stderr, and none where the kernel does not count (see <sys/resource.h>).
 */
#ifndef BPF_LOAD_BPF_RLIMIT_H
#define BPF_LOAD_BPF_RLIMIT_H

#include <sys/resource.h>
#include <stdio.h>

static __attribute__((constructor)) void bpf_rlimit_ctor(void)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	if (!setrlimit(RLIMIT_MEMLOCK, &limit))
		return;
	perror("bpf_rlimit.h: cannot lift RLIMIT_MEMLOCK; large maps may fail with EPERM");
	/* The next best thing that needs no privilege: all of what is allowed already. */
	if (!getrlimit(RLIMIT_MEMLOCK, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_MEMLOCK, &limit);
	}
}

#endif
