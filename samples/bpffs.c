// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * bpffs: a bpffs of our own, or somebody else's. See bpffs.h.
 */
#include "bpffs.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* A mount that hangs nowhere in the tree. Returns its descriptor, or -1 with errno. */
static int mount_detached(void)
{
	int context = fsopen("bpf", FSOPEN_CLOEXEC), fd = -1, saved;

	if (context >= 0 && !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
	saved = errno;
	if (context >= 0)
		close(context);
	errno = saved;
	return fd;
}

bool bpffs_open(struct bpffs *bpffs, const struct sample_run *run, const char *directory)
{
	*bpffs = (struct bpffs){.fd = -1};
	if (directory) {
		snprintf(bpffs->path, sizeof(bpffs->path), "%s", directory);
		bpffs->has_tc = !access(bpffs_at(bpffs, "tc"), F_OK);
		return true;
	}
	bpffs->fd = mount_detached();
	if (bpffs->fd < 0) {
		sample_fail(run, "cannot mount a bpffs to pin in: %s%s", strerror(errno),
			    errno == EPERM ? "; it takes root (CAP_SYS_ADMIN)" : "");
		return false;
	}
	snprintf(bpffs->path, sizeof(bpffs->path), "/proc/%d/fd/%d", getpid(), bpffs->fd);
	return true;
}

const char *bpffs_at(const struct bpffs *bpffs, const char *name)
{
	static char path[PATH_MAX + 256];

	snprintf(path, sizeof(path), "%s/%s", bpffs->path, name);
	return path;
}

bool bpffs_is_free(const struct bpffs *bpffs, const struct sample_run *run, const char *name)
{
	const char *path = bpffs_at(bpffs, name);

	if (access(path, F_OK))
		return true;
	sample_fail(run,
		    "%s: something is pinned there already, by another run of this sample or "
		    "one that was killed; to remove it: rm %s",
		    path, path);
	return false;
}

void bpffs_unpin(const struct bpffs *bpffs, const char *name)
{
	unlink(bpffs_at(bpffs, name));
}

/* iproute2 makes "tc" and links to it; the loader makes "tc/globals". rmdir() leaves what is in use. */
static void remove_layout(const struct bpffs *bpffs)
{
	rmdir(bpffs_at(bpffs, "tc/globals"));
	if (rmdir(bpffs_at(bpffs, "tc")))
		return;
	unlink(bpffs_at(bpffs, "xdp"));
	unlink(bpffs_at(bpffs, "ip"));
}

void bpffs_close(struct bpffs *bpffs)
{
	if (!bpffs->path[0])
		return;
	if (bpffs->fd >= 0)
		close(bpffs->fd);
	else if (!bpffs->has_tc)
		remove_layout(bpffs);
	*bpffs = (struct bpffs){.fd = -1};
}
