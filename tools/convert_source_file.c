// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_file: --in-place.
 *
 * The new text is complete in a file of its own before anything happens to the old one. The old
 * file becomes FILE.orig by a second name, which fails where there is such a file already; then
 * the new one takes its place. At no moment is there no FILE, and signals wait meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "convert_source.h"
#include "output.h"

struct replacement {
	char *path;   /* of the file itself, where it was a link to it */
	char *backup; /* path.orig */
	char *temporary;
};

static bool fail(const char *path, const char *what)
{
	complain("%s: %s: %s; the file is as it was", path, what, strerror(errno));
	return false;
}

static bool write_whole(int fd, const char *text, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t put = write(fd, text + done, size - done);

		if (put < 0 && errno != EINTR)
			return false;
		done += put > 0 ? (size_t)put : 0;
	}
	return !fsync(fd);
}

/* Owner first: changing it may take bits of the mode away. Only root can keep another's file his. */
static bool copy_mode(int fd, const char *path)
{
	struct stat stat_buf;

	if (stat(path, &stat_buf))
		return false;
	if (fchown(fd, stat_buf.st_uid, stat_buf.st_gid) && errno != EPERM)
		return false;
	return !fchmod(fd, stat_buf.st_mode & 07777);
}

static bool write_temporary(const struct replacement *replacement, const char *text,
			    size_t size)
{
	int fd = mkostemp(replacement->temporary, O_CLOEXEC);
	bool good;

	if (fd < 0)
		return fail(replacement->path, "no file can be made beside it");
	good = write_whole(fd, text, size) && copy_mode(fd, replacement->path);
	if (!good)
		fail(replacement->path, "the new text cannot be written beside it");
	close(fd);
	return good;
}

static bool exchange(const struct replacement *replacement)
{
	if (link(replacement->path, replacement->backup)) {
		if (errno != EEXIST)
			return fail(replacement->path, "the backup FILE.orig cannot be made");
		complain("%s: there is a %s already, and a backup does not replace it; the "
			 "file is as it was",
			 replacement->path, replacement->backup);
		return false;
	}
	if (!rename(replacement->temporary, replacement->path))
		return true;
	fail(replacement->path, "cannot be replaced");
	unlink(replacement->backup);
	return false;
}

static bool replace(const struct replacement *replacement, const struct source_job *job)
{
	bool good = write_temporary(replacement, job->text, job->size) && exchange(replacement);

	if (!good)
		unlink(replacement->temporary);
	else
		complain("%s: converted; the old one is %s", replacement->path,
			 replacement->backup);
	return good;
}

bool source_write_in_place(const struct source_job *job)
{
	char *path = realpath(job->convert->path, NULL);
	struct replacement replacement;
	sigset_t all, before;
	bool good;

	if (!path)
		return fail(job->convert->name, "cannot be found any more");
	replacement = (struct replacement){path, text_of("%s.orig", path),
					   text_of("%s.XXXXXX", path)};
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	good = replace(&replacement, job);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(replacement.path);
	free(replacement.backup);
	free(replacement.temporary);
	return good;
}
