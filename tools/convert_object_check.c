// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_check: the proof of a conversion. The old object goes into the kernel by this
 * project's loader, the new one by libbpf, and what the kernel says of both is compared.
 *
 * Nothing is pinned or attached, and everything is closed afterwards. Data maps that only libbpf
 * makes, because it makes one for each section used or not, are no difference.
 */
#include "convert_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare_kernel.h"
#include "output.h"

/* ---- what libbpf says while it loads ---- */

#define WORDS_MAX 2048

/* libbpf's printer has no context. */
static char libbpf_words[WORDS_MAX];

static int hear_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	const size_t used = strlen(libbpf_words);

	if (level == LIBBPF_WARN)
		vsnprintf(libbpf_words + used, sizeof(libbpf_words) - used, format, args);
	return 0;
}

/* ---- the two loads ---- */

/* Pins are no part of the question, and what is pinned there already is not ours to touch. */
static void forget_pins(struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		struct bpf_loader_map *map = bpf_loader_map(loader, i);

		map->pinning = BPF_LOADER_PIN_NONE;
		free(map->pin_path);
		map->pin_path = NULL;
	}
}

static bool load_old(struct conversion *plan, struct proof *proof)
{
	struct bpf_loader *loader = plan->object.loader;

	forget_pins(loader);
	loader->report.fn = NULL; /* it has said what it has to say */
	if (!bpf_loader_load_programs(loader))
		return true;
	note(&proof->words, "the old object does not load: %s", bpf_loader_error(loader));
	return false;
}

/* "NAME" of "DIR/NAME.o": names of data maps begin with it. To be freed. */
static char *object_name(const struct conversion *plan)
{
	char *path = must(strdup(plan->convert->path));
	char *name = must(strdup(basename(path)));
	char *end = strrchr(name, '.');

	if (end && !strcmp(end, ".o"))
		*end = '\0';
	free(path);
	return name;
}

static bool load_image(const struct image *image, const char *name, struct bpf_object **object)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);
	struct bpf_map *map = NULL;

	*object = bpf_object__open_mem(image->bytes, image->size, &opts);
	if (!*object)
		return false;
	while ((map = bpf_object__next_map(*object, map)))
		bpf_map__set_pin_path(map, NULL);
	return !bpf_object__load(*object);
}

static bool load_new(const struct conversion *plan, const struct image *image,
		     struct bpf_object **object, struct proof *proof)
{
	libbpf_print_fn_t printer = libbpf_set_print(hear_libbpf);
	char *name = object_name(plan);
	bool good;
	int saved;

	libbpf_words[0] = '\0';
	good = load_image(image, name, object);
	saved = errno;
	if (!good)
		note(&proof->words, "libbpf does not load the new object: %s\n%s",
		     strerror(saved), libbpf_words);
	libbpf_set_print(printer);
	free(name);
	return good;
}

/* ---- the two lists ---- */

struct lists {
	struct named_fd *maps[2], *programs[2]; /* old, new */
	size_t map_count, program_count;
};

static int fd_of_new_map(const struct conversion *plan, const struct bpf_object *object,
			 const struct bpf_loader_map *map)
{
	if (map->dialect == BPF_LOADER_DATA)
		return bpf_object__find_map_fd_by_name(object, map->section);
	for (size_t i = 0; i < plan->map_count; i++)
		if (plan->maps[i].map == map)
			return bpf_object__find_map_fd_by_name(object, plan->maps[i].name);
	return -1;
}

static void list_maps(const struct conversion *plan, const struct bpf_object *object,
		      struct lists *lists)
{
	lists->map_count = bpf_loader_map_count(plan->object.loader);
	for (int side = 0; side < 2; side++)
		lists->maps[side] =
			must(calloc(lists->map_count + 1, sizeof(*lists->maps[side])));
	for (size_t i = 0; i < lists->map_count; i++) {
		const struct bpf_loader_map *map = bpf_loader_map(plan->object.loader, i);

		lists->maps[0][i] = (struct named_fd){map->name, map->fd};
		lists->maps[1][i] =
			(struct named_fd){map->name, fd_of_new_map(plan, object, map)};
	}
}

static int fd_of_new_program(const struct bpf_object *object, const char *name)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(object, name);

	return program ? bpf_program__fd(program) : -1;
}

static void list_programs(const struct conversion *plan, const struct bpf_object *object,
			  struct lists *lists)
{
	lists->program_count = plan->program_count;
	for (int side = 0; side < 2; side++)
		lists->programs[side] =
			must(calloc(lists->program_count + 1, sizeof(*lists->programs[side])));
	for (size_t i = 0; i < lists->program_count; i++) {
		const struct planned_program *program = &plan->programs[i];

		lists->programs[0][i] = (struct named_fd){program->name, program->program->fd};
		lists->programs[1][i] = (struct named_fd){
			program->name, fd_of_new_program(object, program->name)};
	}
}

static void lists_release(struct lists *lists)
{
	for (int side = 0; side < 2; side++) {
		free(lists->maps[side]);
		free(lists->programs[side]);
	}
}

/* ---- the comparison ---- */

/*
 * libbpf binds maps of .rodata to every program, used or not. Which maps a program does use is
 * part of its instructions, by name.
 */
static bool counts(const struct kernel_pair *pair, const struct kernel_row *row)
{
	return row->differs && !(pair->is_program && !strcmp(row->field, "maps"));
}

static bool differs(const struct kernel_pair *pair)
{
	bool any = pair->fd_a < 0 || pair->fd_b < 0;

	for (size_t i = 0; i < pair->row_count; i++)
		any = any || counts(pair, &pair->rows[i]);
	return any;
}

/* Returns true where nothing differs. */
static bool tell_differences(const struct kernel_comparison *comparison, struct proof *proof)
{
	bool same = true;

	for (size_t i = 0; i < comparison->count; i++) {
		char *words;

		if (!differs(&comparison->pairs[i]))
			continue;
		words = kernel_pair_words(&comparison->pairs[i]);
		note(&proof->words, "%s", words);
		free(words);
		same = false;
	}
	return same;
}

static void compare(const struct conversion *plan, const struct bpf_object *object,
		    struct proof *proof)
{
	struct kernel_comparison comparison = {0};
	struct kernel_side sides[2];
	struct lists lists = {0};

	list_maps(plan, object, &lists);
	list_programs(plan, object, &lists);
	for (int side = 0; side < 2; side++)
		sides[side] = (struct kernel_side){
			.maps = lists.maps[side],
			.programs = lists.programs[side],
			.map_count = lists.map_count,
			.program_count = lists.program_count,
		};
	proof->done = kernel_compare(&comparison, &sides[0], &sides[1]);
	proof->maps = lists.map_count;
	proof->programs = lists.program_count;
	proof->same = proof->done && tell_differences(&comparison, proof);
	kernel_comparison_release(&comparison);
	lists_release(&lists);
}

void conversion_prove(struct conversion *plan, const struct image *image, struct proof *proof)
{
	struct bpf_object *object = NULL;

	*proof = (struct proof){0};
	if (load_old(plan, proof) && load_new(plan, image, &object, proof))
		compare(plan, object, proof);
	bpf_object__close(object);
}
