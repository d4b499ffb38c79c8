/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * twin: the sample's own program once more, as a process of its own, for samples that show what
 * outlives a process and what does not.
 *
 * A twin is in a process group of its own, so that ^C reaches only the parent; it gets SIGTERM
 * when the parent dies. Its stderr is the parent's, its stdout a pipe to the parent.
 */
#ifndef SAMPLES_TWIN_H
#define SAMPLES_TWIN_H

#include "sample.h"

struct twin {
	pid_t pid; /* 0: there is none */
	int out;   /* what it writes to stdout */
};

/*
 * Finds the program's own path. To be called before the process gets other mounts, which leave
 * /proc/self/exe without the part above its file system. False after a message.
 */
bool twin_prepare(const struct sample_run *run);

/*
 * Starts it with those arguments, which end with NULL and begin with the program's name, and waits
 * for the first line of its stdout, ten seconds at most, also if a signal comes meanwhile. False
 * after a message, of ours or of its own; then it is gone.
 */
bool twin_start(struct twin *twin, const struct sample_run *run, char *const *arguments);

/*
 * Keep sample_watch() looking at .out with this as `ready` and the twin as `ctx`: it reads away
 * what comes, and gives up when the twin has ended by itself.
 */
int twin_listen(void *twin);

/* Ends it by SIGTERM, and waits until it is gone. Fine for a twin that is all zero or stopped. */
void twin_stop(struct twin *twin);

#endif
