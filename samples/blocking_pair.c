// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * blocking_pair: see blocking_pair.h.
 *
 * read() and write() of the C library have no frame of their own: their caller's caller is what
 * tracers see next. So the two functions with telling names do not call them themselves.
 */
#include "blocking_pair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "worker.h"

static struct worker waiting, waking;
static int ends[2] = {-1, -1};

/*
 * Results pass through here: a call whose result is thrown away, or handed on as it is, may become
 * a jump, which leaves no frame.
 */
static _Thread_local volatile bool done;

__attribute__((noinline)) static bool read_byte(int fd)
{
	char byte;

	done = read(fd, &byte, 1) == 1;
	return done;
}

__attribute__((noinline)) static bool write_byte(int fd)
{
	done = write(fd, "", 1) == 1;
	return done;
}

__attribute__((noinline)) static bool wait_for_partner(void)
{
	return !read_byte(ends[0]);
}

__attribute__((noinline)) static bool wake_partner(void)
{
	return !write_byte(ends[1]);
}

/* Until the other end is closed. */
static void wait_always(void *ctx)
{
	(void)ctx;
	prctl(PR_SET_NAME, "pair-waits");
	while (!wait_for_partner())
		;
}

static void wake_once(void *ctx)
{
	(void)ctx;
	prctl(PR_SET_NAME, "pair-wakes");
	done = !wake_partner();
}

static void close_ends(void)
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	ends[0] = ends[1] = -1;
}

int blocking_pair_start(double per_second)
{
	int err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = worker_start(&waiting, per_second, wait_always, NULL);
	if (!err)
		err = worker_start(&waking, per_second, wake_once, NULL);
	if (err)
		blocking_pair_stop();
	return err;
}

void blocking_pair_stop(void)
{
	worker_stop(&waking);
	/* The end of the pipe ends the read. */
	if (ends[1] >= 0)
		close(ends[1]);
	ends[1] = -1;
	worker_stop(&waiting);
	close_ends();
}
