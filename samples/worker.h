/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * worker: a thread that does one small thing again and again, so that a sample has something to
 * show while its own thread waits and reports.
 *
 * Rules: the thread takes no signals, those are for the sample's own. It lives until
 * worker_stop() or the end of the process, whichever way that comes. A thread starts in the
 * network namespace and on the CPUs that its creator has at that moment.
 */
#ifndef SAMPLES_WORKER_H
#define SAMPLES_WORKER_H

#include <pthread.h>
#include <stdbool.h>

struct worker {
	void (*step)(void *ctx);
	void *ctx;
	double per_second;
	int stop_fd; /* readable: time to end */
	pthread_t thread;
	bool running;
};

/*
 * Starts a thread that calls step(ctx) about `per_second` times a second; 0: without a pause.
 * `worker` must stay where it is until it is stopped. Returns 0 or -errno.
 */
int worker_start(struct worker *worker, double per_second, void (*step)(void *ctx), void *ctx);

/* Returns when the last step is over. Fine for a worker that is all zero or stopped. */
void worker_stop(struct worker *worker);

#endif
