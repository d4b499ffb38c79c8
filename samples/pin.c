// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * pin: bpf(BPF_OBJ_PIN) and bpf(BPF_OBJ_GET), and why they fail. See pin.h.
 */
#include "pin.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool is_bpffs(const char *path)
{
	struct statfs file_system;

	return !statfs(path, &file_system) && file_system.f_type == BPF_FS_MAGIC;
}

/* The directory of `path`, into `directory`. */
static const char *directory_of(const char *path, char *directory)
{
	snprintf(directory, PATH_MAX, "%s", path);
	return dirname(directory);
}

bool pin_place(const struct sample_run *run, bool *own)
{
	*own = !is_bpffs(PIN_ROOT);
	if (!*own)
		return true;
	/* First a copy of all mounts for this process; then nothing of it may get back. */
	if (!unshare(CLONE_NEWNS) && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    !mount("none", PIN_ROOT, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return true;
	sample_fail(run, "no bpffs at " PIN_ROOT ", and it cannot mount one for itself: %s; %s",
		    strerror(errno),
		    errno == EPERM ? "it takes root (CAP_SYS_ADMIN)"
				   : "try mount -t bpf none " PIN_ROOT);
	return false;
}

/* What is there, in words, for a message. */
static const char *occupant(const char *path, char *text, size_t size)
{
	const __u32 id = pin_map_id(path);

	if (id)
		snprintf(text, size, "map %u is pinned there", id);
	else
		snprintf(text, size, "something else is there");
	return text;
}

/* Why a path cannot be pinned to, or what to do; `err` is what the kernel said. */
static const char *pin_advice(const char *path, int err, char *text, size_t size)
{
	char room[PATH_MAX];
	const char *directory = directory_of(path, room), *name = strrchr(path, '/');

	if (err == EEXIST)
		return occupant(path, text, size);
	if (err == ENOENT)
		snprintf(text, size, "mkdir -p %.200s", directory);
	else if (!is_bpffs(directory))
		snprintf(text, size, "%.200s is on no BPF file system: mount -t bpf none DIR",
			 directory);
	else if (err == EPERM && strchr(name ? name : path, '.'))
		snprintf(text, size, "a BPF file system takes no names with a dot");
	else
		snprintf(text, size, "is %.200s writable?", directory);
	return text;
}

bool pin_make(const struct sample_run *run, int map_fd, const char *path)
{
	char advice[320];
	int err = bpf_obj_pin(map_fd, path) ? errno : 0;

	if (err)
		sample_fail(run, "cannot pin the map at %s: %s; %s", path, strerror(err),
			    pin_advice(path, err, advice, sizeof(advice)));
	return !err;
}

/* What kind of BPF object a descriptor is, the kernel writes behind it: "anon_inode:bpf-map". */
static bool is_map(int fd)
{
	char link[64], what[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, what, sizeof(what) - 1);
	what[length > 0 ? length : 0] = '\0';
	return strstr(what, "bpf-map");
}

int pin_open(const struct sample_run *run, const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd < 0 && errno == EACCES && !is_bpffs(path))
		sample_fail(run, "%s is no pin: it is on no BPF file system", path);
	else if (fd < 0)
		sample_fail(run, "cannot open the pin %s: %s%s", path, strerror(errno),
			    errno == ENOENT ? "; nothing is pinned there" : "");
	else if (!is_map(fd))
		sample_fail(run, "what is pinned at %s is no map", path);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool pin_remove(const struct sample_run *run, const char *path)
{
	struct stat file;

	if (!lstat(path, &file) && (!is_bpffs(path) || !S_ISREG(file.st_mode)))
		sample_fail(run, "%s is no pin", path);
	else if (unlink(path))
		sample_fail(run, "cannot remove the pin %s: %s", path, strerror(errno));
	else
		return true;
	return false;
}

__u32 pin_map_id(const char *path)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path);

	if (fd >= 0 && is_map(fd))
		bpf_obj_get_info_by_fd(fd, &info, &size);
	if (fd >= 0)
		close(fd);
	return info.id;
}
