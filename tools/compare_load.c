// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare_load: both objects in the kernel, side by side, until the program ends.
 *
 * Nothing is attached, and no pin is made or looked at: a map found at a pin would be compared
 * with what somebody else made. So all ends with the descriptors, whatever way this process ends.
 */
#include "compare.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "object_text.h"
#include "output.h"
#include "process.h"

/* ---- rights ---- */

static bool has_capability(unsigned int capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data))
		return false;
	return data[capability / 32].effective & 1u << capability % 32;
}

/* Who may ask for ids and instructions: to be seen before anything is created. */
static bool may_ask(void)
{
	return has_capability(CAP_SYS_ADMIN);
}

/* ---- one side ---- */

/* What opening the object has said already is not said again. */
static bool said_before(const struct findings *findings, const struct bpf_loader_event *event)
{
	for (size_t i = 0; i < findings->count; i++)
		if (!strcmp(findings->list[i].text, event->text))
			return true;
	return false;
}

static void hear(const struct bpf_loader_event *event, void *ctx)
{
	struct side *side = ctx;

	if (!said_before(&side->findings, event))
		findings_hear(&side->findings, event);
}

static int drop_pin(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index;
	(void)ctx;
	free(map->pin_path);
	map->pin_path = NULL;
	return 0;
}

static void list_descriptors(struct side *side)
{
	const size_t maps = bpf_loader_map_count(side->loader);
	const size_t programs = bpf_loader_program_count(side->loader);

	side->maps = must(calloc(maps + 1, sizeof(*side->maps)));
	side->programs = must(calloc(programs + 1, sizeof(*side->programs)));
	for (size_t i = 0; i < maps; i++) {
		const struct bpf_loader_map *map = bpf_loader_map(side->loader, i);

		side->maps[side->map_count++] =
			(struct named_fd){object_map_name(map), map->fd};
	}
	for (size_t i = 0; i < programs; i++) {
		const struct bpf_loader_program *program = bpf_loader_program(side->loader, i);

		if (program->fd >= 0)
			side->programs[side->program_count++] =
				(struct named_fd){program->name, program->fd};
	}
}

/* Returns 0 or the errno with which the kernel refused. */
static int load_side(struct side *side, const struct bpf_loader_opts *options, bool maps_only)
{
	struct bpf_loader_opts opts = *options;
	const char *error;

	opts.fixup_map = drop_pin;
	opts.report = hear;
	opts.ctx = side;
	opts.flags |= BPF_LOADER_NO_ATTACH;
	if (side->bytes)
		side->loader =
			bpf_loader_open_memory(side->bytes, side->size, side->path, &opts);
	else
		side->loader = bpf_loader_open(side->path, &opts);
	error = bpf_loader_error(side->loader);
	if (!error && !(maps_only ? bpf_loader_create_maps(side->loader)
				  : bpf_loader_load(side->loader))) {
		list_descriptors(side);
		return 0;
	}
	side->refusal = text_of("%s", bpf_loader_error(side->loader) ?: "out of memory");
	return bpf_loader_errno(side->loader) ?: ENOMEM;
}

/* ---- both ---- */

static bool not_asked(struct comparison *comparison, const char *why)
{
	comparison->why_not = must(strdup(why));
	if (comparison->options->kernel != KERNEL_YES)
		return true;
	complain("the kernel is not asked: %s", why);
	return false;
}

static int load_both(struct comparison *comparison, bool maps_only)
{
	const struct options *options = comparison->options;
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		struct bpf_loader_opts opts = options->loader;

		if (i)
			opts.dialect = options->second_dialect;
		err = load_side(&comparison->sides[i], &opts, maps_only);
	}
	return err;
}

static void unload(struct side *side)
{
	bpf_loader_close(side->loader);
	free(side->maps);
	free(side->programs);
	side->loader = NULL;
	side->maps = side->programs = NULL;
	side->map_count = side->program_count = 0;
}

/* The refusal of either side, as a reason not to go on; it is no fault of the object then. */
static void keep_reason(struct comparison *comparison)
{
	for (int i = 0; i < 2; i++) {
		struct side *side = &comparison->sides[i];

		unload(side);
		if (!side->refusal)
			continue;
		if (!comparison->why_not)
			comparison->why_not = side->refusal;
		else
			free(side->refusal);
		side->refusal = NULL;
	}
}

/*
 * A program that may not be loaded says nothing about the object: in a user namespace everybody
 * seems to have all rights, and kernels are built without this and that. Then it is maps only.
 */
static enum asked load(struct comparison *comparison)
{
	int err = load_both(comparison, false);

	if (!err)
		return ASKED_ALL;
	if ((err != EPERM && err != EACCES) || comparison->options->kernel == KERNEL_YES) {
		comparison->why_not = text_of("it does not take one of the objects");
		return ASKED_NOTHING;
	}
	keep_reason(comparison);
	if (!load_both(comparison, true))
		return ASKED_MAPS;
	keep_reason(comparison);
	return ASKED_NOTHING;
}

bool compare_load(struct comparison *comparison)
{
	struct kernel_side sides[2];

	if (comparison->options->kernel == KERNEL_NO)
		return not_asked(comparison, "--kernel=no");
	if (compare_refused(comparison))
		return not_asked(comparison, "a program is refused before it gets there");
	if (!may_ask())
		return not_asked(comparison,
				 "that takes CAP_SYS_ADMIN; run bpfload as root for it");
	comparison->asked = load(comparison);
	if (comparison->asked == ASKED_NOTHING)
		return true;
	for (int i = 0; i < 2; i++) {
		const struct side *side = &comparison->sides[i];

		sides[i] = (struct kernel_side){.maps = side->maps,
						.map_count = side->map_count,
						.programs = side->programs,
						.program_count = side->program_count};
	}
	return kernel_compare(&comparison->kernel, &sides[0], &sides[1]);
}

const struct kernel_pair *compare_kernel_pair(const struct comparison *comparison,
					      const struct match *match)
{
	const bool is_program = match->program[0] || match->program[1];

	for (size_t i = 0; i < comparison->kernel.count; i++)
		if (comparison->kernel.pairs[i].is_program == is_program &&
		    !strcmp(comparison->kernel.pairs[i].name, match->name))
			return &comparison->kernel.pairs[i];
	return NULL;
}

/* ---- examples ---- */

/* Types of map that take an entry of any bytes, and in which bpftool finds it again. */
static bool takes_entry(__u32 type)
{
	switch (type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE: return true;
	default: return false;
	}
}

/* Key 0, and a value that is a small number wherever one looks. */
static bool put_entry(int fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);
	unsigned char *key, *value;
	bool good;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) || !takes_entry(info.type) ||
	    !info.value_size)
		return false;
	key = must(calloc(1, info.key_size + 1));
	value = must(calloc(1, info.value_size));
	for (__u32 i = 0; i < info.value_size; i += 8)
		value[i] = (unsigned char)(i / 8 + 1);
	good = !bpf_map_update_elem(fd, key, value, BPF_ANY);
	free(key);
	free(value);
	return good;
}

/* An array has more elements than anybody wants to see: so many lines are enough. */
#define LINES_MOST 16

struct lines {
	struct memory memory;
	size_t count;
};

static bool hear_lines(const char *piece, size_t size, void *ctx)
{
	struct lines *lines = ctx;

	for (size_t i = 0; i < size; i++) {
		if (lines->count == LINES_MOST)
			return false;
		lines->count += piece[i] == '\n';
		memory_hear(piece + i, 1, &lines->memory);
	}
	return true;
}

static __u32 id_of(int fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

/* What bpftool shows of the map; NULL where it cannot. */
static char *dump(int fd)
{
	struct lines lines = {0};
	struct listener out = {hear_lines, &lines, true}, err = {nobody_hear, NULL, true};
	char id[16];
	char *const arguments[] = {
		(char *)"bpftool", (char *)"map", (char *)"dump", (char *)"id", id, NULL};

	snprintf(id, sizeof(id), "%u", id_of(fd));
	process_run(arguments, -1, &out, &err);
	if (lines.count == LINES_MOST)
		memory_hear("...\n", 4, &lines.memory);
	return lines.memory.bytes;
}

static bool one_side_names_types(const struct kernel_pair *pair)
{
	for (size_t i = 0; i < pair->row_count; i++)
		if (!strcmp(pair->rows[i].field, "value type"))
			return !pair->rows[i].a[0] != !pair->rows[i].b[0];
	return false;
}

static bool bpftool_is_there(void)
{
	const char *path = getenv("PATH") ?: "/usr/sbin:/usr/bin:/sbin:/bin";
	bool found = false;

	for (const char *at = path; *at && !found;) {
		const size_t length = strcspn(at, ":");
		char *file = text_of("%.*s/bpftool", (int)length, at);

		found = !access(file, X_OK);
		free(file);
		at += length + (at[length] == ':');
	}
	return found;
}

/* True where both sides have shown something. */
static bool make_example(struct example *example, const struct kernel_pair *pair)
{
	*example = (struct example){.map = pair->name};
	if (!put_entry(pair->fd_a) || !put_entry(pair->fd_b))
		return false;
	example->text[0] = dump(pair->fd_a);
	example->text[1] = dump(pair->fd_b);
	if (example->text[0] && example->text[1])
		return true;
	free(example->text[0]);
	free(example->text[1]);
	return false;
}

void compare_examples(struct comparison *comparison)
{
	const struct kernel_comparison *kernel = &comparison->kernel;
	const bool can = bpftool_is_there();
	bool wanted = false;

	for (size_t i = 0; i < kernel->count; i++) {
		const struct kernel_pair *pair = &kernel->pairs[i];

		if (pair->is_program || !one_side_names_types(pair))
			continue;
		wanted = true;
		if (comparison->example_count == EXAMPLES_MOST)
			comparison->example_left++;
		else if (can &&
			 make_example(&comparison->examples[comparison->example_count], pair))
			comparison->example_count++;
	}
	if (wanted && !can)
		comparison->no_examples = text_of("there is no bpftool to show it");
	else if (!comparison->example_count)
		comparison->no_examples =
			text_of(wanted ? "none of these maps takes an entry that bpftool shows"
				       : "no map has types on one side only");
}
