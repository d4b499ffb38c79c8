// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_verify: no conversion goes out that the loader does not find to mean the same.
 *
 * It needs no privileges, so it is done every time. What the kernel makes of both is --check's
 * affair.
 */
#include <stdlib.h>
#include <string.h>

#include "convert_source.h"
#include "convert_source_rewrite.h"
#include "loader/prog_load.h"
#include "output.h"

/* ---- the text ---- */

static bool make_text(struct source_job *job)
{
	struct edits edits = {0};

	free(job->text);
	rewrite(&job->plan, &edits);
	job->text = edits_apply(&edits, &job->source, &job->size);
	edits_release(&edits);
	if (!job->text)
		complain("%s: its definitions overlap; nothing was converted",
			 job->convert->name);
	return job->text != NULL;
}

static bool runs(const struct source_job *job, enum clang_job what, struct clang_output *output)
{
	return clang_run(&job->clang, what, job->text, job->size, output);
}

/* ---- what clang does not like ---- */

/* clang's words, with the file's name in them; to be freed. */
static char *words(const struct source_job *job, const struct clang_output *output)
{
	static const char stdin_name[] = "<stdin>";
	const char *rest = output->messages.bytes, *found;
	char *text = must(strdup(""));

	while ((found = strstr(rest, stdin_name))) {
		char *longer = text_of("%s%.*s%s", text, (int)(found - rest), rest,
				       job->input ? stdin_name : job->convert->name);

		free(text);
		text = longer;
		rest = found + strlen(stdin_name);
	}
	found = text;
	text = text_of("%s%s", found, rest);
	free((char *)found);
	return text;
}

/* "error: TEXT" of the first such line; to be freed. */
static char *first_error(const struct clang_output *output)
{
	const char *text = strstr(output->messages.bytes, "error: ");

	text = text ? text + strlen("error: ") : output->messages.bytes;
	return must(strndup(text, strcspn(text, "\n")));
}

static void leave_component(struct plan *plan, size_t component, const char *why)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->list[i].component == component)
			plan_leave(&plan->list[i], "converted, it does not compile: %s", why);
}

static void hold_component(struct plan *plan, size_t component, bool held)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->list[i].component == component)
			plan->list[i].held = held;
}

/* Converts one after the other, and leaves those that do not compile. */
static bool isolate(struct source_job *job)
{
	struct plan *plan = &job->plan;
	struct clang_output output;

	for (size_t i = 0; i < plan->count; i++)
		plan->list[i].held = true;
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->list[i].component != i)
			continue;
		hold_component(plan, i, false);
		if (!make_text(job))
			return false;
		if (!runs(job, CLANG_CHECK, &output)) {
			char *why = first_error(&output);

			leave_component(plan, i, why);
			free(why);
		}
		clang_output_release(&output);
	}
	plan_spread(plan);
	return make_text(job);
}

static bool compile(struct source_job *job)
{
	char *text;

	clang_output_release(&job->new_object);
	if (runs(job, CLANG_OBJECT, &job->new_object))
		return true;
	clang_output_release(&job->new_object);
	if (!isolate(job))
		return false;
	if (runs(job, CLANG_OBJECT, &job->new_object))
		return true;
	text = words(job, &job->new_object);
	complain("%s: converted, it does not compile; nothing was converted\n%s",
		 job->convert->name, text);
	free(text);
	return false;
}

/* ---- are the maps the same? ---- */

static const char *inner_name(const struct bpf_loader *loader, const struct bpf_loader_map *map)
{
	return map->inner_map >= 0 ? bpf_loader_map(loader, (size_t)map->inner_map)->name : "";
}

static const struct bpf_loader_map *inner_of(const struct bpf_loader *loader,
					     const struct bpf_loader_map *map)
{
	return map->inner_map >= 0 ? bpf_loader_map(loader, (size_t)map->inner_map)
				   : map->inner;
}

/* NULL, or what is different; to be freed. */
static char *number_difference(const struct bpf_loader_map *was,
			       const struct bpf_loader_map *is)
{
	const struct {
		const char *name;
		__u32 was, is;
	} rows[] = {
		{"type", was->type, is->type},
		{"key_size", was->key_size, is->key_size},
		{"value_size", was->value_size, is->value_size},
		{"max_entries", was->max_entries, is->max_entries},
		{"map_flags", was->map_flags, is->map_flags},
		{"numa_node", was->map_flags & BPF_F_NUMA_NODE ? was->numa_node : 0,
		 was->map_flags & BPF_F_NUMA_NODE ? is->numa_node : 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].was != rows[i].is)
			return text_of("its %s would be %u instead of %u", rows[i].name,
				       rows[i].is, rows[i].was);
	return NULL;
}

static char *inner_difference(const struct source_job *job, const struct bpf_loader_map *was,
			      const struct bpf_loader_map *is)
{
	const struct bpf_loader_map *a = inner_of(job->loader, was);
	const struct bpf_loader_map *b = inner_of(job->new_loader, is);

	if (!a != !b)
		return text_of("its inner map would be %s", b ? "there" : "missing");
	if (a && is->inner_map >= 0 &&
	    strcmp(inner_name(job->loader, was), inner_name(job->new_loader, is)) != 0)
		return text_of("its inner map would be '%s' instead of '%s'",
			       inner_name(job->new_loader, is), inner_name(job->loader, was));
	if (was->slot_count != is->slot_count)
		return text_of("it would have %zu filled slots instead of %zu", is->slot_count,
			       was->slot_count);
	return a ? number_difference(a, b) : NULL;
}

/* Pins that have no equivalent are given up, with a note. */
static char *pinning_difference(const struct bpf_loader_map *was,
				const struct bpf_loader_map *is)
{
	bool by_name = was->pinning == BPF_LOADER_PIN_BY_NAME ||
		       was->pinning == BPF_LOADER_PIN_GLOBAL_NS;
	enum bpf_loader_pinning wanted = by_name ? BPF_LOADER_PIN_BY_NAME : BPF_LOADER_PIN_NONE;

	return is->pinning == wanted || is->pinning == was->pinning
		       ? NULL
		       : text_of("it would be pinned otherwise");
}

static char *difference(const struct source_job *job, const struct definition *definition)
{
	const struct bpf_loader_map *was = definition->map;
	const struct bpf_loader_map *is =
		was ? bpf_loader_find_map(job->new_loader, was->name) : NULL;
	char *text;

	if (!was)
		return NULL;
	if (!is)
		return text_of("it would not be in the object");
	if (plan_converts(definition) && is->dialect != BPF_LOADER_BTF)
		return text_of("it would still be in SEC(\"%s\")", is->section);
	text = number_difference(was, is);
	if (!text)
		text = inner_difference(job, was, is);
	return text ? text : pinning_difference(was, is);
}

/* Leaves what does not mean the same. False where something that is left has changed. */
static bool compare_maps(struct source_job *job, bool *same)
{
	*same = true;
	for (size_t i = 0; i < job->plan.count; i++) {
		struct definition *definition = &job->plan.list[i];
		char *text = difference(job, definition);

		if (!text)
			continue;
		*same = false;
		if (!plan_converts(definition)) {
			complain("%s: map '%s' is left, but %s; nothing was converted",
				 job->convert->name, definition->name, text);
			free(text);
			return false;
		}
		plan_leave(definition, "converted, it would not be the same map: %s", text);
		free(text);
	}
	plan_spread(&job->plan);
	return true;
}

/* ---- programs ---- */

static void note_slots(struct source_job *job)
{
	const struct bpf_loader_program *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < bpf_loader_program_count(job->loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(job->loader, i);

		if (!program->has_slot || program->slot_by_id)
			continue;
		if (!count++)
			first = program;
	}
	if (count)
		plan_note(
			&job->plan, NULL,
			"SEC(\"%s\") puts program '%s' into a slot of a program array, and so "
			"with %zu in all; libbpf knows no such sections, the loading program "
			"has to fill the slots",
			first->section, first->name, count);
}

static void compare_programs(struct source_job *job)
{
	for (size_t i = 0; i < bpf_loader_program_count(job->loader); i++) {
		const struct bpf_loader_program *was = bpf_loader_program(job->loader, i);
		const struct bpf_loader_program *is =
			bpf_loader_find_program(job->new_loader, was->name);

		if (is && is->type != was->type)
			plan_note(&job->plan, NULL,
				  "the type of program '%s' was told by the maps being tc's; "
				  "SEC(\"%s\") tells none: use SEC(\"tc\")",
				  was->name, was->section);
	}
	note_slots(job);
}

/* ---- the order of maps ---- */

static const struct bpf_loader_map *slot_map(const struct bpf_loader *loader, const char *name)
{
	const struct bpf_loader_program *program = bpf_loader_find_program(loader, name);

	return program ? prog_load_slot_map(&loader->maps, program) : NULL;
}

static bool slots_move(const struct source_job *job)
{
	for (size_t i = 0; i < bpf_loader_program_count(job->loader); i++) {
		const char *name = bpf_loader_program(job->loader, i)->name;
		const struct bpf_loader_map *was = slot_map(job->loader, name);
		const struct bpf_loader_map *is = slot_map(job->new_loader, name);

		if (was && is && strcmp(was->name, is->name) != 0)
			return true;
	}
	return false;
}

/* SEC("socket/N") means the program array that comes last, and clang decides which does. */
static void compare_slots(struct source_job *job, bool *same)
{
	for (size_t i = 0; slots_move(job) && i < job->plan.count; i++) {
		struct definition *definition = &job->plan.list[i];

		if (!plan_converts(definition) ||
		    definition->map->type != BPF_MAP_TYPE_PROG_ARRAY)
			continue;
		plan_leave(definition,
			   "some SEC(\"NAME/N\") puts a program into the last program array of "
			   "the object, and converted, another one would be the last; "
			   "--keep-order "
			   "prevents that");
		*same = false;
	}
	plan_spread(&job->plan);
}

/* The place of the map among those of both objects. */
static size_t rank(const struct bpf_loader *loader, const struct bpf_loader *other,
		   const char *name)
{
	size_t before = 0;

	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		const char *here = bpf_loader_map(loader, i)->name;

		if (!strcmp(here, name))
			break;
		before += bpf_loader_find_map(other, here) != NULL;
	}
	return before;
}

static void note_order(struct source_job *job)
{
	bool same = true;

	for (size_t i = 0; i < bpf_loader_map_count(job->loader); i++) {
		const char *name = bpf_loader_map(job->loader, i)->name;

		same &= rank(job->loader, job->new_loader, name) ==
			rank(job->new_loader, job->loader, name);
	}
	if (!same)
		plan_note(&job->plan, NULL,
			  "its maps come in another order now: SEC(\"maps\") before "
			  "SEC(\".maps\"), and a definition without initialiser where it is "
			  "first "
			  "used. Programs that go by map_fd[N] notice; --keep-order gives each "
			  "an empty initialiser");
}

/* Functions that took a struct bpf_map_def * get a pointer to another struct now. */
static void compare_warnings(struct source_job *job)
{
	struct clang_output was, is;
	bool good = clang_run(&job->clang, CLANG_CHECK, job->input, job->source.size, &was);
	char *text;

	good = runs(job, CLANG_CHECK, &is) && good;
	text = words(job, &is);
	if (good && is.messages.size && !was.messages.size)
		plan_note(&job->plan, NULL,
			  "some code names the old type of a map; void * would do there. clang "
			  "now says:\n%s",
			  text);
	free(text);
	clang_output_release(&was);
	clang_output_release(&is);
}

bool source_verify(struct source_job *job)
{
	bool same;

	do {
		if (!make_text(job))
			return false;
		if (!source_converted(job))
			return true;
		if (!compile(job))
			return false;
		bpf_loader_close(job->new_loader);
		job->new_loader = NULL;
		if (!source_load(job, &job->new_object, &job->new_loader) ||
		    !compare_maps(job, &same))
			return false;
		if (same)
			compare_slots(job, &same);
	} while (!same);
	note_order(job);
	compare_programs(job);
	compare_warnings(job);
	return true;
}
