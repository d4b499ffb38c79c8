// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * twin: starts the running program once more. See twin.h.
 */
#include "twin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST_WAIT 10000 /* ms */

static char program[PATH_MAX];

bool twin_prepare(const struct sample_run *run)
{
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) > 0)
		return true;
	sample_fail(run, "cannot find its own program: /proc/self/exe: %s", strerror(errno));
	return false;
}

/* In the new process, of which other threads of the parent have no copy: only system calls. */
__attribute__((noreturn)) static void become(char *const *arguments, int out, pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* The parent may have died before it could be asked for. */
	if (getppid() == parent && dup2(out, STDOUT_FILENO) >= 0)
		execv(program, arguments);
	_exit(1);
}

/* Reads what there is, once there is something. 0: it has ended; -1: nothing came for so long. */
static ssize_t read_some(const struct twin *twin, char *bytes, size_t size)
{
	struct pollfd fd = {.fd = twin->out, .events = POLLIN};
	int ready;

	do
		ready = poll(&fd, 1, LONGEST_WAIT);
	while (ready < 0 && errno == EINTR);
	return ready > 0 ? read(twin->out, bytes, size) : -1;
}

/*
 * True once there is a first line; what of it was read is thrown away. A signal does not cut the
 * wait short: a twin that is ended half way would leave us in doubt of what it has done.
 */
static bool first_line(const struct twin *twin, const struct sample_run *run)
{
	char bytes[4096];
	ssize_t got;

	do
		got = read_some(twin, bytes, sizeof(bytes));
	while (got > 0 && !memchr(bytes, '\n', (size_t)got));
	if (got < 0)
		sample_fail(run, "its second process did not get ready in %d s",
			    LONGEST_WAIT / 1000);
	return got > 0;
}

static bool spawn(struct twin *twin, const struct sample_run *run, char *const *arguments,
		  const int *pipes)
{
	const pid_t parent = getpid();

	twin->pid = fork();
	if (!twin->pid)
		become(arguments, pipes[1], parent);
	close(pipes[1]);
	twin->out = pipes[0];
	if (twin->pid > 0)
		return true;
	sample_fail(run, "cannot start a second process: %s", strerror(errno));
	close(twin->out);
	*twin = (struct twin){0};
	return false;
}

bool twin_start(struct twin *twin, const struct sample_run *run, char *const *arguments)
{
	int pipes[2];

	*twin = (struct twin){0};
	if (pipe2(pipes, O_CLOEXEC)) {
		sample_fail(run, "cannot make a pipe: %s", strerror(errno));
		return false;
	}
	if (!spawn(twin, run, arguments, pipes))
		return false;
	if (first_line(twin, run))
		return true;
	twin_stop(twin);
	return false;
}

int twin_listen(void *ctx)
{
	const struct twin *twin = ctx;
	char bytes[4096];

	return read(twin->out, bytes, sizeof(bytes)) > 0 ? 0 : -1;
}

void twin_stop(struct twin *twin)
{
	if (!twin->pid)
		return;
	kill(twin->pid, SIGTERM);
	close(twin->out);
	while (waitpid(twin->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*twin = (struct twin){0};
}
