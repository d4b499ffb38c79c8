// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * pinning: paths on bpffs, and the journal of what we made there. See pinning.h.
 */
#include "pinning.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "sha1.h"

static const char *bpffs_root(const struct pin_options *options)
{
	const char *root = options->bpffs;

	if (!root)
		root = getenv("TC_BPF_MNT");
	return root ? root : "/sys/fs/bpf";
}

/* ---- paths ---- */

static FILE *open_pinning_file(const struct pin_options *options, const char **path)
{
	static const char *const places[] = {"/etc/iproute2/bpf_pinning",
					     "/usr/share/iproute2/bpf_pinning"};
	FILE *file = NULL;

	if (options->pinning_file) {
		*path = options->pinning_file;
		return fopen(*path, "re");
	}
	for (size_t i = 0; i < 2 && !file; i++) {
		*path = places[i];
		file = fopen(places[i], "re");
	}
	return file;
}

/* The path that a line "7 some/path" gives for id 7, or NULL. To be freed. */
static char *custom_path(const struct pin_options *options, __u32 id, const char **file_name)
{
	FILE *file = open_pinning_file(options, file_name);
	char *line = NULL, *path = NULL, *found = NULL;
	size_t room = 0;
	unsigned int line_id;

	while (file && !found && getline(&line, &room, file) >= 0)
		if (sscanf(line, "%u %ms", &line_id, &path) == 2) {
			if (line_id == id)
				found = path;
			else
				free(path);
		}
	free(line);
	if (file)
		fclose(file);
	return found;
}

/* A path from a file or an object must stay on bpffs. */
static bool stays_inside(const char *path)
{
	return path[0] && path[0] != '/' && !strstr(path, "..");
}

static int unknown_id(const struct bpf_loader_map *map, const struct pin_options *options,
		      const char *file, struct report *report)
{
	/* gobpf takes the path of PIN_CUSTOM_NS from its caller; there is no file to look in. */
	if (options->relaxed || map->dialect == BPF_LOADER_GOBPF) {
		report_warning(report, map->section,
			       "map '%s': pinning %u has no path here: it is not pinned",
			       map->name, map->pinning_id);
		return 0;
	}
	return report_fail(
		report, ENOENT,
		"section '%s', map '%s': pinning %u is none of PIN_NONE (0), "
		"PIN_OBJECT_NS (1), PIN_GLOBAL_NS (2), and %s has no line for it; add a "
		"line '%u PATH', or load with --relaxed to go without the pin",
		map->section, map->name, map->pinning_id, file, map->pinning_id);
}

static int resolve_custom(struct bpf_loader_map *map, const struct pin_options *options,
			  struct report *report)
{
	const char *file = "";
	char *path = custom_path(options, map->pinning_id, &file);
	int err = 0;

	if (!path)
		return unknown_id(map, options, file, report);
	if (!stays_inside(path))
		err = report_fail(report, EINVAL, "%s: path '%s' for pinning %u leaves bpffs",
				  file, path, map->pinning_id);
	else if (asprintf(&map->pin_path, "%s/%s/%s", bpffs_root(options), path, map->name) < 0)
		err = report_fail(report, ENOMEM, "map '%s': no memory for its pin path",
				  map->name);
	free(path);
	return err;
}

static int resolve_namespace(struct bpf_loader_map *map, const struct pin_options *options,
			     struct report *report)
{
	if (!map->pin_hint || !stays_inside(map->pin_hint))
		return report_fail(report, EINVAL,
				   "section '%s', map '%s': its name space '%s' is no place on "
				   "bpffs to pin it",
				   map->section, map->name, map->pin_hint ? map->pin_hint : "");
	if (asprintf(&map->pin_path, "%s/%s/globals/%s", bpffs_root(options), map->pin_hint,
		     map->name) < 0)
		map->pin_path = NULL;
	return 0;
}

static char *object_path(const struct bpf_loader_map *map, const struct pin_options *options,
			 const void *object, size_t object_size)
{
	char hex[SHA1_HEX_SIZE], *path;

	sha1_hex(object, object_size, hex);
	if (asprintf(&path, "%s/tc/%s/%s", bpffs_root(options), hex, map->name) < 0)
		return NULL;
	return path;
}

int pinning_resolve(struct bpf_loader_map *map, const struct pin_options *options,
		    const void *object, size_t object_size, struct report *report)
{
	int err = 0;

	switch (map->pinning) {
	case BPF_LOADER_PIN_NONE: return 0;
	case BPF_LOADER_PIN_OBJECT_NS:
		map->pin_path = object_path(map, options, object, object_size);
		break;
	case BPF_LOADER_PIN_GLOBAL_NS:
		if (asprintf(&map->pin_path, "%s/tc/globals/%s", bpffs_root(options),
			     map->name) < 0)
			map->pin_path = NULL;
		break;
	case BPF_LOADER_PIN_CUSTOM: return resolve_custom(map, options, report);
	case BPF_LOADER_PIN_NAMESPACE: err = resolve_namespace(map, options, report); break;
	case BPF_LOADER_PIN_PATH: map->pin_path = strdup(map->pin_hint); break;
	case BPF_LOADER_PIN_BY_NAME:
		if (asprintf(&map->pin_path, "%s/%s",
			     options->pin_root ? options->pin_root : bpffs_root(options),
			     map->name) < 0)
			map->pin_path = NULL;
		break;
	}
	if (!err && !map->pin_path)
		err = report_fail(report, ENOMEM, "map '%s': no memory for its pin path",
				  map->name);
	return err;
}

/* ---- the journal ---- */

static bool note_made(struct pin_journal *journal, const char *path, bool directory)
{
	void *made = reallocarray(journal->made, journal->count + 1, sizeof(*journal->made));
	char *copy = strdup(path);

	if (made)
		journal->made = made;
	if (!made || !copy) {
		free(copy);
		return false;
	}
	journal->made[journal->count].path = copy;
	journal->made[journal->count++].directory = directory;
	return true;
}

void pinning_commit(struct pin_journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		free(journal->made[i].path);
	free(journal->made);
	memset(journal, 0, sizeof(*journal));
}

void pinning_undo(struct pin_journal *journal)
{
	for (size_t i = journal->count; i > 0; i--) {
		/* A directory that others use by now is not empty and stays. */
		if (journal->made[i - 1].directory)
			rmdir(journal->made[i - 1].path);
		else
			unlink(journal->made[i - 1].path);
	}
	pinning_commit(journal);
}

/* ---- making pins ---- */

/* Is the file system at `path`, or at its nearest parent that exists, a bpffs? Or -ENOMEM. */
static int on_bpffs(const char *path)
{
	char *copy = strdup(path), *slash;
	struct statfs fs;
	int found;

	if (!copy)
		return -ENOMEM;
	while (statfs(copy, &fs)) {
		slash = strrchr(copy, '/');
		if (!slash || slash == copy) {
			free(copy);
			return 0;
		}
		*slash = '\0';
	}
	found = (unsigned long)fs.f_type == BPF_FS_MAGIC;
	free(copy);
	return found;
}

static int mount_bpffs(const struct bpf_loader_map *map, const struct pin_options *options,
		       struct report *report)
{
	const char *root = bpffs_root(options);
	const size_t length = strlen(root);

	if (!strncmp(map->pin_path, root, length) && map->pin_path[length] == '/') {
		if (!mount("bpf", root, "bpf", 0, "mode=0700")) {
			report_note(report, map->section, "mounted bpffs at %s", root);
			return 0;
		}
		return report_fail(
			report, errno,
			"map '%s': %s is no bpffs, and mounting one failed: %s; as root: "
			"mount -t bpf bpf %s",
			map->name, root, strerror(errno), root);
	}
	return report_fail(
		report, EINVAL,
		"map '%s': pin path %s is not on a bpffs; mount one there: mount -t bpf "
		"bpf DIR",
		map->name, map->pin_path);
}

static int make_directory(const char *path, const struct bpf_loader_map *map,
			  struct pin_journal *journal, struct report *report)
{
	if (!mkdir(path, 0700)) {
		if (note_made(journal, path, true))
			return 0;
		rmdir(path);
		return report_fail(report, ENOMEM, "map '%s': no memory", map->name);
	}
	if (errno == EEXIST)
		return 0;
	return report_fail(report, errno, "map '%s': cannot make directory %s: %s", map->name,
			   path, strerror(errno));
}

/* Every directory above `pin_path`, like mkdir -p. */
static int make_parents(const struct bpf_loader_map *map, struct pin_journal *journal,
			struct report *report)
{
	char *path = strdup(map->pin_path);
	struct stat st;
	int err = 0;

	if (!path)
		return report_fail(report, ENOMEM, "map '%s': no memory", map->name);
	for (char *slash = strchr(path + 1, '/'); slash && !err;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (stat(path, &st))
			err = make_directory(path, map, journal, report);
		*slash = '/';
	}
	free(path);
	return err;
}

int pinning_pin(struct bpf_loader_map *map, int fd, const struct pin_options *options,
		struct pin_journal *journal, struct report *report)
{
	int err = 0, found = on_bpffs(map->pin_path);

	/* Not knowing is no reason to mount another one over it. */
	if (found < 0)
		return report_fail(report, ENOMEM, "map '%s': no memory", map->name);
	if (!found)
		err = mount_bpffs(map, options, report);
	if (!err)
		err = make_parents(map, journal, report);
	if (err)
		return err;
	if (bpf_obj_pin(fd, map->pin_path)) {
		if (errno == EEXIST)
			return -EEXIST;
		return report_fail(report, errno, "map '%s': cannot pin it at %s: %s",
				   map->name, map->pin_path, strerror(errno));
	}
	if (!note_made(journal, map->pin_path, false)) {
		unlink(map->pin_path);
		return report_fail(report, ENOMEM, "map '%s': no memory", map->name);
	}
	map->pinned = true;
	return 0;
}
