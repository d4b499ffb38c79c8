/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * read_trace_pipe() of bpf_load.h (4.1-5.6) and "trace_helpers.h" (5.7-5.10).
 *
 * Contract: "trace_helpers.h". Since 4.1 the tracing files are a file system of their own,
 * tracefs; below debugfs they appear only once debugfs is mounted, which is why that comes
 * second. A mount that is made here stays, as if an administrator had made it: other tracers
 * profit.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>

#include "trace_helpers.h"

#define TRACEFS "/sys/kernel/tracing"

/* An fd, or -1 and errno of the first place: the second is a fallback. */
static int open_trace_pipe(void)
{
	int fd = open(TRACEFS "/trace_pipe", O_RDONLY | O_CLOEXEC);
	int saved = errno;

	if (fd >= 0)
		return fd;
	fd = open("/sys/kernel/debug/tracing/trace_pipe", O_RDONLY | O_CLOEXEC);
	errno = saved;
	return fd;
}

static int open_or_mount(void)
{
	int fd = open_trace_pipe();

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (mount("tracefs", TRACEFS, "tracefs", 0, NULL))
		return -1;
	return open_trace_pipe();
}

static const char *advice(int err)
{
	switch (err) {
	case EACCES:
	case EPERM: return "it takes root";
	case ENOENT:
	case ENODEV: return "the kernel was built without tracing";
	default: return "try: mount -t tracefs tracefs " TRACEFS;
	}
}

/* 0 to go on, or -1 and errno. An empty read means that tracing was switched off meanwhile. */
static int copy_some(int fd)
{
	char buf[4096];
	ssize_t len = read(fd, buf, sizeof(buf));

	if (len > 0) {
		fwrite(buf, 1, (size_t)len, stdout);
		/* stdout may be a pipe: a line is worth nothing if it comes a buffer later. */
		fflush(stdout);
	} else if (!len || errno == EAGAIN) {
		usleep(100000);
	} else if (errno != EINTR) {
		return -1;
	}
	return 0;
}

void read_trace_pipe(void)
{
	int fd = open_or_mount();

	while (fd >= 0 && !copy_some(fd))
		;
	fprintf(stderr, "read_trace_pipe: " TRACEFS "/trace_pipe: %s; %s\n", strerror(errno),
		advice(errno));
	if (fd >= 0)
		close(fd);
}
