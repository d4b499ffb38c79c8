// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * cgroup: makes, joins and removes a cgroup. See cgroup.h.
 */
#include "cgroup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <poll.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* The root of cgroup v2: where it is mounted, or a mount of our own. Lives as long as we do. */
static char root[PATH_MAX];

static bool find_mounted(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *entry = NULL;

	while (mounts && (entry = getmntent(mounts)) && strcmp(entry->mnt_type, "cgroup2") != 0)
		;
	if (entry)
		snprintf(root, sizeof(root), "%s", entry->mnt_dir);
	if (mounts)
		endmntent(mounts);
	return entry != NULL;
}

/* A mount that hangs nowhere in the tree; it can be reached by its descriptor. */
static bool mount_detached(void)
{
	int context = fsopen("cgroup2", FSOPEN_CLOEXEC), fd = -1;

	if (context >= 0 && !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
	if (context >= 0)
		close(context);
	if (fd >= 0)
		snprintf(root, sizeof(root), "/proc/%d/fd/%d", getpid(), fd);
	return fd >= 0;
}

static bool find_root(const struct sample_run *run)
{
	if (root[0] || find_mounted() || mount_detached())
		return true;
	sample_fail(run, "cgroup v2 is not mounted, and cannot be: %s; is this root?",
		    strerror(errno));
	return false;
}

/* The id of a cgroup is the number of its directory's inode. */
static bool open_directory(struct cgroup *cgroup)
{
	struct stat status;

	cgroup->fd = open(cgroup->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cgroup->fd < 0 || fstat(cgroup->fd, &status))
		return false;
	cgroup->id = status.st_ino;
	return true;
}

bool cgroup_open(struct cgroup *cgroup, const struct sample_run *run, const char *name)
{
	*cgroup = (struct cgroup){.fd = -1};
	if (!find_root(run))
		return false;
	if (snprintf(cgroup->path, sizeof(cgroup->path), "%s/bpf_load-%d-%s", root, getpid(),
		     name) >= (int)sizeof(cgroup->path))
		errno = ENAMETOOLONG;
	else if (!mkdir(cgroup->path, 0755) && open_directory(cgroup))
		return true;
	sample_fail(run, "cannot make a cgroup %s: %s%s", cgroup->path, strerror(errno),
		    errno == EACCES ? "; it takes root" : "");
	cgroup_close(cgroup);
	return false;
}

/* Writes a process id into the list of members of the cgroup at `path`. 0 or an errno. */
static int move_to(const char *path, pid_t pid)
{
	char file[PATH_MAX + 16];
	int fd, err = 0;

	snprintf(file, sizeof(file), "%s/cgroup.procs", path);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (dprintf(fd, "%d", pid) < 0)
		err = errno;
	close(fd);
	return err;
}

bool cgroup_join(struct cgroup *cgroup, const struct sample_run *run, pid_t pid)
{
	int err = move_to(cgroup->path, pid);

	if (err)
		sample_fail(run, "cannot move process %d into cgroup %s: %s",
			    pid ? pid : getpid(), cgroup->path, strerror(err));
	else if (!pid || pid == getpid())
		cgroup->joined = true;
	return !err;
}

void cgroup_leave(struct cgroup *cgroup)
{
	if (cgroup->joined)
		move_to(root, 0);
	cgroup->joined = false;
}

int cgroup_attach(const struct cgroup *cgroup, const struct sample_run *run, int program_fd,
		  __u32 type)
{
	int fd = bpf_link_create(program_fd, cgroup->fd, type, NULL);

	if (fd < 0)
		sample_fail(run, "cannot attach the program to cgroup %s: %s", cgroup->path,
			    strerror(-fd));
	return fd < 0 ? -1 : fd;
}

/* Somebody was moved here, perhaps a shell by hand: a cgroup that has members cannot go. */
static void move_members_out(const struct cgroup *cgroup)
{
	char file[PATH_MAX + 16];
	FILE *members;
	int pid;

	snprintf(file, sizeof(file), "%s/cgroup.procs", cgroup->path);
	members = fopen(file, "re");
	while (members && fscanf(members, "%d", &pid) == 1)
		move_to(root, pid);
	if (members)
		fclose(members);
}

/* A process that is about to be dead is no member any more that could be moved, and still counts
 * as one for a moment. */
static void remove_directory(const struct cgroup *cgroup)
{
	for (int tries = 100; rmdir(cgroup->path) && errno == EBUSY && tries; tries--) {
		move_members_out(cgroup);
		poll(NULL, 0, 10);
	}
}

void cgroup_close(struct cgroup *cgroup)
{
	if (!cgroup->path[0])
		return;
	cgroup_leave(cgroup);
	if (cgroup->fd > 0)
		close(cgroup->fd);
	remove_directory(cgroup);
	*cgroup = (struct cgroup){.fd = -1};
}
