// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * until_signal: see until_signal.h.
 */
#include "until_signal.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

static void ends(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

/* A shell starts background jobs with SIGINT ignored, and what is ignored never comes. */
void until_signal_hold(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	sigset_t set;

	ends(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
}

bool until_signal_wait(double seconds)
{
	struct timespec time = {.tv_sec = (time_t)seconds};
	sigset_t set;
	int got;

	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
	ends(&set);
	do
		got = sigtimedwait(&set, NULL, seconds > 0 ? &time : NULL);
	while (got < 0 && errno == EINTR);
	return got > 0;
}
