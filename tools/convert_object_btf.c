// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_btf: .BTF and .BTF.ext of the new object, by libbpf's writer.
 *
 * Types of the old object keep their ids, since functions, lines and key types refer to them:
 * new types are appended. What described sections that are gone cannot be taken out, so it is
 * turned into something of the same length that describes nothing.
 */
#include "convert_object.h"

#include <bpf/btf.h>
#include <ctype.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "loader/maps_data.h"
#include "output.h"

#define POINTER	    8
#define MEMBERS_MAX 16

struct conversion_btf {
	struct btf *btf;
	__u32 integer; /* int */
	__u32 byte;    /* unsigned char, once it is needed */
	/* pointers to arrays that stand for numbers */
	struct encoded_number {
		__u32 number, type;
	} * numbers;
	size_t number_count;
};

/* A struct before it is written: its members' types must be there first. */
struct members {
	struct member {
		const char *name;
		__u32 type;
	} list[MEMBERS_MAX];
	size_t count;
};

/* libbpf's writer fails only for want of memory, as it is used here. */
static __u32 added(int id)
{
	if (id < 0)
		must(NULL);
	return (__u32)id;
}

static struct btf_type *type_at(const struct conversion_btf *btf, __u32 id)
{
	return (struct btf_type *)btf__type_by_id(btf->btf, id);
}

static bool is_identifier(const char *name)
{
	if (!isalpha((unsigned char)name[0]) && name[0] != '_')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* ---- can it be trusted? ---- */

static bool sound_name(const struct btf *btf, __u32 offset)
{
	return btf__name_by_offset(btf, offset) != NULL;
}

static bool sound_members(const struct btf *btf, const struct btf_type *type, __u32 count)
{
	const struct btf_member *members = btf_members(type);

	for (__u32 i = 0; i < btf_vlen(type); i++)
		if (members[i].type >= count || !sound_name(btf, members[i].name_off))
			return false;
	return true;
}

static bool sound_params(const struct btf *btf, const struct btf_type *type, __u32 count)
{
	const struct btf_param *params = btf_params(type);

	for (__u32 i = 0; i < btf_vlen(type); i++)
		if (params[i].type >= count || !sound_name(btf, params[i].name_off))
			return false;
	return type->type < count;
}

static bool sound_places(const struct btf_type *type, __u32 count)
{
	for (__u32 i = 0; i < btf_vlen(type); i++)
		if (btf_var_secinfos(type)[i].type >= count)
			return false;
	return true;
}

static bool sound_values(const struct btf *btf, const struct btf_type *type)
{
	for (__u32 i = 0; i < btf_vlen(type); i++)
		if (!sound_name(btf, btf_is_enum(type) ? btf_enum(type)[i].name_off
						       : btf_enum64(type)[i].name_off))
			return false;
	return true;
}

static bool sound_type(const struct btf *btf, const struct btf_type *type, __u32 count)
{
	if (!sound_name(btf, type->name_off))
		return false;
	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION: return sound_members(btf, type, count);
	case BTF_KIND_FUNC_PROTO: return sound_params(btf, type, count);
	case BTF_KIND_DATASEC: return sound_places(type, count);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: return sound_values(btf, type);
	case BTF_KIND_ARRAY:
		return btf_array(type)->type < count && btf_array(type)->index_type < count;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD: return true;
	default: return type->type < count;
	}
}

bool conversion_btf_is_sound(const struct btf *btf)
{
	const __u32 count = btf__type_cnt(btf);

	for (__u32 id = 1; id < count; id++)
		if (!sound_type(btf, btf__type_by_id(btf, id), count))
			return false;
	return true;
}

/* ---- the pieces of a definition ---- */

/* int (*)[number] */
static __u32 number_type(struct conversion_btf *btf, __u32 number)
{
	struct encoded_number *numbers = btf->numbers;
	__u32 array, type;

	for (size_t i = 0; i < btf->number_count; i++)
		if (numbers[i].number == number)
			return numbers[i].type;
	array = added(btf__add_array(btf->btf, (int)btf->integer, (int)btf->integer, number));
	type = added(btf__add_ptr(btf->btf, (int)array));
	numbers = must(reallocarray(numbers, btf->number_count + 1, sizeof(*numbers)));
	numbers[btf->number_count++] = (struct encoded_number){number, type};
	btf->numbers = numbers;
	return type;
}

static void add_member(struct members *members, const char *name, __u32 type)
{
	members->list[members->count++] = (struct member){name, type};
}

static void add_number(struct conversion_btf *btf, struct members *members, const char *name,
		       __u32 number)
{
	add_member(members, name, number_type(btf, number));
}

/* `key` by type where that is known, `key_size` where it is not; neither where there is none. */
static void add_sized(struct conversion_btf *btf, struct members *members, const char *names[2],
		      __u32 type, __u32 size)
{
	if (type)
		add_member(members, names[0], added(btf__add_ptr(btf->btf, (int)type)));
	else if (size)
		add_number(btf, members, names[1], size);
}

/* The numbers of a map, without what refers to other things. */
static void add_numbers(struct conversion_btf *btf, struct members *members,
			const struct bpf_loader_map *map, bool has_values)
{
	static const char *keys[] = {"key", "key_size"}, *values[] = {"value", "value_size"};

	add_number(btf, members, "type", map->type);
	add_sized(btf, members, keys, map->btf_key_type, map->key_size);
	if (!has_values)
		add_sized(btf, members, values, map->btf_value_type, map->value_size);
	if (map->max_entries)
		add_number(btf, members, "max_entries", map->max_entries);
	if (map->map_flags)
		add_number(btf, members, "map_flags", map->map_flags);
	if (map->map_flags & BPF_F_NUMA_NODE)
		add_number(btf, members, "numa_node", map->numa_node);
	if (map->map_extra)
		add_number(btf, members, "map_extra", (__u32)map->map_extra);
}

static __u32 write_struct(struct conversion_btf *btf, const struct members *members,
			  size_t size)
{
	__u32 id = added(btf__add_struct(btf->btf, NULL, (__u32)size));

	for (size_t i = 0; i < members->count; i++)
		added(btf__add_field(btf->btf, members->list[i].name,
				     (int)members->list[i].type, (__u32)i * POINTER * 8, 0));
	return id;
}

/* int (void *), as programs in `values` are declared. */
static __u32 program_type(struct conversion_btf *btf)
{
	__u32 context = added(btf__add_ptr(btf->btf, 0));
	__u32 function = added(btf__add_func_proto(btf->btf, (int)btf->integer));

	added(btf__add_func_param(btf->btf, "ctx", (int)context));
	return function;
}

/* T *values[] */
static void add_values(struct conversion_btf *btf, struct members *members, __u32 type)
{
	__u32 pointer = added(btf__add_ptr(btf->btf, (int)type));

	add_member(members, "values",
		   added(btf__add_array(btf->btf, (int)btf->integer, (int)pointer, 0)));
}

static __u32 template_type(struct conversion_btf *btf, const struct bpf_loader_map *inner)
{
	struct members members = {.count = 0};

	add_numbers(btf, &members, inner, false);
	return write_struct(btf, &members, members.count * POINTER);
}

/* The struct of a rebuilt map. `values`, an open array, takes no room of its own. */
static __u32 build_struct(struct conversion_btf *btf, struct planned_map *map)
{
	const bool has_values = map->inner || map->programs;
	struct members members = {.count = 0};
	__u32 type = 0;

	if (map->inner)
		type = template_type(btf, map->inner);
	else if (map->programs)
		type = program_type(btf);
	add_numbers(btf, &members, &map->numbers, has_values);
	if (map->pin_by_name)
		add_number(btf, &members, "pinning", 1);
	map->struct_size = map->values_at = members.count * POINTER;
	if (has_values)
		add_values(btf, &members, type);
	return write_struct(btf, &members, map->struct_size);
}

/* ---- variables ---- */

/* The VAR of that name in the old section's DATASEC, 0 where there is none. */
static __u32 old_variable(const struct conversion_btf *btf, const struct bpf_loader_map *map)
{
	int id = btf__find_by_name_kind(btf->btf, map->section, BTF_KIND_DATASEC);
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf->btf, (__u32)id) : NULL;

	for (__u32 i = 0; section && i < btf_vlen(section); i++) {
		__u32 variable = btf_var_secinfos(section)[i].type;
		const struct btf_type *type = btf__type_by_id(btf->btf, variable);

		if (type && btf_is_var(type) &&
		    !strcmp(btf_name(btf->btf, type->name_off), map->name))
			return variable;
	}
	return 0;
}

/* A map that stays: its size and where its `values` are stand in its type. */
static void measure_struct(const struct conversion_btf *btf, struct planned_map *map)
{
	const struct btf_type *variable = btf__type_by_id(btf->btf, map->variable);
	const struct btf_type *type = btf_plain_type(btf->btf, variable->type);

	map->struct_size = map->values_at = type->size;
	for (__u32 i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf_name(btf->btf, btf_members(type)[i].name_off), "values"))
			map->values_at = btf_member_bit_offset(type, i) / 8;
}

/* libbpf takes maps of global linkage only. */
static void write_variable(struct conversion_btf *btf, struct planned_map *map)
{
	__u32 type, old = old_variable(btf, map->map);

	map->variable = old;
	if (!map->rebuilt && old) {
		measure_struct(btf, map);
		return;
	}
	type = build_struct(btf, map);
	if (!old || strcmp(map->name, map->map->name) != 0) {
		map->variable = added(
			btf__add_var(btf->btf, map->name, BTF_VAR_GLOBAL_ALLOCATED, (int)type));
		return;
	}
	type_at(btf, old)->type = type;
	btf_var(type_at(btf, old))->linkage = BTF_VAR_GLOBAL_ALLOCATED;
}

/* ---- sections that are gone ---- */

/*
 * A DATASEC becomes a union without a name: as many members as it had variables, which take as
 * many bytes, all of them int.
 */
static void neutralise(struct conversion_btf *btf, struct btf_type *section)
{
	const __u32 count = btf_vlen(section);
	struct btf_member *members = btf_members(section);

	for (__u32 i = 0; i < count; i++)
		members[i] = (struct btf_member){.type = btf->integer};
	section->info = BTF_KIND_UNION << 24 | count;
	section->name_off = 0;
	section->size = sizeof(int);
}

/* .kconfig and .ksyms are of BTF only. */
static bool is_gone(const struct conversion *plan, const bool *kept, const char *name)
{
	const struct elf_section *section = elf_file_section(plan->object.file, name);

	if (!section)
		return strcmp(name, ".kconfig") != 0 && strcmp(name, ".ksyms") != 0;
	return !kept[section->index];
}

static void neutralise_sections(struct conversion_btf *btf, const struct conversion *plan,
				const bool *kept)
{
	const __u32 count = btf__type_cnt(btf->btf);

	for (__u32 id = 1; id < count; id++) {
		struct btf_type *type = type_at(btf, id);

		if (btf_is_datasec(type) &&
		    is_gone(plan, kept, btf_name(btf->btf, type->name_off)))
			neutralise(btf, type);
	}
}

/* ---- global data without BTF ---- */

/*
 * libbpf lets user space map a section of variables only if BTF has a global one in it. Without
 * types they are rows of bytes.
 */
static __u32 byte_type(struct conversion_btf *btf)
{
	if (!btf->byte)
		btf->byte = added(btf__add_int(btf->btf, "unsigned char", 1, 0));
	return btf->byte;
}

static int by_value(const void *a, const void *b)
{
	const struct elf_symbol *const *x = a, *const *y = b;

	return ((*x)->value > (*y)->value) - ((*x)->value < (*y)->value);
}

/* Symbols of variables of a section, by place; those that overlap an earlier one left out. */
static size_t variables_of(const struct elf_file *file, const struct elf_section *section,
			   const struct elf_symbol **variables)
{
	size_t count = 0, kept = 0, end = 0;

	for (size_t i = 0; i < file->symbol_count; i++) {
		const struct elf_symbol *symbol = &file->symbols[i];

		if (symbol->section == section->index && symbol->type == STT_OBJECT &&
		    symbol->size && is_identifier(symbol->name))
			variables[count++] = symbol;
	}
	qsort(variables, count, sizeof(*variables), by_value);
	for (size_t i = 0; i < count; i++) {
		if (variables[i]->value < end)
			continue;
		end = variables[i]->value + variables[i]->size;
		variables[kept++] = variables[i];
	}
	return kept;
}

static void describe_section(struct conversion_btf *btf, const struct elf_file *file,
			     const struct elf_section *section)
{
	const struct elf_symbol **variables =
		must(calloc(file->symbol_count + 1, sizeof(*variables)));
	const size_t count = variables_of(file, section, variables);
	__u32 *ids = must(calloc(count + 1, sizeof(*ids)));

	for (size_t i = 0; i < count; i++) {
		const __u32 bytes =
			added(btf__add_array(btf->btf, (int)btf->integer, (int)byte_type(btf),
					     (__u32)variables[i]->size));

		ids[i] = added(btf__add_var(btf->btf, variables[i]->name,
					    variables[i]->binding == STB_LOCAL
						    ? BTF_VAR_STATIC
						    : BTF_VAR_GLOBAL_ALLOCATED,
					    (int)bytes));
	}
	if (count)
		added(btf__add_datasec(btf->btf, section->name, (__u32)section->size));
	for (size_t i = 0; i < count; i++)
		added(btf__add_datasec_var_info(btf->btf, (int)ids[i],
						(__u32)variables[i]->value,
						(__u32)variables[i]->size));
	free(ids);
	free(variables);
}

static void describe_data(struct conversion_btf *btf, const struct conversion *plan,
			  const bool *kept)
{
	const struct elf_file *file = plan->object.file;

	for (size_t i = 1; i < file->section_count; i++)
		if (kept[i] && maps_data_section(&file->sections[i]) &&
		    btf__find_by_name_kind(btf->btf, file->sections[i].name, BTF_KIND_DATASEC) <
			    0)
			describe_section(btf, file, &file->sections[i]);
}

/* ---- .BTF ---- */

static __u32 find_integer(struct conversion_btf *btf)
{
	int id = btf__find_by_name_kind(btf->btf, "int", BTF_KIND_INT);

	if (id > 0 && type_at(btf, (__u32)id)->size == sizeof(int))
		return (__u32)id;
	return added(btf__add_int(btf->btf, "int", sizeof(int), BTF_INT_SIGNED));
}

struct conversion_btf *conversion_btf_make(struct conversion *plan, const bool *kept)
{
	const struct elf_section *section = elf_file_section(plan->object.file, BTF_ELF_SEC);
	struct conversion_btf *btf = must(calloc(1, sizeof(*btf)));

	/* The loader completed its copy in place; here it is wanted as the compiler left it. */
	if (plan->types)
		btf->btf = must(btf__new(section->data, (__u32)section->size));
	else
		btf->btf = must(btf__new_empty());
	btf->integer = find_integer(btf);
	for (size_t i = 0; i < plan->map_count; i++)
		write_variable(btf, &plan->maps[i]);
	neutralise_sections(btf, plan, kept);
	describe_data(btf, plan, kept);
	return btf;
}

__u32 conversion_btf_string(struct conversion_btf *btf, const char *text)
{
	return added(btf__add_str(btf->btf, text));
}

const void *conversion_btf_bytes(struct conversion_btf *btf, const struct conversion *plan,
				 size_t maps_size, size_t *size)
{
	const struct planned_map *map;
	const void *bytes;
	__u32 length;

	if (plan->map_count)
		added(btf__add_datasec(btf->btf, ".maps", (__u32)maps_size));
	for (size_t n = 0; (map = conversion_map(plan, n)); n++)
		added(btf__add_datasec_var_info(btf->btf, (int)map->variable,
						(__u32)map->offset, (__u32)map->size));
	bytes = must((void *)btf__raw_data(btf->btf, &length));
	*size = length;
	return bytes;
}

void conversion_btf_free(struct conversion_btf *btf)
{
	if (!btf)
		return;
	btf__free(btf->btf);
	free(btf->numbers);
	free(btf);
}

/* ---- .BTF.ext ---- */

/* Head of .BTF.ext; offsets count from its end. */
struct ext_head {
	__u16 magic;
	__u8 version, flags;
	__u32 length;
	struct {
		__u32 offset, length;
	} parts[3]; /* functions, lines, CO-RE relocations */
};

struct ext_writer {
	const struct conversion *plan;
	struct conversion_btf *btf;
	const struct placed *placed;
	unsigned char *bytes;
	size_t size;
};

static void put(struct ext_writer *writer, const void *bytes, size_t size)
{
	writer->bytes = must(realloc(writer->bytes, writer->size + size));
	memcpy(writer->bytes + writer->size, bytes, size);
	writer->size += size;
}

static const struct btf_records *records_of(const struct conversion *plan, size_t section,
					    int part)
{
	const struct btf_section_info *info = &plan->object.btf->sections[section];

	return part == 0 ? &info->funcs : part == 1 ? &info->lines : &info->relos;
}

/* The records of one function, moved to its new place. Returns how many. */
static __u32 put_function(struct ext_writer *writer, size_t index, int part)
{
	const struct function *function = &writer->plan->object.functions->functions[index];
	const struct btf_records *records = records_of(writer->plan, function->section, part);
	const struct placed *placed = &writer->placed[index];
	__u32 count = 0;

	for (__u32 i = btf_record_at(records, function->start);
	     i < records->count && btf_record_offset(records, i) < function->end; i++) {
		const unsigned char *record = records->data + (size_t)i * records->size;
		__u32 offset = btf_record_offset(records, i);

		offset += (__u32)(placed->offset - function->start);
		put(writer, &offset, sizeof(offset));
		put(writer, record + sizeof(offset), records->size - sizeof(offset));
		count++;
	}
	return count;
}

/* One section of one part: its head, then the records; nothing where there are none. */
static void put_section(struct ext_writer *writer, size_t section, const char *name, int part)
{
	const size_t functions = writer->plan->object.functions->count, start = writer->size;
	__u32 head[2] = {conversion_btf_string(writer->btf, name), 0};

	put(writer, head, sizeof(head));
	for (size_t i = 0; i < functions; i++)
		if (writer->placed[i].wanted && writer->placed[i].section == section)
			head[1] += put_function(writer, i, part);
	if (head[1])
		memcpy(writer->bytes + start, head, sizeof(head));
	else
		writer->size = start;
}

struct image conversion_btf_ext(const struct conversion *plan, struct conversion_btf *btf,
				const struct placed *placed, const char *const *sections,
				size_t section_count)
{
	const struct btf_file *old = plan->object.btf;
	const __u32 sizes[] = {old->func_size, old->line_size, old->relo_size};
	struct ext_head head = {.magic = 0xeb9f, .version = 1, .length = sizeof(head)};
	struct ext_writer writer = {.plan = plan, .btf = btf, .placed = placed};

	if (!plan->types || !old->sections)
		return (struct image){0};
	put(&writer, &head, sizeof(head));
	for (int part = 0; part < 3; part++) {
		head.parts[part].offset = (__u32)(writer.size - sizeof(head));
		if (!sizes[part])
			continue;
		put(&writer, &sizes[part], sizeof(sizes[part]));
		for (size_t i = 0; i < section_count; i++)
			put_section(&writer, i, sections[i], part);
		head.parts[part].length =
			(__u32)(writer.size - sizeof(head)) - head.parts[part].offset;
	}
	memcpy(writer.bytes, &head, sizeof(head));
	return (struct image){writer.bytes, writer.size};
}
