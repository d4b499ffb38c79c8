// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * process_cost: what it costs to have a tool running.
 *
 *     process_cost MARKER COMMAND [ARGUMENT]...
 *
 * Starts the command and waits until a line of its output, either stream, contains MARKER: the tool is
 * attached then. Lets it run for RUN_MS more, ends it with SIGINT, and prints, parted by tabs:
 *
 *     milliseconds from start to MARKER, peak of resident memory in kB, user and system CPU
 *     time in ms
 *
 * Exit status: 0; 1 the marker did not come within LIMIT_MS, with the output so far; 2 usage.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUN_MS	 500
#define LIMIT_MS 30000
#define END_MS	 5000 /* that much for a good end */

static char output[1 << 16];
static size_t length;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Python and stdio keep what they print to a pipe; a line should come at once. */
static pid_t start(char **command, int *out)
{
	int pipes[2];
	pid_t pid;

	if (pipe(pipes))
		return -1;
	pid = fork();
	if (pid) {
		close(pipes[1]);
		*out = pipes[0];
		return pid;
	}
	dup2(pipes[1], STDOUT_FILENO);
	dup2(pipes[1], STDERR_FILENO);
	close(pipes[0]);
	signal(SIGINT, SIG_DFL); /* a shell's background jobs get it ignored */
	setenv("PYTHONUNBUFFERED", "1", 1);
	execvp(command[0], command);
	dprintf(STDERR_FILENO, "%s: %s\n", command[0], strerror(errno));
	_exit(127);
}

/* Reads on. False when the time is over or the other end is closed. */
static bool read_some(int fd, double until)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	double left = until - now_ms();
	ssize_t got;

	if (left <= 0 || poll(&poll_fd, 1, (int)left + 1) <= 0)
		return false;
	if (length > sizeof(output) / 2)
		length = 0; /* the marker may be cut in two, but not twice */
	got = read(fd, output + length, sizeof(output) - 1 - length);
	if (got <= 0)
		return false;
	length += (size_t)got;
	output[length] = '\0';
	return true;
}

/* Milliseconds until the marker came, or -1. */
static double wait_for(const char *marker, int fd, double begin)
{
	while (read_some(fd, begin + LIMIT_MS))
		if (strstr(output, marker))
			return now_ms() - begin;
	return -1;
}

static double milliseconds(const struct timeval *time)
{
	return (double)time->tv_sec * 1e3 + (double)time->tv_usec / 1e3;
}

int main(int argc, char **argv)
{
	double begin = now_ms(), attached, end;
	struct rusage usage;
	int out = -1;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: process_cost MARKER COMMAND [ARGUMENT]...\n");
		return 2;
	}
	pid = start(argv + 2, &out);
	attached = pid > 0 ? wait_for(argv[1], out, begin) : -1;
	end = now_ms() + RUN_MS;
	while (attached >= 0 && read_some(out, end))
		;
	if (pid > 0)
		kill(pid, SIGINT);
	end = now_ms() + END_MS;
	while (attached >= 0 && read_some(out, end))
		;
	if (pid > 0 && (attached < 0 || now_ms() >= end))
		kill(pid, SIGKILL);
	if (pid < 0 || wait4(pid, NULL, 0, &usage) < 0 || attached < 0) {
		fprintf(stderr, "no '%s' of %s:\n%s\n", argv[1], argv[2], output);
		return 1;
	}
	printf("%.1f\t%ld\t%.1f\t%.1f\n", attached, usage.ru_maxrss,
	       milliseconds(&usage.ru_utime), milliseconds(&usage.ru_stime));
	return 0;
}
