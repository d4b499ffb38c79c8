/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * child: a process in a cgroup that does one small thing again and again. A thread would not do:
 * cgroups have processes.
 *
 * Rules: start children before threads. A child joins its cgroup before its first step, so what
 * it opens belongs there. It takes no signals but SIGKILL, and gets that when its parent dies,
 * however that comes.
 */
#ifndef SAMPLES_CHILD_H
#define SAMPLES_CHILD_H

#include "cgroup.h"
#include "sample.h"

struct child {
	pid_t pid; /* 0: there is none */
};

/*
 * Starts a process that calls step(ctx) about `per_second` times a second. It has a copy of all
 * memory; what parent and child are to share must be mapped so. False after a message.
 */
bool child_start(struct child *child, const struct sample_run *run, struct cgroup *cgroup,
		 double per_second, void (*step)(void *ctx), void *ctx);

/* Returns when it is gone. Fine for a child that is all zero or stopped. */
void child_stop(struct child *child);

#endif
