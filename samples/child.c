// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * child: a process that repeats a step. See child.h.
 */
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* ^C is for the parent. The parent may have died before it could be said what then is to be. */
static bool prepare(const struct sample_run *run, struct cgroup *cgroup, pid_t parent)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return getppid() == parent && cgroup_join(cgroup, run, 0);
}

bool child_start(struct child *child, const struct sample_run *run, struct cgroup *cgroup,
		 double per_second, void (*step)(void *ctx), void *ctx)
{
	const pid_t parent = getpid();

	child->pid = fork();
	if (!child->pid) {
		if (!prepare(run, cgroup, parent))
			_exit(EXIT_FAILURE);
		for (;; poll(NULL, 0, (int)(1000 / per_second)))
			step(ctx);
	}
	if (child->pid > 0)
		return true;
	child->pid = 0;
	sample_fail(run, "cannot start a process: %s", strerror(errno));
	return false;
}

void child_stop(struct child *child)
{
	if (!child->pid)
		return;
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	child->pid = 0;
}
