// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * maps_legacy: from the bytes of a maps section to map descriptions. See maps_legacy.h.
 *
 * For each section: collect definitions from the symbols, let dialect_decide() find the layout,
 * fill one description for each, then resolve what refers to other maps of the section.
 */
#include "maps_legacy.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* iproute2: no initial slot for the inner map. */
#define NO_INNER_SLOT 0xffffffffu

/* Everything one section's reading needs. */
struct reader {
	struct elf_file *file;
	struct elf_section *section;
	const struct btf_file *btf;
	const struct legacy_options *options;
	struct custom_layouts *custom;
	struct map_list *list;
	struct report *report;
	struct map_definition *definitions;
	size_t count;
	size_t first; /* index of the section's first map in the list */
};

bool maps_legacy_section(const char *name)
{
	size_t length = strlen(name);

	/* ir-keytable's is called lirc_mode2/maps. */
	return !strcmp(name, "maps") || !strncmp(name, "maps/", 5) ||
	       (length > 5 && !strcmp(name + length - 5, "/maps"));
}

/* ---- where the definitions are ---- */

/* Labels that a compiler leaves in a section begin like this and define nothing. */
static bool is_label(const struct elf_symbol *symbol)
{
	return symbol->type == STT_NOTYPE && symbol->binding == STB_LOCAL &&
	       (!strncmp(symbol->name, "LBB", 3) || !strncmp(symbol->name, ".L", 2) ||
		!symbol->name[0]);
}

static bool defines_map(const struct elf_symbol *symbol, const struct elf_section *section)
{
	return symbol->section == section->index && symbol->value < section->size &&
	       (symbol->type == STT_OBJECT || symbol->type == STT_NOTYPE) && !is_label(symbol);
}

static int by_offset(const void *a, const void *b)
{
	const struct map_definition *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name); /* as the string table has them */
}

/* Two symbols for one place are one map: the first name wins. */
static void drop_aliases(struct reader *reader)
{
	size_t kept = 0;

	for (size_t i = 0; i < reader->count; i++)
		if (!kept ||
		    reader->definitions[kept - 1].offset != reader->definitions[i].offset)
			reader->definitions[kept++] = reader->definitions[i];
	reader->count = kept;
}

/* Old LLVM left the size of symbols 0: then the next definition, or the section's end, ends it. */
static int complete_sizes(struct reader *reader)
{
	for (size_t i = 0; i < reader->count; i++) {
		struct map_definition *definition = &reader->definitions[i];
		size_t end = i + 1 < reader->count ? reader->definitions[i + 1].offset
						   : reader->section->size;

		if (!definition->size)
			definition->size = end - definition->offset;
		if (definition->size > end - definition->offset)
			return report_fail(reader->report, EINVAL,
					   "section '%s', map '%s': its %zu bytes overlap the "
					   "next map, '%s', "
					   "at offset %zu; is the object damaged?",
					   reader->section->name, definition->name,
					   definition->size, reader->definitions[i + 1].name,
					   end);
	}
	return 0;
}

/*
 * A stripped object: the section's size must then be a whole number of one struct's size.
 * Relocations name the section and count from its start, so names are not needed to load it.
 */
static int guess_without_symbols(struct reader *reader)
{
	static const size_t sizes[] = {28, 20, 36, 24, 16};
	const struct elf_section *section = reader->section;
	size_t stride = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (section->size % sizes[i])
			continue;
		if (stride)
			stride = SIZE_MAX;
		else
			stride = sizes[i];
	}
	if (!stride || stride == SIZE_MAX)
		return report_fail(
			reader->report, EINVAL,
			"section '%s': no symbol tells where its maps begin, and %zu "
			"bytes fit %s; compile again without stripping the object",
			section->name, section->size,
			stride ? "more than one struct" : "no known struct");
	reader->count = section->size / stride;
	reader->definitions = calloc(reader->count, sizeof(*reader->definitions));
	if (!reader->definitions)
		return report_fail(reader->report, ENOMEM, "section '%s': no memory",
				   section->name);
	for (size_t i = 0; i < reader->count; i++)
		reader->definitions[i] = (struct map_definition){.name = "map",
								 .offset = i * stride,
								 .size = stride,
								 .element = (unsigned int)i,
								 .elements = 2};
	return 0;
}

static int collect_definitions(struct reader *reader)
{
	const struct elf_section *section = reader->section;

	reader->definitions =
		calloc(reader->file->symbol_count + 1, sizeof(*reader->definitions));
	if (!reader->definitions)
		return report_fail(reader->report, ENOMEM, "section '%s': no memory",
				   section->name);
	for (size_t i = 0; i < reader->file->symbol_count; i++) {
		const struct elf_symbol *symbol = &reader->file->symbols[i];

		if (defines_map(symbol, section))
			reader->definitions[reader->count++] = (struct map_definition){
				.name = symbol->name,
				.offset = symbol->value,
				.size = symbol->size,
				.elements = 1,
			};
	}
	if (!reader->count) {
		free(reader->definitions);
		reader->definitions = NULL;
		return guess_without_symbols(reader);
	}
	qsort(reader->definitions, reader->count, sizeof(*reader->definitions), by_offset);
	drop_aliases(reader);
	return complete_sizes(reader);
}

/* ---- arrays of definitions ---- */

static int split_definition(struct reader *reader, size_t index, unsigned int elements)
{
	struct map_definition whole = reader->definitions[index];
	size_t room = reader->count + elements - 1;
	struct map_definition *definitions;

	definitions = reallocarray(reader->definitions, room, sizeof(*definitions));
	if (!definitions)
		return report_fail(reader->report, ENOMEM, "section '%s': no memory",
				   reader->section->name);
	memmove(definitions + index + elements, definitions + index + 1,
		(reader->count - index - 1) * sizeof(*definitions));
	for (unsigned int i = 0; i < elements; i++) {
		definitions[index + i] = whole;
		definitions[index + i].size = whole.size / elements;
		definitions[index + i].offset = whole.offset + i * (whole.size / elements);
		definitions[index + i].element = i;
		definitions[index + i].elements = elements;
	}
	reader->definitions = definitions;
	reader->count = room;
	return 0;
}

/* Could each piece of `stride` bytes be a definition? */
static bool splits_into(const unsigned char *raw, size_t size, size_t stride)
{
	__u32 words[4];

	if (size % stride)
		return false;
	for (size_t at = 0; at < size; at += stride) {
		memcpy(words, raw + at, sizeof(words));
		if (!words[0] || words[0] > 64 || !words[2] || words[2] > 1u << 20)
			return false;
	}
	return true;
}

/*
 * One symbol over several definitions, without BTF: only where it is too long to be one, and
 * exactly one struct's size cuts it into definitions.
 */
static unsigned int count_elements(const struct reader *reader, size_t index)
{
	static const size_t strides[] = {16, 20, 24, 28, 36};
	const struct map_definition *definition = &reader->definitions[index];
	const unsigned char *raw = reader->section->data + definition->offset;
	const struct map_layout *whole = map_layout_for(BPF_LOADER_KERNEL, definition->size);
	size_t stride = 0;

	if (!whole || definition->size == 40 || definition->size >= 280 ||
	    definition->size <= 36 ||
	    map_layout_stray_byte(whole, raw, definition->size) == definition->size)
		return 1;
	for (size_t i = 0; i < sizeof(strides) / sizeof(strides[0]); i++) {
		if (!splits_into(raw, definition->size, strides[i]))
			continue;
		if (stride)
			return 1;
		stride = strides[i];
	}
	return stride ? (unsigned int)(definition->size / stride) : 1;
}

/* What BTF, or else the bytes, say of a definition: its layout, and how many there are. */
static int find_layout(struct reader *reader, size_t index)
{
	struct map_definition *definition = &reader->definitions[index];
	const struct map_layout *layout;
	unsigned int elements;
	__u32 type = dialect_struct_type(reader->btf, definition->name, &elements);
	int err = 0;

	layout = type ? custom_layout(reader->custom, reader->btf->btf, type) : NULL;
	if (!layout || !elements || definition->size / elements != layout->size ||
	    definition->size % elements) {
		elements = count_elements(reader, index);
		return elements > 1 ? split_definition(reader, index, elements) : 0;
	}
	if (elements > 1)
		err = split_definition(reader, index, elements);
	if (err)
		return err;
	for (unsigned int i = 0; i < elements; i++)
		if (reader->options->dialect == BPF_LOADER_AUTO) {
			reader->definitions[index + i].layout = layout;
			reader->definitions[index + i].rule = "BTF";
		}
	return 0;
}

static void report_btf_dialect(struct reader *reader)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_DIALECT,
					 .section = reader->section->name};
	const struct map_layout *last = NULL;

	for (size_t i = 0; i < reader->count && report_wanted(reader->report); i++) {
		const struct map_layout *layout = reader->definitions[i].layout;

		if (!layout || layout == last)
			continue;
		report_event(reader->report, &event,
			     "dialect %s, by BTF: map '%s' is a struct %s of %zu bytes",
			     map_dialect_name(layout->dialect), reader->definitions[i].name,
			     layout->name[0] ? layout->name : "without name", layout->size);
		last = layout;
	}
}

/* ---- from bytes to a description ---- */

static void set_pinning(struct bpf_loader_map *map, const struct map_layout *layout)
{
	switch (map->pinning_id) {
	case 0: map->pinning = BPF_LOADER_PIN_NONE; return;
	case 1: map->pinning = BPF_LOADER_PIN_OBJECT_NS; break;
	case 2: map->pinning = BPF_LOADER_PIN_GLOBAL_NS; break;
	default: map->pinning = BPF_LOADER_PIN_CUSTOM; break;
	}
	if (layout->dialect == BPF_LOADER_GOBPF && map->pinning_id == 2)
		map->pinning = BPF_LOADER_PIN_NAMESPACE;
	/* A bpf_map_def with pinning is no tc struct: those projects count as libbpf does. */
	if (layout->dialect == BPF_LOADER_KERNEL && map->pinning_id == 1)
		map->pinning = BPF_LOADER_PIN_BY_NAME;
}

static void set_number(struct bpf_loader_map *map, enum map_field_kind kind, __u32 value)
{
	switch (kind) {
	case MAP_FIELD_TYPE: map->type = value; break;
	case MAP_FIELD_KEY_SIZE: map->key_size = value; break;
	case MAP_FIELD_VALUE_SIZE: map->value_size = value; break;
	case MAP_FIELD_MAX_ENTRIES: map->max_entries = value; break;
	case MAP_FIELD_MAP_FLAGS: map->map_flags = value; break;
	case MAP_FIELD_NUMA_NODE: map->numa_node = value; break;
	case MAP_FIELD_ID: map->id = value; break;
	case MAP_FIELD_PINNING: map->pinning_id = value; break;
	default: break; /* references to other maps: resolved when all are known */
	}
}

static int check_namespace(struct reader *reader, struct bpf_loader_map *map,
			   const struct map_field *field)
{
	const char *text = (const char *)map->raw + field->offset;

	if (!memchr(text, '\0', field->size))
		return report_fail(
			reader->report, EINVAL,
			"section '%s', map '%s': the %s string of %u bytes has no end",
			map->section, map->name, field->name, field->size);
	map->pin_hint = text[0] ? text : NULL;
	return 0;
}

/*
 * Bytes that mean nothing to us. Where BTF names them, the struct's author added them for a
 * loader of his own; Android's struct goes on with such things. Otherwise they may be a sign
 * that the dialect is another one.
 */
static int check_stray_bytes(struct reader *reader, const struct bpf_loader_map *map)
{
	size_t at = map_layout_stray_byte(map->layout, map->raw, map->size);
	bool own = map->dialect == BPF_LOADER_ANDROID ||
		   (map->dialect_rule && !strcmp(map->dialect_rule, "BTF"));

	if (at == map->size)
		return 0;
	if (!own && !reader->options->relaxed)
		return report_fail(
			reader->report, EINVAL,
			"section '%s', map '%s': byte %zu of its %zu is 0x%02x, but "
			"dialect %s has no field there; name the dialect, or load with "
			"--relaxed to drop it",
			map->section, map->name, at, map->size, map->raw[at],
			map_dialect_name(map->dialect));
	report_warning(reader->report, map->section,
		       "map '%s': what stands at byte %zu of its %zu is dropped", map->name, at,
		       map->size);
	return 0;
}

/* Names of array elements get their index: "slots" of two becomes slots_0 and slots_1. */
static char *element_name(const struct map_definition *definition)
{
	char *name;

	if (asprintf(&name, "%s_%u", definition->name, definition->element) < 0)
		return NULL;
	return name;
}

/* gobpf names the map by its section; the symbol may be called anything. */
static const char *map_name(struct reader *reader, const struct map_definition *definition)
{
	const char *section = reader->section->name;

	if (!strncmp(section, "maps/", 5) && section[5] && reader->count == 1)
		return section + 5;
	return definition->name;
}

static int fill_map(struct reader *reader, const struct map_definition *definition)
{
	struct bpf_loader_map *map = map_list_add(reader->list);
	const struct map_layout *layout = definition->layout;
	int err = 0;

	if (!map)
		return report_fail(reader->report, ENOMEM, "section '%s': no memory",
				   reader->section->name);
	map->name = map_name(reader, definition);
	if (definition->elements > 1) {
		map->own_name = element_name(definition);
		map->name = map->own_name ? map->own_name : definition->name;
	}
	map->section = reader->section->name;
	map->section_index = reader->section->index;
	map->offset = definition->offset;
	map->size = definition->size;
	map->raw = definition->raw;
	map->layout = layout;
	map->dialect = layout->dialect;
	map->dialect_rule = definition->rule;
	for (size_t i = 0; i < layout->field_count && !err; i++) {
		const struct map_field *field = &layout->fields[i];

		set_number(map, field->kind, (__u32)map_field_value(field, map->raw));
		if (field->kind == MAP_FIELD_NAMESPACE)
			err = check_namespace(reader, map, field);
	}
	set_pinning(map, layout);
	return err ? err : check_stray_bytes(reader, map);
}

/* ---- references between maps ---- */

static bool is_inner_candidate(struct reader *reader, struct bpf_loader_map *map, size_t index)
{
	struct bpf_loader_map *inner = &reader->list->maps[index];

	return inner != map && !map_type_holds_maps(inner->type);
}

static int set_inner(struct reader *reader, struct bpf_loader_map *map, size_t index)
{
	if (!is_inner_candidate(reader, map, index))
		return report_fail(
			reader->report, EINVAL,
			"section '%s', map '%s': its inner map '%s' holds maps itself; "
			"the kernel nests maps one level deep",
			map->section, map->name, reader->list->maps[index].name);
	map->inner_map = (long)index;
	return 0;
}

/* The kernel's inner_map_idx counts the section's maps by offset. */
static int resolve_index(struct reader *reader, struct bpf_loader_map *map)
{
	__u32 index = map_layout_value(map->layout, MAP_FIELD_INNER_MAP_IDX, map->raw);
	size_t count = reader->list->count - reader->first;

	if (index >= count)
		return report_fail(
			reader->report, EINVAL,
			"section '%s', map '%s': inner_map_idx %u, but the section has "
			"%zu maps (0 to %zu)",
			map->section, map->name, index, count, count - 1);
	/* The map itself: user space gives the template, or the whole map. */
	if (&reader->list->maps[reader->first + index] == map)
		return 0;
	return set_inner(reader, map, reader->first + index);
}

static int add_slot(struct reader *reader, struct bpf_loader_map *map, __u32 key, size_t inner)
{
	struct bpf_loader_slot *slots =
		reallocarray(map->slots, map->slot_count + 1, sizeof(*slots));

	if (!slots)
		return report_fail(reader->report, ENOMEM, "section '%s', map '%s': no memory",
				   map->section, map->name);
	map->slots = slots;
	slots[map->slot_count++] = (struct bpf_loader_slot){.key = key, .map = (long)inner};
	return 0;
}

/*
 * iproute2's inner_id names the id of the template. Every map with that id goes into the outer
 * one, at the slot that the inner definition calls inner_idx, unless that is -1.
 */
static int resolve_id(struct reader *reader, struct bpf_loader_map *map)
{
	__u32 id = map_layout_value(map->layout, MAP_FIELD_INNER_ID, map->raw);
	int err = 0;

	for (size_t i = reader->first; i < reader->list->count && !err; i++) {
		struct bpf_loader_map *inner = &reader->list->maps[i];
		__u32 slot = map_layout_value(inner->layout, MAP_FIELD_INNER_IDX, inner->raw);

		if (inner == map || inner->id != id || map_type_holds_maps(inner->type))
			continue;
		if (map->inner_map < 0)
			err = set_inner(reader, map, i);
		if (!err && slot != NO_INNER_SLOT && id)
			err = add_slot(reader, map, slot, i);
	}
	if (!err && map->inner_map < 0)
		err = report_fail(
			reader->report, EINVAL,
			"section '%s', map '%s': inner_id %u is the id of no map of the "
			"section",
			map->section, map->name, id);
	return err;
}

/* Where the pointer at `field` of the definition points: section and offset, by relocation. */
static const struct elf_section *pointer_target(struct reader *reader,
						const struct bpf_loader_map *map,
						const struct map_field *field, uint64_t *offset)
{
	const struct elf_symbol *symbol;
	const struct elf_reloc *reloc;
	size_t count;

	reloc = elf_section_relocs_in(reader->section, map->offset + field->offset,
				      map->offset + field->offset + 1, &count);
	if (!count)
		return NULL;
	symbol = &reader->file->symbols[reloc->symbol];
	if (!elf_symbol_in_section(symbol))
		return NULL;
	*offset = symbol->value + map_field_value(field, map->raw) + (uint64_t)reloc->addend;
	return &reader->file->sections[symbol->section];
}

static int resolve_pointer(struct reader *reader, struct bpf_loader_map *map)
{
	const struct map_field *field = map_layout_field(map->layout, MAP_FIELD_INNER_PTR);
	const struct elf_section *target;
	uint64_t offset = 0;

	target = field ? pointer_target(reader, map, field, &offset) : NULL;
	for (size_t i = reader->first; target == reader->section && i < reader->list->count;
	     i++)
		if (reader->list->maps[i].offset == offset)
			return set_inner(reader, map, i);
	return report_fail(
		reader->report, EINVAL,
		"section '%s', map '%s': its inner map pointer leads to no map of the "
		"section",
		map->section, map->name);
}

static int resolve_path(struct reader *reader, struct bpf_loader_map *map)
{
	const struct map_field *field = map_layout_field(map->layout, MAP_FIELD_PATH_PTR);
	const struct elf_section *target;
	uint64_t offset = 0;

	target = field ? pointer_target(reader, map, field, &offset) : NULL;
	if (!target)
		return 0;
	if (!target->data || offset >= target->size ||
	    !memchr(target->data + offset, '\0', target->size - offset))
		return report_fail(reader->report, EINVAL,
				   "section '%s', map '%s': its pin path pointer leads to no "
				   "string",
				   map->section, map->name);
	map->pin_hint = (const char *)target->data + offset;
	map->pinning = BPF_LOADER_PIN_PATH;
	return 0;
}

/* goebpf's loader completes what its authors may leave out; the sizes have one legal value. */
static void complete_goebpf(struct bpf_loader_map *map)
{
	bool fds = map_type_holds_maps(map->type) || map->type == BPF_MAP_TYPE_PROG_ARRAY ||
		   map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY;

	if (fds)
		map->value_size = 4;
	if (!map->key_size && map->type != BPF_MAP_TYPE_HASH_OF_MAPS &&
	    (fds || map->type == BPF_MAP_TYPE_ARRAY || map->type == BPF_MAP_TYPE_PERCPU_ARRAY))
		map->key_size = 4;
}

static int resolve_map(struct reader *reader, struct bpf_loader_map *map)
{
	bool holds_maps = map_type_holds_maps(map->type);

	if (map->layout->dialect == BPF_LOADER_GOEBPF) {
		complete_goebpf(map);
		if (holds_maps && resolve_pointer(reader, map))
			return -EINVAL;
		return resolve_path(reader, map);
	}
	if (!holds_maps)
		return 0;
	if (map_layout_field(map->layout, MAP_FIELD_INNER_MAP_IDX))
		return resolve_index(reader, map);
	if (map_layout_field(map->layout, MAP_FIELD_INNER_ID))
		return resolve_id(reader, map);
	return 0; /* creation says what is missing, unless the caller provides the map */
}

static int resolve_maps(struct reader *reader)
{
	int err = elf_section_relocs(reader->file, reader->section, reader->report);

	for (size_t i = reader->first; i < reader->list->count && !err; i++)
		err = resolve_map(reader, &reader->list->maps[i]);
	return err;
}

/* ---- one section, all sections ---- */

static int layouts_of_section(struct reader *reader)
{
	int err = 0;

	for (size_t i = reader->count; i > 0 && !err; i--)
		err = find_layout(reader, i - 1);
	for (size_t i = 0; i < reader->count; i++)
		reader->definitions[i].raw =
			reader->section->data + reader->definitions[i].offset;
	if (err)
		return err;
	report_btf_dialect(reader);
	return dialect_decide(reader->file, reader->section, reader->options->dialect,
			      reader->definitions, reader->count, reader->report);
}

static int read_section(struct reader *reader)
{
	int err = collect_definitions(reader);

	if (!err)
		err = layouts_of_section(reader);
	for (size_t i = 0; i < reader->count && !err; i++)
		err = fill_map(reader, &reader->definitions[i]);
	if (!err)
		err = resolve_maps(reader);
	free(reader->definitions);
	return err;
}

int maps_legacy_read(struct elf_file *file, const struct btf_file *btf,
		     const struct legacy_options *options, struct custom_layouts *custom,
		     struct map_list *list, struct report *report)
{
	int err = 0;

	for (size_t i = 1; i < file->section_count && !err; i++) {
		struct reader reader = {
			.file = file,
			.section = &file->sections[i],
			.btf = btf,
			.options = options,
			.custom = custom,
			.list = list,
			.report = report,
			.first = list->count,
		};

		if (reader.section->type == SHT_PROGBITS && reader.section->data &&
		    maps_legacy_section(reader.section->name))
			err = read_section(&reader);
	}
	return err;
}
