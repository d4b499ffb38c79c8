// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_output: what comes of a conversion, as text, patch, file or JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "convert_source.h"
#include "convert_source_rewrite.h"
#include "json_out.h"
#include "output.h"

/* ---- on stderr ---- */

static char *place(const struct source_job *job, size_t line,
		   const struct definition *definition)
{
	const struct ast_variable *variable = definition ? definition->variable : NULL;
	bool here = !variable || !strcmp(variable->file, job->plan.ast_path);

	if (!line)
		return text_of("%s", job->convert->name);
	return text_of("%s:%zu", here ? job->convert->name : variable->file, line);
}

static void tell_left(const struct source_job *job)
{
	for (size_t i = 0; i < job->plan.count; i++) {
		const struct definition *definition = &job->plan.list[i];
		char *where;

		if (!definition->left)
			continue;
		where = place(job, definition->line, definition);
		complain("%s: map '%s' is left as it is: %s", where, definition->name,
			 definition->left);
		free(where);
	}
}

static void tell_notes(const struct source_job *job)
{
	for (size_t i = 0; i < job->plan.note_count; i++) {
		const struct note *note = &job->plan.notes[i];
		char *where = place(job, note->line, NULL);

		if (note->name[0])
			complain("%s: note: map '%s': %s", where, note->name, note->text);
		else
			complain("%s: note: %s", where, note->text);
		free(where);
	}
}

void source_tell(const struct source_job *job)
{
	size_t converted = source_converted(job);

	if (!job->plan.count)
		complain("%s: no maps are defined in SEC(\"maps\"): nothing to convert",
			 job->convert->name);
	tell_notes(job);
	tell_left(job);
	if (converted < job->plan.count)
		complain("%s: %zu of %zu definitions converted", job->convert->name, converted,
			 job->plan.count);
}

/* ---- a patch ---- */

static int print_diff(const struct source_job *job)
{
	const char *name = job->input ? "stdin" : job->convert->options->object;
	char *old = text_of("%s.orig", name);
	struct memory patch = {0}, messages = {0};
	struct listener out = {memory_hear, &patch, true};
	struct listener err = {memory_hear, &messages, true};
	struct arguments arguments = {0};
	int in = process_input(job->text, job->size), status = -1;

	memory_hear("", 0, &patch);
	memory_hear("", 0, &messages);
	arguments_add_pair(&arguments, "diff", "-u");
	arguments_add_pair(&arguments, "--label", old);
	arguments_add_pair(&arguments, "--label", name);
	arguments_add(&arguments, "--");
	arguments_add_pair(&arguments, job->convert->path, "-");
	if (in >= 0) {
		status = process_run(arguments.list, in, &out, &err);
		close(in);
	}
	if (status < 0 || status > 1)
		complain("diff -u (package diffutils) failed\n%s", messages.bytes);
	else
		fwrite(patch.bytes, 1, patch.size, stdout);
	arguments_release(&arguments);
	free(patch.bytes);
	free(messages.bytes);
	free(old);
	return status < 0 || status > 1 ? EXIT_FAILURE : finish_output();
}

/* ---- JSON ---- */

static struct json_object *json_map_of(const struct source_job *job,
				       const struct definition *definition)
{
	struct json_object *map = json_map();
	char *text = definition->left ? NULL : rewrite_text(&job->plan, definition);

	json_put_text(map, "name", definition->name);
	json_put_text(map, "file",
		      definition->variable && !job->input ? definition->variable->file : NULL);
	if (definition->line)
		json_put_number(map, "line", definition->line);
	else
		json_put(map, "line", NULL);
	json_put_text(map, "section", definition->map ? definition->map->section : NULL);
	json_put_text(map, "dialect",
		      definition->map ? map_dialect_name(definition->map->dialect) : NULL);
	json_put_bool(map, "converted", !definition->left);
	json_put_text(map, "definition", text);
	json_put_text(map, "left", definition->left);
	free(text);
	return map;
}

static struct json_object *json_notes(const struct source_job *job)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < job->plan.note_count; i++) {
		const struct note *note = &job->plan.notes[i];
		struct json_object *item = json_map();

		json_put_text(item, "map", note->name[0] ? note->name : NULL);
		if (note->line)
			json_put_number(item, "line", note->line);
		else
			json_put(item, "line", NULL);
		json_put_text(item, "text", note->text);
		json_push(list, item);
	}
	return list;
}

static int print_json(const struct source_job *job)
{
	struct json_object *document = json_map(), *maps = json_list();

	json_put_text(document, "bpfload", "convert");
	json_put_number(document, "format", 1);
	json_put_text(document, "kind", "source");
	json_put_text(document, "path", job->input ? NULL : job->convert->options->object);
	for (size_t i = 0; i < job->plan.count; i++)
		json_push(maps, json_map_of(job, &job->plan.list[i]));
	json_put(document, "maps", maps);
	json_put(document, "notes", json_notes(job));
	json_put_text(document, "text", job->text);
	if (job->convert->options->check)
		json_put_bool(document, "same_to_kernel", true);
	else
		json_put(document, "same_to_kernel", NULL);
	json_print(document);
	return finish_output();
}

/* ---- the form that is wanted ---- */

int source_output(const struct source_job *job)
{
	const struct options *options = job->convert->options;

	if (options->json)
		return print_json(job);
	if (options->diff)
		return print_diff(job);
	if (options->in_place) {
		if (!source_converted(job))
			return EXIT_SUCCESS;
		return source_write_in_place(job) ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	fwrite(job->text, 1, job->size, stdout);
	return finish_output();
}
