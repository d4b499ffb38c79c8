// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * dump: see dump.h.
 */
#include "dump.h"

#include <bpf/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "json_parts.h"
#include "loader/handle.h"
#include "output.h"

struct watched_map {
	struct dump *dump;
	const struct bpf_loader_map *map;
	struct bpf_map_info info;
	__u32 key_type, value_type;	  /* in the object's BTF, 0: bytes */
	const struct btf_type *variables; /* of a map for global data, NULL */
	struct snapshot last;
	bool told_cut;
};

/* ---- words ---- */

/* Values of these are ids of programs and maps, whatever the definition calls them. */
static bool holds_ids(__u32 type)
{
	return type == BPF_MAP_TYPE_PROG_ARRAY || map_type_holds_maps(type);
}

static char *one_value(const struct watched_map *watched, const void *bytes)
{
	__u32 id;

	if (!holds_ids(watched->info.type))
		return value_text(&watched->dump->writer, watched->value_type, bytes,
				  watched->info.value_size);
	memcpy(&id, bytes, sizeof(id));
	return text_of("id %u", id);
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* The CPU's part of a per-CPU value; NULL behind the last. */
static const unsigned char *cpu_value(const struct watched_map *watched, const void *value,
				      size_t cpu)
{
	const size_t stride = ((size_t)watched->info.value_size + 7) / 8 * 8;

	if ((cpu + 1) * stride > snapshot_value_size(&watched->info))
		return NULL;
	return (const unsigned char *)value + cpu * stride;
}

/* "cpu 0: 12, cpu 3: 7" */
static char *cpus_text(const struct watched_map *watched, const void *value)
{
	char *text = text_of("%s", ""), *part, *longer;
	const unsigned char *bytes;

	for (size_t cpu = 0; (bytes = cpu_value(watched, value, cpu)); cpu++) {
		if (is_zero(bytes, watched->info.value_size))
			continue;
		part = one_value(watched, bytes);
		longer = text_of("%s%scpu %zu: %s", text, text[0] ? ", " : "", cpu, part);
		free(part);
		free(text);
		text = longer;
	}
	if (text[0])
		return text;
	free(text);
	return text_of("zero on all CPUs");
}

static char *whole_value(const struct watched_map *watched, const void *value)
{
	return snapshot_per_cpu(watched->info.type) ? cpus_text(watched, value)
						    : one_value(watched, value);
}

/* ---- JSON ---- */

/* Takes `text` over. */
static void put_bytes(struct json_object *json, const void *bytes, size_t size, char *text)
{
	json_put_bytes(json, "bytes", bytes, size);
	json_put_text(json, "text", text);
	free(text);
}

static struct json_object *bytes_json(const void *bytes, size_t size, char *text)
{
	struct json_object *json = json_map();

	put_bytes(json, bytes, size, text);
	return json;
}

static struct json_object *cpus_json(const struct watched_map *watched, const void *value)
{
	struct json_object *list = json_list(), *json;
	const unsigned char *bytes;

	for (size_t cpu = 0; (bytes = cpu_value(watched, value, cpu)); cpu++) {
		if (is_zero(bytes, watched->info.value_size))
			continue;
		json = json_map();
		json_put_number(json, "cpu", cpu);
		put_bytes(json, bytes, watched->info.value_size, one_value(watched, bytes));
		json_push(list, json);
	}
	return list;
}

static void push_change(const struct watched_map *watched, const char *variable,
			struct json_object *key, struct json_object *value,
			struct json_object *cpus)
{
	struct json_object *json = json_map();

	json_put_text(json, "map", watched->map->name);
	json_put_text(json, "variable", variable);
	json_put(json, "key", key);
	json_put(json, "value", value);
	json_put(json, "cpus", cpus);
	json_push(watched->dump->changes, json);
}

static void push_entry(const struct watched_map *watched, const void *key, char *key_text,
		       const void *value)
{
	struct json_object *key_json = bytes_json(key, watched->info.key_size, key_text);

	if (!value)
		push_change(watched, NULL, key_json, NULL, NULL);
	else if (snapshot_per_cpu(watched->info.type))
		push_change(watched, NULL, key_json, NULL, cpus_json(watched, value));
	else
		push_change(
			watched, NULL, key_json,
			bytes_json(value, watched->info.value_size, one_value(watched, value)),
			NULL);
}

/* ---- changes ---- */

static void say_change(const struct dump *dump, const char *what, const char *value)
{
	say(STYLE_DIM, "%6g s  ", dump->seconds);
	say(STYLE_PLAIN, "%s %s%s\n", what, value ? "= " : "is gone", value ? value : "");
}

static void show_entry(const struct watched_map *watched, const void *key, const void *value)
{
	char *key_text = value_text(&watched->dump->writer, watched->key_type, key,
				    watched->info.key_size);
	char *what, *text;

	if (watched->dump->json) {
		push_entry(watched, key, key_text, value);
		return;
	}
	what = text_of("%s[%s]", watched->map->name, key_text);
	text = value ? whole_value(watched, value) : NULL;
	say_change(watched->dump, what, text);
	free(text);
	free(what);
	free(key_text);
}

static void show_variable(const struct watched_map *watched,
			  const struct btf_var_secinfo *place, const unsigned char *value)
{
	const struct btf *btf = watched->dump->btf;
	const struct btf_type *variable = btf__type_by_id(btf, place->type);
	const char *name = btf_name(btf, variable->name_off);
	char *text = value_text(&watched->dump->writer, variable->type, value + place->offset,
				place->size);

	if (watched->dump->json) {
		push_change(watched, name, NULL,
			    bytes_json(value + place->offset, place->size, text), NULL);
		return;
	}
	say_change(watched->dump, name, text);
	free(text);
}

/* Places of a damaged BTF may lie anywhere. */
static bool is_inside(const struct watched_map *watched, const struct btf_var_secinfo *place)
{
	const struct btf_type *variable = btf__type_by_id(watched->dump->btf, place->type);

	return variable && btf_is_var(variable) && place->offset <= watched->info.value_size &&
	       place->size <= watched->info.value_size - place->offset;
}

static void show_variables(const struct watched_map *watched, const unsigned char *before,
			   const unsigned char *after)
{
	const struct btf_var_secinfo *places = btf_var_secinfos(watched->variables);

	for (__u32 i = 0; i < btf_vlen(watched->variables); i++) {
		const struct btf_var_secinfo *place = &places[i];

		if (!is_inside(watched, place))
			continue;
		if (before ? !memcmp(before + place->offset, after + place->offset, place->size)
			   : is_zero(after + place->offset, place->size))
			continue;
		show_variable(watched, place, after);
	}
}

static bool is_array(__u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

static void on_change(void *ctx, const void *key, const void *before, const void *after)
{
	const struct watched_map *watched = ctx;

	/* an array is full of entries that nobody has written yet */
	if (!before && is_array(watched->info.type) &&
	    is_zero(after, snapshot_value_size(&watched->info)))
		return;
	if (watched->variables && after)
		show_variables(watched, before, after);
	else
		show_entry(watched, key, after);
}

/* ---- rounds ---- */

static void look_at(struct watched_map *watched)
{
	struct snapshot now;

	snapshot_take(&now, watched->map->fd, &watched->info);
	snapshot_compare(&watched->last, &now, on_change, watched);
	if (now.cut && !watched->told_cut)
		complain("note: map '%s' has more than %u entries; only as many are watched",
			 watched->map->name, SNAPSHOT_MOST);
	watched->told_cut |= now.cut;
	snapshot_release(&watched->last);
	watched->last = now;
}

static void print_document(struct dump *dump)
{
	struct json_object *json;

	if (!json_object_array_length(dump->changes)) {
		json_object_put(dump->changes);
		return;
	}
	json = json_map();
	json_put_text(json, "bpfload", "dump");
	json_put_number(json, "format", JSON_FORMAT);
	json_put(json, "seconds", must(json_object_new_double(dump->seconds)));
	json_put(json, "changes", dump->changes);
	json_print(json);
}

void dump_round(struct dump *dump)
{
	if (dump->json)
		dump->changes = json_list();
	for (size_t i = 0; i < dump->count; i++)
		look_at(&dump->maps[i]);
	if (dump->json)
		print_document(dump);
}

/* ---- which maps ---- */

static const struct btf_type *variables_of(const struct btf *btf,
					   const struct bpf_loader_map *map)
{
	int id = -1;

	if (btf && map->dialect == BPF_LOADER_DATA)
		id = btf__find_by_name_kind(btf, map->section, BTF_KIND_DATASEC);
	return id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
}

/* A type counts where it is as long as what the kernel has: a given map may be another. */
static __u32 fitting_type(const struct btf *btf, __u32 type, __u32 size)
{
	return btf && type && btf__resolve_size(btf, type) == (__s64)size ? type : 0;
}

static bool watch(struct watched_map *watched, const struct btf *btf,
		  const struct bpf_loader_map *map)
{
	__u32 size = sizeof(watched->info);

	if (map->fd < 0 || bpf_obj_get_info_by_fd(map->fd, &watched->info, &size))
		return false;
	watched->map = map;
	watched->key_type = fitting_type(btf, map->btf_key_type, watched->info.key_size);
	watched->value_type = fitting_type(btf, map->btf_value_type, watched->info.value_size);
	watched->variables = variables_of(btf, map);
	/* constants do not change */
	if (map->dialect == BPF_LOADER_DATA && watched->info.map_flags & BPF_F_RDONLY_PROG)
		return false;
	if (snapshot_can(watched->info.type))
		return true;
	complain("note: map '%s' is not dumped: entries of a %s cannot be listed", map->name,
		 map_type_name(watched->info.type));
	return false;
}

void dump_open(struct dump *dump, struct bpf_loader *loader, bool json)
{
	const size_t count = bpf_loader_map_count(loader);

	*dump = (struct dump){.json = json, .btf = loader->btf.btf};
	value_writer_open(&dump->writer, dump->btf);
	dump->maps = must(calloc(count + 1, sizeof(*dump->maps)));
	for (size_t i = 0; i < count; i++) {
		struct watched_map *watched = &dump->maps[dump->count];

		*watched = (struct watched_map){.dump = dump};
		if (watch(watched, dump->btf, bpf_loader_map(loader, i)))
			dump->count++;
	}
}

void dump_close(struct dump *dump)
{
	for (size_t i = 0; i < dump->count; i++)
		snapshot_release(&dump->maps[i].last);
	free(dump->maps);
	value_writer_close(&dump->writer);
	*dump = (struct dump){0};
}
