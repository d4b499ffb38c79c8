// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * output_file: see output_file.h.
 */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		const ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

/* Closes, too: some file systems tell only then that they are full. */
static bool write_and_close(int fd, const void *bytes, size_t size)
{
	const bool written = write_all(fd, bytes, size);
	const int errnum = errno;
	const bool closed = !close(fd);

	if (!written)
		errno = errnum;
	return written && closed;
}

static bool write_into(const char *path, const void *bytes, size_t size)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write_and_close(fd, bytes, size);
}

/* As open() would make it, or as it was. */
static mode_t mode_of(const struct stat *old)
{
	const mode_t mask = umask(0);

	umask(mask);
	return old ? old->st_mode & 0777 : 0666 & ~mask;
}

static bool write_beside(const char *path, const struct stat *old, const void *bytes,
			 size_t size)
{
	char *beside = text_of("%s.XXXXXX", path);
	const int fd = mkostemp(beside, O_CLOEXEC);
	bool done = false;
	int errnum;

	if (fd >= 0) {
		done = !fchmod(fd, mode_of(old));
		done = write_and_close(fd, bytes, size) && done && !rename(beside, path);
		errnum = errno;
		if (!done)
			unlink(beside);
		errno = errnum;
	}
	free(beside);
	return done;
}

/* A symbolic link stays one: what it leads to is replaced. */
static bool replace(const char *path, const void *bytes, size_t size)
{
	struct stat old;
	char *real;
	bool done;

	if (stat(path, &old))
		return errno == ENOENT && write_beside(path, NULL, bytes, size);
	if (!S_ISREG(old.st_mode))
		return write_into(path, bytes, size);
	real = realpath(path, NULL);
	done = real && write_beside(real, &old, bytes, size);
	free(real);
	return done;
}

static bool write_stdout(const void *bytes, size_t size)
{
	fwrite(bytes, 1, size, stdout);
	return finish_output() == EXIT_SUCCESS;
}

bool output_file_write(const char *path, const void *bytes, size_t size)
{
	sigset_t endings, old;
	bool done;

	if (!strcmp(path, "-"))
		return write_stdout(bytes, size);
	sigemptyset(&endings);
	sigaddset(&endings, SIGINT);
	sigaddset(&endings, SIGTERM);
	sigaddset(&endings, SIGHUP);
	sigprocmask(SIG_BLOCK, &endings, &old);
	done = replace(path, bytes, size);
	if (!done)
		complain("cannot write to %s: %s", path, strerror(errno));
	sigprocmask(SIG_SETMASK, &old, NULL);
	return done;
}

bool output_file_is(const char *path, const char *other)
{
	struct stat one, two;

	return !stat(path, &one) && !stat(other, &two) && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}
