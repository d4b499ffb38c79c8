/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * child: the sample's own program once more, as a process of its own, for samples that show what
 * outlives a process and what does not.
 *
 * A child is in a process group of its own, so that ^C reaches only the parent; it gets SIGTERM
 * when the parent dies. Its stderr is the parent's, its stdout a pipe to the parent.
 */
#ifndef SAMPLES_CHILD_H
#define SAMPLES_CHILD_H

#include "sample.h"

struct child {
	pid_t pid; /* 0: there is none */
	int out;   /* what it writes to stdout */
};

/*
 * Finds the program's own path. To be called before the process gets other mounts, which leave
 * /proc/self/exe without the part above its file system. False after a message.
 */
bool child_prepare(const struct sample_run *run);

/*
 * Starts it with those arguments, which end with NULL and begin with the program's name, and waits
 * for the first line of its stdout, ten seconds at most, also if a signal comes meanwhile. False
 * after a message, of ours or of its own; then it is gone.
 */
bool child_start(struct child *child, const struct sample_run *run, char *const *arguments);

/*
 * Keep sample_watch() looking at .out with this as `ready` and the child as `ctx`: it reads away
 * what comes, and gives up when the child has ended by itself.
 */
int child_listen(void *child);

/* Ends it by SIGTERM, and waits until it is gone. Fine for a child that is all zero or stopped. */
void child_stop(struct child *child);

#endif
