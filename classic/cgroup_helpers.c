/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "cgroup_helpers.h": cgroups to try programs in. Contract: there.
 *
 * What is made is written down, and only that is removed: the hierarchy is the system's own.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* unshare(), name_to_handle_at() */
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "cgroup_helpers.h"

#define MOUNT_POINT "/mnt"

struct made {
	struct made *older;
	char path[];
};

static struct {
	pid_t owner;	     /* who called setup; 0: nobody */
	char home[PATH_MAX]; /* the directory of the cgroup that the owner came from */
	char work_dir[64];   /* all paths are below this one */
	struct made *newest; /* directories to remove, newest first: children before parents */
} env;

/* One line on stderr: what failed, why, what to do. Returns 1, the failure of these calls. */
static int fail(const char *what, const char *path, const char *advice)
{
	int saved = errno;

	fprintf(stderr, "cgroup_helpers: %s %s: %s%s%s\n", what, path, strerror(saved),
		advice ? "; " : "", advice ? advice : "");
	errno = saved;
	return 1;
}

/* The directory of the cgroup2 that this process is in, as seen below the mount point. */
static void find_home(void)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX];
	int len;

	/* The root serves where the kernel does not say, or names a place outside the mount. */
	snprintf(env.home, sizeof(env.home), "%s", MOUNT_POINT);
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "0::/", 4) != 0 || strstr(line, "/.."))
			continue;
		line[strcspn(line, "\n")] = '\0';
		len = snprintf(env.home, sizeof(env.home), MOUNT_POINT "%s", line + 3);
		if (len < 0 || len >= (int)sizeof(env.home))
			snprintf(env.home, sizeof(env.home), "%s", MOUNT_POINT);
	}
	if (f)
		fclose(f);
}

static int mount_cgroup2(void)
{
	if (unshare(CLONE_NEWNS))
		return fail("unshare", "(mount namespace)", "it takes root");
	/* Or the mount below would appear in the namespace that this one was copied from. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return fail("making mounts private below", "/", NULL);
	if (mount("cgroup2", MOUNT_POINT, "cgroup2", 0, NULL))
		return fail("mounting cgroup2 at", MOUNT_POINT,
			    "the directory must exist and the kernel must have cgroup2 (4.5)");
	return 0;
}

int setup_cgroup_environment(void)
{
	if (env.owner == getpid())
		return 0;
	/* In a child the notes are the parent's, who will see to them. */
	env.newest = NULL;
	env.owner = 0;
	if (mount_cgroup2())
		return 1;
	find_home();
	snprintf(env.work_dir, sizeof(env.work_dir), MOUNT_POINT "/cgroup-test-work-dir%d",
		 (int)getpid());
	/* It exists if a process of this number died without cleaning up. */
	if (mkdir(env.work_dir, 0777) && errno != EEXIST) {
		fail("making", env.work_dir, NULL);
		umount2(MOUNT_POINT, MNT_DETACH);
		return 1;
	}
	env.owner = getpid();
	return 0;
}

/* @path below the work directory, into PATH_MAX bytes. Returns 0, or 1 after a message. */
static int full_path(char *buf, const char *path)
{
	int len;

	errno = EINVAL;
	if (!env.owner)
		return fail("cgroup", path, "call setup_cgroup_environment() first");
	if (strstr(path, ".."))
		return fail("cgroup", path, "the path must stay below the work directory");
	len = snprintf(buf, PATH_MAX, "%s%s%s", env.work_dir, *path == '/' ? "" : "/", path);
	errno = ENAMETOOLONG;
	return len < PATH_MAX ? 0 : fail("cgroup", path, NULL);
}

/* Note a directory for cleanup. 0, or -1 and errno. */
static int note_made(const char *path)
{
	size_t size = strlen(path) + 1;
	struct made *made = malloc(sizeof(*made) + size);

	if (!made)
		return -1;
	memcpy(made->path, path, size);
	made->older = env.newest;
	env.newest = made;
	return 0;
}

int create_and_get_cgroup(const char *path)
{
	char dir[PATH_MAX];
	int fd;

	if (full_path(dir, path))
		return -1;
	if (!mkdir(dir, 0777)) {
		if (note_made(dir)) {
			fail("making cgroup", path, NULL);
			rmdir(dir);
			return -1;
		}
	} else if (errno != EEXIST) {
		fail("making cgroup", path, "parents are not made on the way");
		return -1;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fail("opening cgroup", path, NULL);
	return fd;
}

/* Move this process. @dir is the whole path. */
static int join_dir(const char *dir)
{
	char procs[PATH_MAX + 16];
	int fd, err;

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", dir);
	fd = open(procs, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return fail("opening", procs, NULL);
	err = dprintf(fd, "%d\n", (int)getpid()) < 0 ? fail("joining", dir, NULL) : 0;
	close(fd);
	return err;
}

int join_cgroup(const char *path)
{
	char dir[PATH_MAX];

	return full_path(dir, path) ? 1 : join_dir(dir);
}

static void remove_dir(const char *dir)
{
	if (rmdir(dir) && errno != ENOENT)
		fail("removing", dir, errno == EBUSY ? "a process is still in it" : NULL);
}

void cleanup_cgroup_environment(void)
{
	struct made *made;

	if (env.owner != getpid())
		return;
	join_dir(env.home);
	while ((made = env.newest)) {
		env.newest = made->older;
		remove_dir(made->path);
		free(made);
	}
	remove_dir(env.work_dir);
	env.owner = 0;
	umount2(MOUNT_POINT, MNT_DETACH);
}

int cgroup_setup_and_join(const char *path)
{
	int fd;

	if (setup_cgroup_environment())
		return -EINVAL;
	fd = create_and_get_cgroup(path);
	if (fd >= 0 && !join_cgroup(path))
		return fd;
	if (fd >= 0)
		close(fd);
	cleanup_cgroup_environment();
	return -EINVAL;
}

unsigned long long get_cgroup_id(const char *path)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(unsigned long long)];
	} u = {.handle.handle_bytes = sizeof(unsigned long long)};
	unsigned long long id = 0;
	char dir[PATH_MAX];
	int mount_id;

	if (full_path(dir, path))
		return 0;
	/* The file handle of a cgroup directory is its id. */
	if (name_to_handle_at(AT_FDCWD, dir, &u.handle, &mount_id, 0))
		fail("reading the id of cgroup", path, NULL);
	else
		memcpy(&id, u.handle.f_handle, sizeof(id));
	return id;
}
