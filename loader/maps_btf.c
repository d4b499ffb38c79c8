// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * maps_btf: from the BTF of SEC(".maps") variables to map descriptions. See maps_btf.h.
 *
 * The fields and their rules are those of libbpf's parser: a size may be given as number or by
 * type, twice if both agree; `values` is for maps of maps and program arrays; an inner map can
 * neither be pinned nor hold maps.
 */
#include "maps_btf.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAPS_SECTION ".maps"

/* The definition being read. Inner definitions share all but `map`. */
struct definition {
	struct elf_file *file;
	const struct elf_section *section;
	const struct btf *btf;
	struct report *report;
	struct bpf_loader_map *map;
	const char *name;	  /* for messages: "outer" or "outer.inner" */
	const unsigned char *raw; /* of this struct; NULL for an inner template */
	size_t size;
	bool inner;
	size_t values_offset; /* of member `values` in the section, for the relocations */
	bool has_values;
};

struct field {
	const char *name;
	__u32 type;    /* BTF id of the member's type */
	size_t offset; /* in the struct, bytes */
};

static int refuse(const struct definition *definition, const char *what, const char *field)
{
	return report_fail(definition->report, EINVAL, "section '%s', map '%s': field '%s' %s",
			   MAPS_SECTION, definition->name, field, what);
}

/* ---- values of fields ---- */

/* __uint(): pointer to an array whose length is the number. */
static bool number_from_array(const struct btf *btf, const struct btf_type *type, __u64 *number)
{
	const struct btf_type *array;

	if (!btf_is_ptr(type))
		return false;
	array = btf_plain_type(btf, type->type);
	if (!btf_is_array(array))
		return false;
	*number = btf_array(array)->nelems;
	return true;
}

/* __ulong(): an enum with one value. */
static bool number_from_enum(const struct btf_type *type, __u64 *number)
{
	if (btf_is_enum(type) && btf_vlen(type) == 1)
		*number = (__u32)btf_enum(type)->val;
	else if (btf_is_enum64(type) && btf_vlen(type) == 1)
		*number = btf_enum64_value(btf_enum64(type));
	else
		return false;
	return true;
}

/* 2019: an integer whose value stands in the section. */
static bool number_from_bytes(const struct definition *definition, const struct field *field,
			      const struct btf_type *type, __u64 *number)
{
	__u32 word;

	if (!btf_is_int(type) || !definition->raw ||
	    field->offset + type->size > definition->size)
		return false;
	if (type->size == sizeof(word)) {
		memcpy(&word, definition->raw + field->offset, sizeof(word));
		*number = word;
		return true;
	}
	if (type->size != sizeof(*number))
		return false;
	memcpy(number, definition->raw + field->offset, sizeof(*number));
	return true;
}

static int read_number(const struct definition *definition, const struct field *field,
		       __u64 *number)
{
	const struct btf_type *type = btf_plain_type(definition->btf, field->type);

	if (number_from_array(definition->btf, type, number) ||
	    number_from_enum(type, number) ||
	    number_from_bytes(definition, field, type, number))
		return 0;
	return refuse(definition, "is no number; write __uint(NAME, VALUE)", field->name);
}

static int read_word(const struct definition *definition, const struct field *field,
		     __u32 *word)
{
	__u64 number = 0;
	int err = read_number(definition, field, &number);

	if (!err && number > UINT32_MAX)
		return refuse(definition, "does not fit 32 bits", field->name);
	*word = (__u32)number;
	return err;
}

/* Sizes may come as number and as type; both must then agree. */
static int set_size(const struct definition *definition, const struct field *field, __u32 *size,
		    __u64 value)
{
	if (*size && *size != value)
		return report_fail(
			definition->report, EINVAL,
			"section '%s', map '%s': field '%s' makes %llu bytes of what an "
			"earlier field made %u",
			MAPS_SECTION, definition->name, field->name, (unsigned long long)value,
			*size);
	*size = (__u32)value;
	return 0;
}

/* `key` and `value`: a pointer to the type. */
static int read_type(const struct definition *definition, const struct field *field,
		     __u32 *size, __u32 *type_id)
{
	const struct btf_type *pointer = btf_plain_type(definition->btf, field->type);
	__s64 bytes;

	if (!btf_is_ptr(pointer))
		return refuse(definition, "is no type; write __type(NAME, TYPE)", field->name);
	bytes = btf__resolve_size(definition->btf, pointer->type);
	if (bytes < 0)
		return refuse(definition, "has a type without size", field->name);
	*type_id = pointer->type;
	return set_size(definition, field, size, (__u64)bytes);
}

/* ---- one function for each field, found in a table ---- */

static int field_type(struct definition *definition, const struct field *field)
{
	return read_word(definition, field, &definition->map->type);
}

static int field_max_entries(struct definition *definition, const struct field *field)
{
	return read_word(definition, field, &definition->map->max_entries);
}

static int field_map_flags(struct definition *definition, const struct field *field)
{
	return read_word(definition, field, &definition->map->map_flags);
}

static int field_numa_node(struct definition *definition, const struct field *field)
{
	return read_word(definition, field, &definition->map->numa_node);
}

static int field_map_extra(struct definition *definition, const struct field *field)
{
	__u64 number = 0;
	int err = read_number(definition, field, &number);

	definition->map->map_extra = number;
	return err;
}

static int field_key_size(struct definition *definition, const struct field *field)
{
	__u32 size = 0;
	int err = read_word(definition, field, &size);

	return err ? err : set_size(definition, field, &definition->map->key_size, size);
}

static int field_value_size(struct definition *definition, const struct field *field)
{
	__u32 size = 0;
	int err = read_word(definition, field, &size);

	return err ? err : set_size(definition, field, &definition->map->value_size, size);
}

static int field_key(struct definition *definition, const struct field *field)
{
	return read_type(definition, field, &definition->map->key_size,
			 &definition->map->btf_key_type);
}

static int field_value(struct definition *definition, const struct field *field)
{
	return read_type(definition, field, &definition->map->value_size,
			 &definition->map->btf_value_type);
}

static int field_pinning(struct definition *definition, const struct field *field)
{
	struct bpf_loader_map *map = definition->map;
	int err = read_word(definition, field, &map->pinning_id);

	if (err)
		return err;
	if (definition->inner)
		return refuse(definition, "is not possible in an inner map", field->name);
	if (map->pinning_id > 1)
		return refuse(definition, "is neither LIBBPF_PIN_NONE nor LIBBPF_PIN_BY_NAME",
			      field->name);
	map->pinning = map->pinning_id ? BPF_LOADER_PIN_BY_NAME : BPF_LOADER_PIN_NONE;
	return 0;
}

static int read_fields(struct definition *definition, const struct btf_type *type);

/* The definition of an inner map, by the struct that `values` points to. */
static int read_inner(struct definition *outer, const struct btf_type *type)
{
	struct definition inner = *outer;
	char *name;

	if (outer->inner)
		return refuse(outer, "is not possible in an inner map", "values");
	outer->map->inner = map_alloc();
	if (!outer->map->inner || asprintf(&name, "%s.inner", outer->name) < 0)
		return report_fail(outer->report, ENOMEM, "section '%s', map '%s': no memory",
				   MAPS_SECTION, outer->name);
	inner.map = outer->map->inner;
	inner.map->name = inner.map->own_name = name;
	inner.map->section = MAPS_SECTION;
	inner.map->dialect = BPF_LOADER_BTF;
	inner.name = name;
	inner.raw = NULL;
	inner.inner = true;
	return read_fields(&inner, type);
}

static int field_values(struct definition *definition, const struct field *field)
{
	const struct btf *btf = definition->btf;
	const struct btf_type *type = btf_plain_type(btf, field->type);

	definition->has_values = true;
	definition->values_offset = field->offset;
	if (!btf_is_array(type) || btf_array(type)->nelems)
		return refuse(definition, "is no open array; write __array(values, …)",
			      field->name);
	type = btf_plain_type(btf, btf_array(type)->type);
	type = btf_is_ptr(type) ? btf_plain_type(btf, type->type) : type;
	if (btf_is_func_proto(type))
		return set_size(definition, field, &definition->map->value_size, 4);
	if (!btf_is_struct(type))
		return refuse(definition, "holds neither map definitions nor programs",
			      field->name);
	if (set_size(definition, field, &definition->map->value_size, 4))
		return -EINVAL;
	return read_inner(definition, type);
}

static const struct {
	const char *name;
	int (*read)(struct definition *definition, const struct field *field);
} field_readers[] = {
	{"type", field_type},
	{"max_entries", field_max_entries},
	{"map_flags", field_map_flags},
	{"numa_node", field_numa_node},
	{"key_size", field_key_size},
	{"key", field_key},
	{"value_size", field_value_size},
	{"value", field_value},
	{"values", field_values},
	{"pinning", field_pinning},
	{"map_extra", field_map_extra},
};

/* A legacy struct in .maps (int fields, values in the bytes) may have members that are 0. */
static bool says_nothing(const struct definition *definition, const struct field *field)
{
	const struct btf_type *type = btf_plain_type(definition->btf, field->type);
	__u64 number;

	return number_from_bytes(definition, field, type, &number) && !number;
}

static int read_field(struct definition *definition, const struct field *field)
{
	for (size_t i = 0; i < sizeof(field_readers) / sizeof(field_readers[0]); i++)
		if (!strcmp(field->name, field_readers[i].name))
			return field_readers[i].read(definition, field);
	if (says_nothing(definition, field))
		return 0;
	return refuse(definition,
		      "is unknown; a BTF map has type, max_entries, map_flags, numa_node, "
		      "key(_size), value(_size), values, pinning, map_extra",
		      field->name);
}

static int read_fields(struct definition *definition, const struct btf_type *type)
{
	int err = 0;

	for (__u32 i = 0; i < btf_vlen(type) && !err; i++) {
		const struct btf_member *member = btf_members(type) + i;
		struct field field = {
			.name = btf_name(definition->btf, member->name_off),
			.type = member->type,
			.offset = btf_member_bit_offset(type, i) / 8,
		};

		err = read_field(definition, &field);
	}
	if (!err && !definition->map->type)
		err = report_fail(definition->report, EINVAL,
				  "section '%s', map '%s': no field 'type'; write __uint(type, "
				  "BPF_MAP_TYPE_…)",
				  MAPS_SECTION, definition->name);
	return err;
}

/* ---- static initialisers of `values` ---- */

static long map_at(const struct map_list *list, __u32 section, uint64_t offset)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->maps[i].section_index == section && list->maps[i].offset == offset)
			return (long)i;
	return -1;
}

static int add_slot(const struct definition *definition, const struct map_list *list,
		    const struct elf_symbol *symbol, uint64_t addend, __u32 key)
{
	struct bpf_loader_map *map = definition->map;
	struct bpf_loader_slot slot = {.key = key, .map = -1};
	struct bpf_loader_slot *slots;

	if (symbol->type == STT_FUNC)
		slot.program = symbol->name;
	else if (elf_symbol_in_section(symbol))
		slot.map = map_at(list, symbol->section, symbol->value + addend);
	if (!slot.program && slot.map < 0)
		return report_fail(definition->report, EINVAL,
				   "section '%s', map '%s': slot %u is initialised with '%s', "
				   "which is neither a map nor a program",
				   MAPS_SECTION, definition->name, key, symbol->name);
	slots = reallocarray(map->slots, map->slot_count + 1, sizeof(*slots));
	if (!slots)
		return report_fail(definition->report, ENOMEM,
				   "section '%s', map '%s': no memory", MAPS_SECTION,
				   definition->name);
	map->slots = slots;
	slots[map->slot_count++] = slot;
	return 0;
}

static int read_slots(struct definition *definition, const struct map_list *list)
{
	uint64_t start = definition->map->offset + definition->values_offset;
	uint64_t end = definition->map->offset + definition->map->size;
	const struct elf_reloc *relocs;
	size_t count;
	int err = 0;

	relocs = elf_section_relocs_in(definition->section, definition->map->offset, end,
				       &count);
	for (size_t i = 0; i < count && !err; i++) {
		__u64 addend = 0;

		if (!definition->has_values || relocs[i].offset < start ||
		    (relocs[i].offset - start) % 8 || relocs[i].offset + 8 > end)
			return report_fail(
				definition->report, EINVAL,
				"section '%s', map '%s': relocation at offset %llu is "
				"not in 'values'",
				MAPS_SECTION, definition->name,
				(unsigned long long)relocs[i].offset);
		memcpy(&addend, definition->section->data + relocs[i].offset, sizeof(addend));
		err = add_slot(definition, list, &definition->file->symbols[relocs[i].symbol],
			       addend + (uint64_t)relocs[i].addend,
			       (__u32)((relocs[i].offset - start) / 8));
	}
	return err;
}

/* ---- the section ---- */

static const struct btf_type *maps_datasec(const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, MAPS_SECTION, BTF_KIND_DATASEC);

	return id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
}

static int check_variable(const struct definition *definition,
			  const struct btf_var_secinfo *place, const struct btf_type *variable)
{
	const struct elf_section *section = definition->section;

	if (!variable || !btf_is_var(variable))
		return report_fail(definition->report, EINVAL,
				   "section '%s': BTF type %u in it is no variable",
				   MAPS_SECTION, place->type);
	if (place->offset > section->size || place->size > section->size - place->offset)
		return report_fail(
			definition->report, EINVAL,
			"section '%s', map '%s': BTF places it at %u, %u bytes, past the "
			"section's %zu bytes",
			MAPS_SECTION, btf_name(definition->btf, variable->name_off),
			place->offset, place->size, section->size);
	if (!btf_is_struct(btf_plain_type(definition->btf, variable->type)))
		return report_fail(definition->report, EINVAL,
				   "section '%s', map '%s': its type is no struct",
				   MAPS_SECTION, btf_name(definition->btf, variable->name_off));
	return 0;
}

static int read_variable(struct definition *definition, const struct btf_var_secinfo *place,
			 struct map_list *list)
{
	const struct btf_type *variable = btf__type_by_id(definition->btf, place->type);
	struct bpf_loader_map *map;

	if (check_variable(definition, place, variable))
		return -EINVAL;
	map = map_list_add(list);
	if (!map)
		return report_fail(definition->report, ENOMEM, "section '%s': no memory",
				   MAPS_SECTION);
	definition->map = map;
	definition->name = map->name = btf_name(definition->btf, variable->name_off);
	definition->has_values = false;
	definition->raw = definition->section->data + place->offset;
	definition->size = place->size;
	map->section = definition->section->name;
	map->section_index = definition->section->index;
	map->dialect = BPF_LOADER_BTF;
	map->dialect_rule = "section";
	map->offset = place->offset;
	map->size = place->size;
	map->raw = definition->raw;
	return read_fields(definition, btf_plain_type(definition->btf, variable->type));
}

/* Slots refer to maps by place, so they are read when all maps are known. */
static int read_all_slots(struct definition *definition, struct map_list *list, size_t first,
			  const size_t *values_offsets)
{
	int err = 0;

	for (size_t i = first; i < list->count && !err; i++) {
		definition->map = &list->maps[i];
		definition->name = list->maps[i].name;
		definition->has_values = values_offsets[i - first] != SIZE_MAX;
		definition->values_offset = values_offsets[i - first];
		err = read_slots(definition, list);
	}
	return err;
}

static int read_variables(struct definition *definition, const struct btf_type *datasec,
			  struct map_list *list)
{
	size_t count = btf_vlen(datasec), first = list->count;
	size_t *values_offsets = calloc(count + 1, sizeof(*values_offsets));
	int err = 0;

	if (!values_offsets)
		return report_fail(definition->report, ENOMEM, "section '%s': no memory",
				   MAPS_SECTION);
	for (size_t i = 0; i < count && !err; i++) {
		err = read_variable(definition, btf_var_secinfos(datasec) + i, list);
		values_offsets[i] =
			definition->has_values ? definition->values_offset : SIZE_MAX;
	}
	if (!err)
		err = read_all_slots(definition, list, first, values_offsets);
	free(values_offsets);
	return err;
}

int maps_btf_read(struct elf_file *file, const struct btf_file *btf, struct map_list *list,
		  struct report *report)
{
	struct elf_section *section = elf_file_section(file, MAPS_SECTION);
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_DIALECT,
					 .section = MAPS_SECTION};
	const struct btf_type *datasec;
	struct definition definition;
	int err;

	if (!section || !section->data)
		return 0;
	if (!btf->btf)
		return report_fail(report, ENOENT,
				   "section '%s': its maps are described by BTF only, and %s",
				   MAPS_SECTION, btf->why);
	datasec = maps_datasec(btf->btf);
	if (!datasec)
		return report_fail(
			report, ENOENT,
			"section '%s': the object's BTF does not describe it; compile "
			"with -g and do not strip .BTF",
			MAPS_SECTION);
	err = elf_section_relocs(file, section, report);
	if (err)
		return err;
	definition = (struct definition){
		.file = file, .section = section, .btf = btf->btf, .report = report};
	report_event(report, &event, "dialect btf, by section: '%s' (maps: %u)", MAPS_SECTION,
		     btf_vlen(datasec));
	return read_variables(&definition, datasec, list);
}

bool maps_btf_of_2019(const struct btf_file *btf, const struct bpf_loader_map *map)
{
	const struct btf_variable *variable;
	const struct btf_type *type;

	if (!btf->btf || map->dialect != BPF_LOADER_BTF)
		return false;
	variable = btf_file_variable(btf, map->name);
	type = variable ? btf_plain_type(btf->btf, variable->type) : NULL;
	for (__u32 i = 0; type && btf_is_struct(type) && i < btf_vlen(type); i++)
		if (btf_is_int(btf_plain_type(btf->btf, btf_members(type)[i].type)))
			return true;
	return false;
}
