// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * pins: see pins.h.
 */
#include "pins.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "output.h"

#ifndef BPF_FS_MAGIC
#define BPF_FS_MAGIC 0xcafe4a11
#endif

/* ---- the directory ---- */

static bool is_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

/* "/sys/fs/bpf" of "/sys/fs/bpf/mine/", to be freed. */
static char *parent_of(const char *path)
{
	char *parent = must(strdup(path)), *end = parent + strlen(parent);

	while (end > parent + 1 && end[-1] == '/')
		end--;
	while (end > parent && end[-1] != '/')
		end--;
	if (end == parent)
		*end++ = '.';
	*end = '\0';
	return parent;
}

static bool fail_directory(const char *directory, int errnum)
{
	complain("--pin %s: cannot make that directory: %s%s", directory, strerror(errnum),
		 errnum == ENOENT ? "; the one above it is missing, too"
		 : errnum == EPERM || errnum == EACCES
			 ? "; bpffs belongs to root: run it as root"
			 : "");
	return false;
}

/* Nothing is made on a file system where pins cannot be. */
static bool prepare_directory(struct pins *pins)
{
	char *parent = parent_of(pins->directory);
	const bool there = !access(pins->directory, F_OK),
		   bpffs = is_bpffs(there ? pins->directory : parent);

	if (!there && access(parent, F_OK))
		fail_directory(pins->directory, errno);
	else if (!bpffs)
		complain("--pin %s: that is not on a bpffs; mount -t bpf bpf /sys/fs/bpf "
			 "makes one",
			 pins->directory);
	else if (!there && mkdir(pins->directory, 0700))
		fail_directory(pins->directory, errno);
	else
		pins->made_directory = !there;
	free(parent);
	return there ? bpffs : pins->made_directory;
}

/* ---- pins ---- */

static char *path_of(const struct pins *pins, const char *name, const char *suffix)
{
	char *path = text_of("%s/%s%s", pins->directory, name, suffix);

	for (char *c = path + strlen(pins->directory) + 1; *c; c++)
		if (*c == '.' || *c == '/')
			*c = '_';
	return path;
}

static bool fail_pin(const struct pin *pin, int errnum)
{
	complain("%s '%s': cannot pin it at %s: %s%s", pin->what, pin->name, pin->path,
		 strerror(errnum),
		 errnum == EEXIST		       ? "; rm it, or choose another directory"
		 : errnum == EPERM || errnum == EACCES ? "; run it as root"
						       : "");
	return false;
}

/* Takes `path` over. */
static bool add(struct pins *pins, int fd, char *path, const char *what, const char *name)
{
	struct pin pin = {.path = path, .what = what, .name = name};

	if (bpf_obj_pin(fd, path)) {
		fail_pin(&pin, errno);
		free(path);
		return false;
	}
	pins->list = must(reallocarray(pins->list, pins->count + 1, sizeof(pin)));
	pins->list[pins->count++] = pin;
	return true;
}

static bool add_maps(struct pins *pins, struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(loader, i);

		if (!map->given &&
		    !add(pins, map->fd, path_of(pins, map->name, ""), "map", map->name))
			return false;
	}
	return true;
}

static bool add_programs(struct pins *pins, struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);

		if (program->fd >= 0 &&
		    !add(pins, program->fd, path_of(pins, program->name, ""), "program",
			 program->name))
			return false;
	}
	return true;
}

/* A program may be attached several times: count_link, count_link_2. */
static char *link_path(const struct pins *pins, const struct attachments *attachments,
		       size_t index)
{
	const char *name = attachments->list[index].program->name;
	char suffix[32] = "_link";
	size_t nth = 1;

	for (size_t i = 0; i < index; i++)
		if (attachments->list[i].pin && attachments->list[i].program->name == name)
			nth++;
	if (nth > 1)
		append(suffix, sizeof(suffix), "_%zu", nth);
	return path_of(pins, name, suffix);
}

static bool add_links(struct pins *pins, struct attachments *attachments)
{
	for (size_t i = 0; i < attachments->count; i++) {
		struct attachment *attachment = &attachments->list[i];
		char *path;

		if (!attachment_is_link(attachment))
			continue;
		path = link_path(pins, attachments, i);
		attachment->pin = must(strdup(path));
		if (!add(pins, attachment->fd, path, "link", attachment->program->name))
			return false;
	}
	return true;
}

bool pins_make(struct pins *pins, const char *directory, struct bpf_loader *loader,
	       struct attachments *attachments)
{
	pins->directory = directory;
	return prepare_directory(pins) && add_maps(pins, loader) &&
	       add_programs(pins, loader) && (!attachments || add_links(pins, attachments));
}

void pins_undo(struct pins *pins)
{
	for (size_t i = pins->count; i > 0; i--)
		unlink(pins->list[i - 1].path);
	if (pins->made_directory)
		rmdir(pins->directory);
	pins_release(pins);
}

void pins_release(struct pins *pins)
{
	for (size_t i = 0; i < pins->count; i++)
		free(pins->list[i].path);
	free(pins->list);
	*pins = (struct pins){0};
}
