/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * read_trace_pipe() in a mount namespace of its own: mounts tracefs if it must, and passes on
 * a line that is written to the kernel's trace marker. A child reads; it is ended when the
 * line is there.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include "trace_helpers.h"
#include "check.h"

static pid_t start_reader(int *out)
{
	int fds[2];
	pid_t pid;

	CHECK(pipe(fds) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		read_trace_pipe();
		_exit(77);
	}
	close(fds[1]);
	*out = fds[0];
	return pid;
}

static void write_marker(const char *text)
{
	int fd = open("/sys/kernel/tracing/trace_marker", O_WRONLY);

	if (fd < 0)
		return;
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* Whether @text comes out of @fd within some seconds. */
static int comes_out(int fd, const char *text)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	char buf[8192];
	size_t len = 0;
	ssize_t got;
	int i;

	for (i = 0; i < 20 && len < sizeof(buf) - 1; i++) {
		/* The reader may not have mounted tracefs yet: write the marker each time. */
		write_marker(text);
		if (poll(&pfd, 1, 250) <= 0)
			continue;
		got = read(fd, buf + len, sizeof(buf) - 1 - len);
		if (got <= 0)
			return 0;
		len += (size_t)got;
		buf[len] = '\0';
		if (strstr(buf, text))
			return 1;
	}
	return 0;
}

int main(void)
{
	char text[64];
	int fd, ok, status;
	pid_t reader;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		SKIP("no mount namespace to be had here");
	if (access("/sys/kernel/tracing", F_OK))
		SKIP("this kernel has no tracing");
	snprintf(text, sizeof(text), "read_trace_pipe test %d", (int)getpid());
	reader = start_reader(&fd);
	ok = comes_out(fd, text);
	kill(reader, SIGTERM);
	CHECK(waitpid(reader, &status, 0) == reader);
	CHECK(ok && WIFSIGNALED(status));
	return 0;
}
