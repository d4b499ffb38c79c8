// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_kernel: --check. Both objects are loaded side by side, attached to nothing and
 * pinned nowhere, and what the kernel says of their maps and programs is compared.
 */
#include <stdlib.h>
#include <string.h>

#include "compare_kernel.h"
#include "convert_source.h"
#include "output.h"

/* ---- loading ---- */

/* A check must neither find the maps of others at their pins nor leave its own there. */
static void forget_pins(struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		struct bpf_loader_map *map = bpf_loader_map(loader, i);

		map->pinning = BPF_LOADER_PIN_NONE;
		free(map->pin_path);
		map->pin_path = NULL;
	}
}

/* NULL after a complaint. To be closed. */
static struct bpf_loader *load(const struct source_job *job, const struct clang_output *object,
			       const char *which)
{
	struct bpf_loader_opts opts = job->convert->options->loader;
	struct bpf_loader *loader = bpf_loader_open_memory(
		object->bytes.bytes, object->bytes.size, job->convert->name, &opts);

	if (!bpf_loader_error(loader)) {
		forget_pins(loader);
		if (!bpf_loader_load(loader))
			return loader;
	}
	complain("%s: --check: %s cannot be loaded, so nothing is proven: %s",
		 job->convert->name, which, bpf_loader_error(loader));
	bpf_loader_close(loader);
	return NULL;
}

/* ---- the two lists ---- */

/*
 * libbpf's rule for objects with BTF definitions, which this loader follows: a map also for
 * variables that no program uses. It is no part of the question.
 */
static bool is_extra(const struct bpf_loader_map *map, const struct bpf_loader *other)
{
	return map->dialect == BPF_LOADER_DATA && !bpf_loader_find_map(other, map->name);
}

/* Names and descriptors are the loader's. */
static struct kernel_side side_of(const struct bpf_loader *loader,
				  const struct bpf_loader *other)
{
	size_t map_count = bpf_loader_map_count(loader), maps = 0;
	size_t programs = bpf_loader_program_count(loader);
	struct named_fd *list = must(calloc(map_count + programs + 1, sizeof(*list)));

	for (size_t i = 0; i < map_count; i++) {
		const struct bpf_loader_map *map = bpf_loader_map(loader, i);

		if (!is_extra(map, other))
			list[maps++] = (struct named_fd){map->name, map->fd};
	}
	for (size_t i = 0; i < programs; i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);

		list[maps + i] = (struct named_fd){program->name, program->fd};
	}
	return (struct kernel_side){list, list + maps, maps, programs};
}

/* ---- the comparison ---- */

/* Does its section tell another type than before? Then it was loaded by guessing only. */
static bool tell_types(const struct source_job *job)
{
	bool same = true;

	for (size_t i = 0; source_converted(job) && i < bpf_loader_program_count(job->loader);
	     i++) {
		const struct bpf_loader_program *was = bpf_loader_program(job->loader, i);
		const struct bpf_loader_program *is =
			bpf_loader_find_program(job->new_loader, was->name);

		if (!is || is->type == was->type)
			continue;
		complain("%s: --check: nothing tells the type of program '%s' any more",
			 job->convert->name, was->name);
		same = false;
	}
	return same;
}

static bool tell_differences(const struct source_job *job,
			     const struct kernel_comparison *comparison)
{
	for (size_t i = 0; i < comparison->count; i++) {
		char *words;

		if (comparison->pairs[i].same)
			continue;
		words = kernel_pair_words(&comparison->pairs[i]);
		complain("%s: --check: not the same to the kernel before and after: %s",
			 job->convert->name, words);
		free(words);
	}
	return comparison->same;
}

static bool compare(const struct source_job *job, const struct bpf_loader *was,
		    const struct bpf_loader *is)
{
	struct kernel_side a = side_of(was, is), b = side_of(is, was);
	struct kernel_comparison comparison = {0};
	bool same = kernel_compare(&comparison, &a, &b) && tell_differences(job, &comparison);

	same = tell_types(job) && same;
	if (same)
		complain("%s: --check: %zu map%s and %zu program%s, the same to the kernel "
			 "before and after",
			 job->convert->name, a.map_count, a.map_count == 1 ? "" : "s",
			 a.program_count, a.program_count == 1 ? "" : "s");
	kernel_comparison_release(&comparison);
	free((void *)a.maps);
	free((void *)b.maps);
	return same;
}

bool source_check(const struct source_job *job)
{
	struct bpf_loader *was, *is;
	bool same;

	if (!job->plan.count)
		return true;
	was = load(job, &job->object, "what it was");
	if (!was)
		return false;
	is = load(job, source_converted(job) ? &job->new_object : &job->object,
		  "what it becomes");
	same = is && compare(job, was, is);
	bpf_loader_close(was);
	bpf_loader_close(is);
	return same;
}
