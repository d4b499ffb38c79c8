// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object: `bpfload convert OBJECT`. Plans, makes the new object where one is wanted,
 * proves it, and only then writes and prints.
 */
#include "convert_object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output.h"

/* ---- the file to be written ---- */

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Before any work: a name that cannot be meant. */
static bool check_output(const struct convert *convert)
{
	const char *path = convert->options->object_out;
	struct stat st;

	if (!path)
		return true;
	if (!path[0] || !strcmp(path, "-")) {
		complain("--object wants the name of a file, not '%s'", path);
		return false;
	}
	if (same_file(path, convert->path)) {
		complain("%s: the new object would take the place of the old one; name another "
			 "file",
			 path);
		return false;
	}
	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		complain("%s: is no regular file; name a file for the new object", path);
		return false;
	}
	return true;
}

/* ---- the proof ---- */

static void tell_proof(const struct conversion *plan, const struct proof *proof)
{
	const char *name = plan->convert->name;

	for (size_t i = 0; i < proof->words.count; i++)
		complain("%s: check: %s", name, proof->words.lines[i]);
	if (!proof->done)
		complain("%s: check: nothing is proven", name);
	else if (!proof->same)
		complain("%s: check: to the kernel they are not the same", name);
	else
		complain("%s: check: identical to the kernel (maps: %zu, programs: %zu)", name,
			 proof->maps, proof->programs);
}

/* ---- words about the result ---- */

static void tell_programs(const struct conversion *plan)
{
	for (size_t i = 0; i < plan->program_count; i++) {
		const struct planned_program *program = &plan->programs[i];

		if (strcmp(program->section, program->program->section) != 0)
			complain("note: %s: program '%s': section '%s' is now '%s'",
				 plan->convert->name, program->name, program->program->section,
				 program->section);
		for (size_t line = 0; line < program->notes.count; line++)
			complain("%s: %s: program '%s': %s", program->left ? "left" : "note",
				 plan->convert->name, program->name,
				 program->notes.lines[line]);
	}
}

static void tell_maps(const struct conversion *plan)
{
	for (size_t i = 0; i < plan->map_count; i++)
		for (size_t line = 0; line < plan->maps[i].notes.count; line++)
			complain("note: %s: map '%s': %s", plan->convert->name,
				 plan->maps[i].name, plan->maps[i].notes.lines[line]);
}

/* ---- the steps ---- */

static bool make_object(struct conversion *plan, struct image *image, struct proof *proof)
{
	const struct options *options = plan->convert->options;

	if (!options->object_out && !options->check)
		return true;
	if (!conversion_object(plan, image) || !conversion_verify(plan, image))
		return false;
	if (options->check) {
		conversion_prove(plan, image, proof);
		tell_proof(plan, proof);
	}
	return (!options->check || (proof->done && proof->same)) &&
	       (!options->object_out || conversion_write(plan, image, options->object_out));
}

/* With --object the definitions are in that file; what a person has to know goes to stderr. */
static void print_result(const struct conversion *plan, const struct proof *proof)
{
	const struct options *options = plan->convert->options;

	if (options->json) {
		conversion_print_json(plan, options->check ? proof : NULL);
	} else if (options->object_out) {
		tell_maps(plan);
		tell_programs(plan);
	} else {
		conversion_print(plan);
	}
}

static int convert_planned(struct conversion *plan)
{
	struct image image = {0};
	struct proof proof = {0};
	int status = EXIT_FAILURE;

	const bool object = plan->convert->options->object_out != NULL;

	/* Programs alone may still be worth a new object, for the names of their sections. */
	if (!plan->map_count && !(object && plan->program_count)) {
		complain("%s: it has no maps%s, so there is nothing to convert",
			 plan->convert->name, plan->program_count ? "" : " and no programs");
	} else if (make_object(plan, &image, &proof)) {
		print_result(plan, &proof);
		status = finish_output();
		if (!status && plan->convert->options->object_out && conversion_leaves(plan))
			status = EXIT_FAILURE;
	}
	free(image.bytes);
	proof_release(&proof);
	return status;
}

int convert_object(const struct convert *convert)
{
	struct conversion plan;
	int status = EXIT_FAILURE;

	if (!check_output(convert))
		return EXIT_USAGE;
	if (conversion_open(&plan, convert))
		status = convert_planned(&plan);
	conversion_release(&plan);
	return status;
}
