// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tracefs: see tracefs.h.
 */
#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static const char *const places[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};

static bool is_tracefs(const char *directory)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/events", directory);
	return !access(path, F_OK);
}

const char *tracefs_root(void)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (is_tracefs(places[i]))
			return places[i];
	if (mount("tracefs", places[0], "tracefs", 0, NULL))
		return NULL;
	return places[0];
}

int tracefs_event_id(const char *category, const char *name)
{
	const char *root = tracefs_root();
	char path[PATH_MAX];
	FILE *file;
	int id;

	if (!root)
		return -errno;
	if (snprintf(path, sizeof(path), "%s/events/%s/%s/id", root, category, name) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (fscanf(file, "%d", &id) != 1)
		id = -EIO;
	fclose(file);
	return id;
}

/* One write() is one command to these files, and O_APPEND keeps everybody else's events. */
static int append_line(const char *file, const char *line)
{
	const char *root = tracefs_root();
	char path[PATH_MAX];
	int fd, err = 0;

	if (!root)
		return -errno;
	snprintf(path, sizeof(path), "%s/%s", root, file);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, line, strlen(line)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int tracefs_add_event(const char *file, const char *definition)
{
	return append_line(file, definition);
}

int tracefs_remove_event(const char *file, const char *event)
{
	char *line;
	int err;

	if (asprintf(&line, "-:%s", event) < 0)
		return -ENOMEM;
	err = append_line(file, line);
	free(line);
	return err;
}
