// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_write: the new object is read by the loader before anybody else gets it, and
 * then written as a whole or not at all.
 */
#include "convert_object.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

/* ---- what the loader makes of it ---- */

static bool same_numbers(const struct bpf_loader_map *a, const struct bpf_loader_map *b)
{
	return a->type == b->type && a->key_size == b->key_size &&
	       a->value_size == b->value_size && a->max_entries == b->max_entries &&
	       a->map_flags == b->map_flags && a->numa_node == b->numa_node &&
	       a->map_extra == b->map_extra && a->btf_key_type == b->btf_key_type &&
	       a->btf_value_type == b->btf_value_type;
}

/* A node counts with its flag only; of maps of maps the type is not asked for. */
static struct bpf_loader_map expected(const struct conversion *plan,
				      const struct planned_map *map)
{
	struct bpf_loader_map numbers = map->numbers;

	(void)plan;
	if (!(numbers.map_flags & BPF_F_NUMA_NODE))
		numbers.numa_node = 0;
	if (map->inner || map->programs)
		numbers.btf_value_type = 0;
	return numbers;
}

static bool verify_map(const struct conversion *plan, struct bpf_loader *loader,
		       const struct planned_map *map)
{
	const struct bpf_loader_map *found = bpf_loader_find_map(loader, map->name);
	const struct bpf_loader_map wanted = expected(plan, map);
	const bool pinned = found && found->pinning == BPF_LOADER_PIN_BY_NAME;

	if (found && same_numbers(found, &wanted) && found->slot_count == map->slot_count &&
	    !found->inner == !map->inner && pinned == map->pin_by_name)
		return true;
	complain("%s: map '%s' came out of the conversion as another one; this is a fault of "
		 "bpfload, nothing was written",
		 plan->convert->name, map->name);
	return false;
}

static bool verify_program(const struct conversion *plan, struct bpf_loader *loader,
			   const struct planned_program *program)
{
	const struct bpf_loader_program *found = bpf_loader_find_program(loader, program->name);
	const struct bpf_loader_program *wanted = program->program;

	if (found && !strcmp(found->section, program->section) &&
	    (program->left || found->type == wanted->type) &&
	    found->insn_count == wanted->insn_count &&
	    found->reloc_count == wanted->reloc_count &&
	    found->part_count == wanted->part_count)
		return true;
	complain("%s: program '%s' came out of the conversion as another one; this is a fault "
		 "of bpfload, nothing was written",
		 plan->convert->name, program->name);
	return false;
}

bool conversion_verify(const struct conversion *plan, const struct image *image)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	struct bpf_loader *loader =
		bpf_loader_open_memory(image->bytes, image->size, plan->convert->name, &opts);
	bool good = !bpf_loader_error(loader) && !bpf_loader_relocate(loader);

	if (!good)
		complain(
			"%s: the new object does not open; this is a fault of bpfload, nothing "
			"was written: %s",
			plan->convert->name, bpf_loader_error(loader));
	for (size_t i = 0; i < plan->map_count && good; i++)
		good = verify_map(plan, loader, &plan->maps[i]);
	for (size_t i = 0; i < plan->program_count && good; i++)
		good = verify_program(plan, loader, &plan->programs[i]);
	bpf_loader_close(loader);
	return good;
}

/* ---- the file ---- */

static bool write_all(int fd, const struct image *image)
{
	size_t done = 0;

	while (done < image->size) {
		ssize_t put = write(fd, (const char *)image->bytes + done, image->size - done);

		if (put < 0 && errno != EINTR)
			return false;
		done += put > 0 ? (size_t)put : 0;
	}
	return true;
}

/* mkstemp() makes files for the owner only; an object is as public as a compiler's. */
static bool finish(int fd, const char *from, const char *to)
{
	mode_t mask = umask(0);

	umask(mask);
	return !fchmod(fd, 0666 & ~mask) && !fsync(fd) && !rename(from, to);
}

static bool write_beside(const struct image *image, const char *path)
{
	char *name = text_of("%s.XXXXXX", path);
	int fd = mkostemp(name, O_CLOEXEC);
	bool good = fd >= 0 && write_all(fd, image) && finish(fd, name, path);
	const int saved = errno;

	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !good)
		unlink(name);
	free(name);
	errno = saved;
	return good;
}

/* A signal waits until the file is whole: nothing is left beside it. */
bool conversion_write(const struct conversion *plan, const struct image *image,
		      const char *path)
{
	sigset_t all, before;
	bool good;

	(void)plan;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	good = write_beside(image, path);
	if (!good)
		complain("%s: cannot write the new object: %s", path, strerror(errno));
	sigprocmask(SIG_SETMASK, &before, NULL);
	return good;
}
