// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * worker: a thread that repeats a step. See worker.h.
 */
#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* Sleeps one period. True when it is time to end. */
static bool told_to_stop(const struct worker *worker)
{
	struct pollfd fd = {.fd = worker->stop_fd, .events = POLLIN};
	const double period = worker->per_second > 0 ? 1 / worker->per_second : 0;
	struct timespec time = {.tv_sec = (time_t)period};

	time.tv_nsec = (long)((period - (double)time.tv_sec) * 1e9);
	return ppoll(&fd, 1, &time, NULL) > 0;
}

static void *work(void *arg)
{
	struct worker *worker = arg;

	while (!told_to_stop(worker))
		worker->step(worker->ctx);
	return NULL;
}

static int start_thread(struct worker *worker)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&worker->thread, NULL, work, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

int worker_start(struct worker *worker, double per_second, void (*step)(void *ctx), void *ctx)
{
	int err;

	*worker = (struct worker){.step = step, .ctx = ctx, .per_second = per_second};
	worker->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (worker->stop_fd < 0)
		return -errno;
	err = start_thread(worker);
	worker->running = !err;
	if (err)
		close(worker->stop_fd);
	return err;
}

void worker_stop(struct worker *worker)
{
	if (!worker->running)
		return;
	eventfd_write(worker->stop_fd, 1);
	pthread_join(worker->thread, NULL);
	close(worker->stop_fd);
	worker->running = false;
}
