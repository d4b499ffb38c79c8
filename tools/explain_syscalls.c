// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_syscalls: the calls of syscalls.h, as text like strace's and as JSON.
 */
#include "explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "output.h"
#include "syscalls.h"

static void show_record(const struct syscall_record *record)
{
	char *text = syscalls_text(record);

	if (record->purpose)
		say(STYLE_DIM, "# %s\n", record->purpose);
	say(record->result < 0 ? STYLE_DIM : STYLE_PLAIN, "%s\n", text);
	free(text);
}

/* The stages narrow what is shown, not what is recorded: descriptors keep their numbers. */
void explain_syscalls(const struct object *object, const struct options *options)
{
	struct syscall_list list;

	syscalls_record(&list, object, &options->loader);
	for (size_t i = 0; i < list.count; i++)
		if (list.records[i].stage & options->stages)
			show_record(&list.records[i]);
	if (options->stages == STAGE_RELOCATIONS)
		say(STYLE_DIM, "# relocations are applied in memory: no call\n");
	if (list.error)
		say(STYLE_BAD, "# here the load would end: %s\n", list.error);
	syscalls_release(&list);
}

static struct json_object *fields_json(const struct syscall_record *record)
{
	struct json_object *json = json_map();

	for (size_t i = 0; i < record->field_count; i++) {
		const struct syscall_field *field = &record->fields[i];

		if (field->is_number)
			json_put_number(json, field->name, field->number);
		else
			json_put_text(json, field->name, field->text);
	}
	return json;
}

static struct json_object *record_json(const struct syscall_record *record)
{
	struct json_object *json = json_map();
	char *text = syscalls_text(record);

	json_put_text(json, "stage", record->stage == STAGE_MAPS ? "maps" : "programs");
	json_put_text(json, "command", record->command);
	json_put_text(json, "purpose", record->purpose);
	json_put(json, "fields", fields_json(record));
	json_put_number(json, "size", record->size);
	json_put(json, "result",
		 json_object_new_int64(record->result < 0 ? -1 : record->result));
	json_put_text(json, "error",
		      record->result < 0 ? strerrorname_np((int)-record->result) : NULL);
	json_put_text(json, "text", text);
	free(text);
	return json;
}

struct json_object *explain_syscalls_json(const struct object *object,
					  const struct options *options)
{
	struct json_object *json = json_map(), *calls = json_list();
	struct syscall_list list;

	syscalls_record(&list, object, &options->loader);
	for (size_t i = 0; i < list.count; i++)
		if (list.records[i].stage & options->stages)
			json_push(calls, record_json(&list.records[i]));
	json_put(json, "calls", calls);
	json_put_text(json, "error", list.error);
	syscalls_release(&list);
	return json;
}
