// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare_file: what two objects say, pair by pair, without a kernel.
 *
 * Each side says what it has to say of a map as one text for each field, with the place in the
 * file; then texts are compared. A text may stand for something longer (.whole): a type for its
 * members, a few bytes for all of them.
 */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/map_create.h"
#include "object_text.h"
#include "output.h"
#include "type_shape.h"
#include "words.h"

struct fact {
	char *text, *whole; /* .whole may be NULL: the text is all */
	struct origin from;
};

/* What a field is called, and what a difference in it means. */
struct field {
	const char *name;
	enum row_verdict verdict;
	bool quiet; /* no row where both say the same */
};

static const char *whole(const struct fact *fact)
{
	return fact->whole ? fact->whole : fact->text;
}

static enum row_verdict judge(const struct field *field, const struct fact *a,
			      const struct fact *b)
{
	if (!strcmp(whole(a), whole(b)))
		return strcmp(a->text, b->text) != 0 ? ROW_FILE : ROW_SAME;
	if (field->verdict == ROW_ONE_SIDE && a->text[0] && b->text[0])
		return ROW_DIFFERS;
	return field->verdict;
}

/* Takes the facts of both sides over. What neither side has is no row. */
static void add_row(struct match *match, const struct field *field, struct fact *a,
		    struct fact *b)
{
	struct row *row;

	if ((a->text[0] || b->text[0]) && (!field->quiet || strcmp(a->text, b->text) != 0)) {
		row = &match->rows[match->row_count++];
		*row = (struct row){.field = field->name,
				    .text = {a->text, b->text},
				    .from = {a->from, b->from},
				    .verdict = judge(field, a, b)};
	} else {
		free(a->text);
		free(b->text);
	}
	free(a->whole);
	free(b->whole);
}

/* ---- maps ---- */

enum {
	MAP_TYPE,
	MAP_KEY_SIZE,
	MAP_VALUE_SIZE,
	MAP_MAX_ENTRIES,
	MAP_FLAGS,
	MAP_NUMA_NODE,
	MAP_EXTRA,
	MAP_INNER,
	MAP_SLOTS,
	MAP_CONTENTS,
	MAP_KEY_TYPE,
	MAP_VALUE_TYPE,
	MAP_PIN,
	MAP_DIALECT,
	MAP_SECTION,
	MAP_ID,
	MAP_ORDER,
	MAP_FIELDS,
};

static const struct field map_fields[MAP_FIELDS] = {
	[MAP_TYPE] = {"type", ROW_DIFFERS, false},
	[MAP_KEY_SIZE] = {"key_size", ROW_DIFFERS, false},
	[MAP_VALUE_SIZE] = {"value_size", ROW_DIFFERS, false},
	[MAP_MAX_ENTRIES] = {"max_entries", ROW_DIFFERS, false},
	[MAP_FLAGS] = {"map_flags", ROW_DIFFERS, false},
	[MAP_NUMA_NODE] = {"numa_node", ROW_DIFFERS, false},
	[MAP_EXTRA] = {"map_extra", ROW_DIFFERS, false},
	[MAP_INNER] = {"inner map", ROW_DIFFERS, false},
	[MAP_SLOTS] = {"slots", ROW_DIFFERS, false},
	[MAP_CONTENTS] = {"contents", ROW_DIFFERS, false},
	[MAP_KEY_TYPE] = {"key type", ROW_ONE_SIDE, false},
	[MAP_VALUE_TYPE] = {"value type", ROW_ONE_SIDE, false},
	[MAP_PIN] = {"pinned at", ROW_LOADER, false},
	[MAP_DIALECT] = {"dialect", ROW_FILE, false},
	[MAP_SECTION] = {"section", ROW_FILE, false},
	[MAP_ID] = {"id", ROW_FILE, false},
	[MAP_ORDER] = {"order", ROW_FILE, true},
};

/* The type of member `name` in the BTF definition of a map, 0 where it has none. */
static __u32 member_type(const struct object *object, const struct bpf_loader_map *map,
			 const char *name)
{
	const struct btf_variable *variable = btf_file_variable(object->btf, map->name);
	const struct btf *btf = object->btf->btf;
	const struct btf_type *type;

	if (!variable || map->dialect != BPF_LOADER_BTF)
		return 0;
	type = btf_plain_type(btf, variable->type);
	if (!btf_is_struct(type))
		return 0;
	for (__u32 i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf_name(btf, btf_members(type)[i].name_off), name))
			return btf_members(type)[i].type;
	return 0;
}

/* Bytes of a legacy definition, or a member of a BTF one; nowhere if it is a default. */
static struct origin origin_of(const struct object *object, const struct bpf_loader_map *map,
			       enum map_field_kind kind, const char *member)
{
	struct origin from = {.section = map->section, .offset = map->offset};
	const struct map_field *field;

	if (map->layout) {
		field = map_layout_field(map->layout, kind);
		if (field)
			from.offset += field->offset;
		return field ? from : (struct origin){0};
	}
	from.btf_id = member_type(object, map, member);
	return from.btf_id ? from : (struct origin){0};
}

/* `made`: the number with which the map is made in the end. */
static void set_number(struct fact *facts, int field, const struct object *object,
		       const struct bpf_loader_map *map, enum map_field_kind kind,
		       unsigned long long number, unsigned long long made)
{
	facts[field].text = text_of("%llu", number);
	facts[field].whole = text_of("%llu", made);
	facts[field].from = origin_of(object, map, kind, map_fields[field].name);
}

/* Sizes may come from the types of key and value. */
static void set_size(struct fact *facts, int field, const struct object *object,
		     const struct bpf_loader_map *map, enum map_field_kind kind, __u32 size,
		     __u32 made)
{
	set_number(facts, field, object, map, kind, size, made);
	if (!facts[field].from.section)
		facts[field].from = origin_of(object, map, MAP_FIELD_UNKNOWN,
					      field == MAP_KEY_SIZE ? "key" : "value");
}

static char *flags_text(__u32 flags)
{
	char names[WORDS_ROOM], short_names[WORDS_ROOM] = "";

	words_flags(flags, names, sizeof(names));
	for (const char *name = names; *name; name++) {
		if (!strncmp(name, "BPF_F_", 6))
			name += 6;
		append(short_names, sizeof(short_names), "%c", *name);
	}
	return text_of("0x%x%s%s", flags, names[0] ? " " : "", short_names);
}

static void set_numbers(struct fact *facts, const struct object *object,
			const struct bpf_loader_map *map)
{
	struct bpf_loader_map made = *map;
	struct report silent = {0};

	map_create_complete(&made, &silent);
	facts[MAP_TYPE].text = text_of("%s", map_type_name(map->type));
	facts[MAP_TYPE].from = origin_of(object, map, MAP_FIELD_TYPE, "type");
	facts[MAP_TYPE].whole = text_of("%u", map->type);
	set_size(facts, MAP_KEY_SIZE, object, map, MAP_FIELD_KEY_SIZE, map->key_size,
		 made.key_size);
	set_size(facts, MAP_VALUE_SIZE, object, map, MAP_FIELD_VALUE_SIZE, map->value_size,
		 made.value_size);
	set_number(facts, MAP_MAX_ENTRIES, object, map, MAP_FIELD_MAX_ENTRIES, map->max_entries,
		   made.max_entries);
	facts[MAP_FLAGS].text = flags_text(map->map_flags);
	facts[MAP_FLAGS].whole = flags_text(made.map_flags);
	facts[MAP_FLAGS].from = origin_of(object, map, MAP_FIELD_MAP_FLAGS, "map_flags");
	if (map->map_flags & BPF_F_NUMA_NODE)
		set_number(facts, MAP_NUMA_NODE, object, map, MAP_FIELD_NUMA_NODE,
			   map->numa_node, map->numa_node);
	if (map->map_extra)
		set_number(facts, MAP_EXTRA, object, map, MAP_FIELD_UNKNOWN, map->map_extra,
			   map->map_extra);
	if (map->id)
		set_number(facts, MAP_ID, object, map, MAP_FIELD_ID, map->id, map->id);
}

/* The shape of the maps that a map of maps holds; whether they have a name is nothing to it. */
static char *inner_text(const struct object *object, const struct bpf_loader_map *map)
{
	const struct bpf_loader_map *inner = map->inner;

	if (map->inner_map >= 0)
		inner = bpf_loader_map(object->loader, (size_t)map->inner_map);
	if (!inner)
		return NULL;
	return text_of("%s %u/%u/%u 0x%x", map_type_name(inner->type), inner->key_size,
		       inner->value_size, inner->max_entries, inner->map_flags);
}

static void set_inner(struct fact *fact, const struct object *object,
		      const struct bpf_loader_map *map)
{
	static const struct {
		enum map_field_kind kind;
		const char *member;
	} places[] = {{MAP_FIELD_INNER_MAP_IDX, "values"},
		      {MAP_FIELD_INNER_ID, "values"},
		      {MAP_FIELD_INNER_PTR, "values"}};

	fact->text = inner_text(object, map);
	for (size_t i = 0; fact->text && i < 3 && !fact->from.section; i++)
		fact->from = origin_of(object, map, places[i].kind, places[i].member);
}

static char *slots_text(const struct object *object, const struct bpf_loader_map *map)
{
	char *text = text_of("%s", ""), *longer;

	for (size_t i = 0; i < map->slot_count; i++) {
		const struct bpf_loader_slot *slot = &map->slots[i];
		const char *name = slot->program;

		if (slot->map >= 0)
			name = bpf_loader_map(object->loader, (size_t)slot->map)->name;
		longer = text_of("%s%s%u: %s", text, i ? ", " : "", slot->key, name ?: "?");
		free(text);
		text = longer;
	}
	return text;
}

/* "01 00 00 00 .." for all of it. */
static void set_contents(struct fact *fact, const struct bpf_loader_map *map)
{
	char hex[64];

	if (map->dialect != BPF_LOADER_DATA)
		return;
	if (!map->raw) {
		unsigned char *zeros = must(calloc(map->size + 1, 1));

		fact->whole = words_bytes(zeros, map->size);
		fact->text = text_of("all zero");
		free(zeros);
		return;
	}
	words_hex(map->raw, map->size, 4, hex, sizeof(hex));
	fact->text = text_of("%s", hex);
	fact->whole = words_bytes(map->raw, map->size);
	fact->from = (struct origin){.section = map->section};
}

static void set_type(struct fact *fact, const struct object *object,
		     const struct bpf_loader_map *map, __u32 id)
{
	fact->text = type_text(object->btf->btf, id);
	fact->whole = type_shape(object->btf->btf, id);
	if (fact->text[0])
		fact->from = (struct origin){.section = map->section, .btf_id = id};
}

/* What a map is called in its file, which concerns nobody else. */
static void set_file_facts(struct fact *facts, const struct object *object,
			   const struct bpf_loader_map *map, size_t index)
{
	facts[MAP_DIALECT].text = text_of(
		"%s", map->dialect == BPF_LOADER_BTF ? "BTF" : map_dialect_name(map->dialect));
	facts[MAP_DIALECT].from =
		(struct origin){.section = map->section, .offset = map->offset};
	facts[MAP_SECTION].text = text_of("%s", map->section);
	if (map->dialect != BPF_LOADER_DATA)
		facts[MAP_ORDER].text = text_of("%zu", index + 1);
	if (!map->pin_path)
		return;
	facts[MAP_PIN].text = text_of("%s", map->pin_path);
	facts[MAP_PIN].from = origin_of(object, map, MAP_FIELD_PINNING, "pinning");
}

static void map_facts(struct fact *facts, const struct object *object,
		      const struct bpf_loader_map *map, size_t index)
{
	set_numbers(facts, object, map);
	set_inner(&facts[MAP_INNER], object, map);
	facts[MAP_SLOTS].text = slots_text(object, map);
	set_contents(&facts[MAP_CONTENTS], map);
	set_type(&facts[MAP_KEY_TYPE], object, map, map->btf_key_type);
	set_type(&facts[MAP_VALUE_TYPE], object, map, map->btf_value_type);
	set_file_facts(facts, object, map, index);
	for (int i = 0; i < MAP_FIELDS; i++)
		if (!facts[i].text)
			facts[i].text = text_of("%s", "");
}

static size_t index_of_map(const struct bpf_loader *loader, const struct bpf_loader_map *map)
{
	size_t i = 0;

	while (bpf_loader_map(loader, i) != map)
		i++;
	return i;
}

static void compare_maps(const struct comparison *comparison, struct match *match)
{
	struct fact facts[2][MAP_FIELDS] = {0};

	for (int i = 0; i < 2; i++) {
		const struct object *object = &comparison->sides[i].object;

		map_facts(facts[i], object, match->map[i],
			  index_of_map(object->loader, match->map[i]));
	}
	match->rows = must(calloc(MAP_FIELDS, sizeof(*match->rows)));
	for (int i = 0; i < MAP_FIELDS; i++)
		add_row(match, &map_fields[i], &facts[0][i], &facts[1][i]);
}

/* ---- programs ---- */

enum {
	PROGRAM_TYPE,
	PROGRAM_ATTACH_TYPE,
	PROGRAM_ATTACH,
	PROGRAM_FLAGS,
	PROGRAM_SLOT,
	PROGRAM_SIZE,
	PROGRAM_FUNCTIONS,
	PROGRAM_CODE,
	PROGRAM_SECTION,
	PROGRAM_ORDER,
	PROGRAM_FIELDS,
};

static const struct field program_fields[PROGRAM_FIELDS] = {
	[PROGRAM_TYPE] = {"type", ROW_DIFFERS, false},
	[PROGRAM_ATTACH_TYPE] = {"attach type", ROW_DIFFERS, false},
	[PROGRAM_ATTACH] = {"attaches to", ROW_DIFFERS, false},
	[PROGRAM_FLAGS] = {"flags", ROW_DIFFERS, false},
	[PROGRAM_SLOT] = {"slot", ROW_DIFFERS, false},
	[PROGRAM_SIZE] = {"instructions", ROW_DIFFERS, false},
	[PROGRAM_FUNCTIONS] = {"functions", ROW_DIFFERS, false},
	[PROGRAM_CODE] = {"code", ROW_DIFFERS, false},
	[PROGRAM_SECTION] = {"section", ROW_FILE, false},
	[PROGRAM_ORDER] = {"order", ROW_FILE, true},
};

static char *attach_text(const struct bpf_loader_program *program)
{
	if (program->attach_kind == BPF_LOADER_ATTACH_NONE)
		return text_of("%s", "");
	return text_of("%s %s", words_attach(program->attach_kind),
		       program->attach_target ?: "");
}

static char *slot_text(const struct object *object, const struct bpf_loader_program *program)
{
	const struct bpf_loader_map *map = object_slot_map(object->loader, program);

	if (!program->has_slot)
		return text_of("%s", "");
	return text_of("%s[%u]", map ? map->name : "?", program->slot);
}

static void program_facts(struct fact *facts, const struct object *object,
			  const struct bpf_loader_program *program, size_t index)
{
	const char *type = program->type ? prog_type_name(program->type) : "not told";
	const struct origin place = {.section = program->section, .offset = program->offset};

	facts[PROGRAM_TYPE].text = text_of("%s", type);
	facts[PROGRAM_ATTACH_TYPE].text = text_of("%u", program->expected_attach_type);
	facts[PROGRAM_ATTACH].text = attach_text(program);
	facts[PROGRAM_FLAGS].text =
		program->flags ? text_of("0x%x", program->flags) : text_of("%s", "");
	facts[PROGRAM_SLOT].text = slot_text(object, program);
	facts[PROGRAM_SIZE].text = text_of("%zu", program->insn_count);
	facts[PROGRAM_FUNCTIONS].text = text_of("%zu", program->part_count);
	facts[PROGRAM_CODE].text = object_program_text(object, program);
	facts[PROGRAM_SECTION].text = text_of("%s", program->section);
	facts[PROGRAM_SECTION].from = place;
	facts[PROGRAM_ORDER].text = text_of("%zu", index + 1);
}

/* The whole code is nothing for a table: the first place where it differs is. */
static void shorten_code(struct row *row)
{
	char *lines[2];

	if (row->verdict == ROW_SAME) {
		for (int i = 0; i < 2; i++) {
			free(row->text[i]);
			row->text[i] = text_of("the same");
		}
		return;
	}
	row->field = "first different instruction";
	first_difference(row->text[0], row->text[1], &lines[0], &lines[1]);
	for (int i = 0; i < 2; i++) {
		free(row->text[i]);
		row->text[i] = lines[i];
	}
}

static size_t index_of_program(const struct bpf_loader *loader,
			       const struct bpf_loader_program *program)
{
	size_t i = 0;

	while (bpf_loader_program(loader, i) != program)
		i++;
	return i;
}

static void compare_programs(const struct comparison *comparison, struct match *match)
{
	struct fact facts[2][PROGRAM_FIELDS] = {0};

	for (int i = 0; i < 2; i++) {
		const struct object *object = &comparison->sides[i].object;

		program_facts(facts[i], object, match->program[i],
			      index_of_program(object->loader, match->program[i]));
	}
	match->rows = must(calloc(PROGRAM_FIELDS, sizeof(*match->rows)));
	for (int i = 0; i < PROGRAM_FIELDS; i++) {
		add_row(match, &program_fields[i], &facts[0][i], &facts[1][i]);
		if (i == PROGRAM_CODE)
			shorten_code(&match->rows[match->row_count - 1]);
	}
}

/* ---- the object ---- */

/* Helpers for GPL programs ask for one of these; that is all the kernel keeps of a license. */
static const char *gpl(const char *license)
{
	static const char *const words[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(license, words[i]))
			return "GPL";
	return "other";
}

static void object_facts(struct fact *facts, const struct object *object)
{
	const char *license = bpf_loader_license(object->loader);
	__u32 version;

	facts[0].text = text_of("%s", license[0] ? license : "none");
	facts[0].whole = text_of("%s", gpl(license));
	facts[1].text =
		object_version(object, &version) ? text_of("0x%x", version) : text_of("%s", "");
}

static void compare_objects(struct comparison *comparison)
{
	static const struct field fields[] = {{"license", ROW_DIFFERS, false},
					      {"version", ROW_FILE, false}};
	struct fact facts[2][2] = {0};

	for (int i = 0; i < 2; i++)
		object_facts(facts[i], &comparison->sides[i].object);
	comparison->object.rows = must(calloc(2, sizeof(*comparison->object.rows)));
	for (int i = 0; i < 2; i++)
		add_row(&comparison->object, &fields[i], &facts[0][i], &facts[1][i]);
}

/* ---- pairs ---- */

static struct match *add_match(struct matches *matches)
{
	matches->list =
		must(reallocarray(matches->list, matches->count + 1, sizeof(*matches->list)));
	matches->list[matches->count] = (struct match){0};
	return &matches->list[matches->count++];
}

static const struct bpf_loader_map *find_map(const struct bpf_loader *loader, const char *name)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++)
		if (!strcmp(object_map_name(bpf_loader_map(loader, i)), name))
			return bpf_loader_map(loader, i);
	return NULL;
}

/* Maps of `side`; the second side's only as far as the first has none of that name. */
static void match_maps(struct comparison *comparison, int side)
{
	const struct bpf_loader *mine = comparison->sides[side].object.loader;
	const struct bpf_loader *other = comparison->sides[!side].object.loader;

	for (size_t i = 0; i < bpf_loader_map_count(mine); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(mine, i);
		const char *name = object_map_name(map);
		const struct bpf_loader_map *partner = find_map(other, name);
		struct match *match;

		if (side && partner)
			continue;
		match = add_match(&comparison->maps);
		match->name = name;
		match->map[side] = map;
		match->map[!side] = partner;
		if (partner)
			compare_maps(comparison, match);
	}
}

static void match_programs(struct comparison *comparison, int side)
{
	const struct bpf_loader *mine = comparison->sides[side].object.loader;
	const struct bpf_loader *other = comparison->sides[!side].object.loader;

	for (size_t i = 0; i < bpf_loader_program_count(mine); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(mine, i);
		const struct bpf_loader_program *partner =
			bpf_loader_find_program(other, program->name);
		struct match *match;

		if (side && partner)
			continue;
		match = add_match(&comparison->programs);
		match->name = program->name;
		match->program[side] = program;
		match->program[!side] = partner;
		if (partner)
			compare_programs(comparison, match);
	}
}

/* ---- costs ---- */

enum {
	COST_DEFINITIONS,
	COST_DEFINITION_RELOCS,
	COST_CODE,
	COST_CODE_RELOCS,
	COST_BTF,
	COST_BTF_EXT,
	COST_BTF_RELOCS,
	COST_FILE,
};

static const char *const cost_words[COSTS] = {
	[COST_DEFINITIONS] = "sections of map definitions",
	[COST_DEFINITION_RELOCS] = "relocations of those",
	[COST_CODE] = "code",
	[COST_CODE_RELOCS] = "relocations of code",
	[COST_BTF] = "BTF: types",
	[COST_BTF_EXT] = "BTF.ext: functions and lines of code",
	[COST_BTF_RELOCS] = "relocations of BTF",
	[COST_FILE] = "the whole file",
};

/* What a section costs, COSTS where it is nothing of these. */
static int cost_of(const struct elf_section *section)
{
	const char *purpose = handle_section_purpose(section);

	if (elf_section_is_program(section))
		return COST_CODE;
	if (!strcmp(section->name, ".BTF"))
		return COST_BTF;
	if (!strcmp(section->name, ".BTF.ext"))
		return COST_BTF_EXT;
	return purpose && !strncmp(purpose, "map definitions", 15) ? COST_DEFINITIONS : COSTS;
}

static int cost_of_relocs(const struct elf_section *target)
{
	switch (cost_of(target)) {
	case COST_DEFINITIONS: return COST_DEFINITION_RELOCS;
	case COST_CODE: return COST_CODE_RELOCS;
	case COST_BTF:
	case COST_BTF_EXT: return COST_BTF_RELOCS;
	default: return COSTS;
	}
}

static void add_costs(struct comparison *comparison, int side)
{
	const struct elf_file *file = comparison->sides[side].object.file;

	comparison->costs[COST_FILE].bytes[side] = file->size;
	for (size_t i = 1; i < file->section_count; i++) {
		const struct elf_section *section = &file->sections[i];
		int cost = COSTS;

		if (section->type != SHT_REL && section->type != SHT_RELA)
			cost = cost_of(section);
		else if (section->info < file->section_count)
			cost = cost_of_relocs(&file->sections[section->info]);
		if (cost < COSTS)
			comparison->costs[cost].bytes[side] += section->size;
	}
}

/* ---- all of it ---- */

static void note_refusal(struct side *side)
{
	const struct bpf_loader *loader = side->object.loader;
	char why[WORDS_ROOM];

	for (size_t i = 0; i < bpf_loader_program_count(loader) && !side->refusal; i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);

		object_refusal(&side->object, program, why, sizeof(why));
		if (why[0])
			side->refusal = text_of("program '%s': %s", program->name, why);
	}
}

void compare_file(struct comparison *comparison)
{
	compare_objects(comparison);
	for (int i = 0; i < COSTS; i++)
		comparison->costs[i].what = cost_words[i];
	for (int side = 0; side < 2; side++) {
		match_maps(comparison, side);
		match_programs(comparison, side);
		add_costs(comparison, side);
		note_refusal(&comparison->sides[side]);
	}
}
