// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * dialect: weighs the evidence for one section of map definitions. See dialect.h.
 */
#include "dialect.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "section_table.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* ---- BTF: the struct itself tells ---- */

void custom_layouts_release(struct custom_layouts *custom)
{
	for (size_t i = 0; i < custom->count; i++)
		free(custom->layouts[i]);
	free(custom->layouts);
	free(custom->type_ids);
	memset(custom, 0, sizeof(*custom));
}

__u32 dialect_struct_type(const struct btf_file *btf, const char *name, unsigned int *elements)
{
	const struct btf_variable *variable = btf_file_variable(btf, name);
	const struct btf_type *type;
	__u32 id;

	*elements = 1;
	if (!variable)
		return 0;
	id = btf_skip_modifiers(btf->btf, variable->type);
	type = btf__type_by_id(btf->btf, id);
	if (btf_is_array(type)) {
		*elements = btf_array(type)->nelems;
		id = btf_skip_modifiers(btf->btf, btf_array(type)->type);
		type = btf__type_by_id(btf->btf, id);
	}
	return btf_is_struct(type) ? id : 0;
}

/* Which project's struct has such a member. */
static enum bpf_loader_dialect dialect_of_member(const struct map_field *field)
{
	switch (field->kind) {
	case MAP_FIELD_NAMESPACE: return BPF_LOADER_GOBPF;
	case MAP_FIELD_INNER_PTR:
	case MAP_FIELD_PATH_PTR: return BPF_LOADER_GOEBPF;
	case MAP_FIELD_INNER_ID:
	case MAP_FIELD_INNER_IDX: return BPF_LOADER_IPROUTE2;
	default: break;
	}
	if (!strcmp(field->name, "size_key") || !strcmp(field->name, "max_elem"))
		return BPF_LOADER_IPROUTE2;
	return BPF_LOADER_AUTO;
}

static struct map_field member_field(const struct btf *btf, const struct btf_type *type,
				     __u32 i)
{
	const struct btf_member *member = btf_members(type) + i;
	const char *name = btf_name(btf, member->name_off);
	__s64 size = btf__resolve_size(btf, member->type);
	struct map_field field = {
		.kind = map_field_by_name(name),
		.offset = (__u16)(btf_member_bit_offset(type, i) / 8),
		.size = size > 0 && size < 0x10000 ? (__u16)size : 0,
		.name = name,
	};

	/* Damaged BTF may place a member anywhere: only what lies in the struct is a field. */
	if (btf_member_bitfield_size(type, i) || !field.size ||
	    btf_member_bit_offset(type, i) / 8 + field.size > type->size)
		field = (struct map_field){MAP_FIELD_UNKNOWN, 0, 0, name};
	return field;
}

static void fill_layout(struct map_layout *layout, const struct btf *btf,
			const struct btf_type *type)
{
	layout->dialect = BPF_LOADER_KERNEL;
	layout->size = type->size;
	layout->name = btf_name(btf, type->name_off);
	layout->era = "described by the object's BTF";
	if (!strcmp(layout->name, "bpf_elf_map"))
		layout->dialect = BPF_LOADER_IPROUTE2;
	for (__u32 i = 0; i < btf_vlen(type); i++) {
		struct map_field field = member_field(btf, type, i);
		enum bpf_loader_dialect dialect = dialect_of_member(&field);

		if (dialect != BPF_LOADER_AUTO)
			layout->dialect = dialect;
		layout->fields[layout->field_count++] = field;
	}
}

/* Four words make a map; a struct without them is not a definition we can read. */
static bool layout_is_map(const struct map_layout *layout)
{
	return map_layout_field(layout, MAP_FIELD_TYPE) &&
	       map_layout_field(layout, MAP_FIELD_KEY_SIZE) &&
	       map_layout_field(layout, MAP_FIELD_VALUE_SIZE) &&
	       map_layout_field(layout, MAP_FIELD_MAX_ENTRIES);
}

static bool keep_layout(struct custom_layouts *custom, struct map_layout *layout, __u32 type_id)
{
	void *layouts = reallocarray(custom->layouts, custom->count + 1, sizeof(layout));
	void *ids;

	if (!layouts)
		return false;
	custom->layouts = layouts;
	ids = reallocarray(custom->type_ids, custom->count + 1, sizeof(type_id));
	if (!ids)
		return false;
	custom->type_ids = ids;
	custom->layouts[custom->count] = layout;
	custom->type_ids[custom->count++] = type_id;
	return true;
}

const struct map_layout *custom_layout(struct custom_layouts *custom, const struct btf *btf,
				       __u32 type_id)
{
	const struct btf_type *type = btf__type_by_id(btf, type_id);
	struct map_layout *layout;

	for (size_t i = 0; i < custom->count; i++)
		if (custom->type_ids[i] == type_id)
			return custom->layouts[i];
	if (!type || !btf_is_struct(type) || btf_vlen(type) > MAP_LAYOUT_FIELDS)
		return NULL;
	layout = calloc(1, sizeof(*layout));
	if (!layout)
		return NULL;
	fill_layout(layout, btf, type);
	if (layout_is_map(layout) && keep_layout(custom, layout, type_id))
		return layout;
	free(layout);
	return NULL;
}

/* ---- without BTF: kernel or iproute2 ---- */

struct evidence {
	const struct elf_file *file;
	const struct elf_section *section;
	struct map_definition *definitions; /* those that BTF left undecided */
	size_t count;
	size_t map_count; /* of the whole section */
	struct report *report;
	/* what was found */
	const struct map_definition *differs; /* first with two different readings */
	char against_kernel[160], against_iproute2[160];
	const char *kernel_section, *iproute2_section; /* program sections that vote */
};

/* Words behind max_entries. */
static __u32 word(const struct map_definition *definition, unsigned int index)
{
	__u32 value = 0;

	if (definition->size >= (index + 1) * 4)
		memcpy(&value, definition->raw + index * 4, 4);
	return value;
}

/* The first word whose meaning the two dialects dispute in a struct of that size. */
static unsigned int first_disputed_word(const struct map_definition *definition)
{
	return definition->size < 28 ? 4 : 5;
}

static bool readings_differ(const struct map_definition *definition)
{
	for (unsigned int i = first_disputed_word(definition); i < 9; i++)
		if (word(definition, i))
			return true;
	return false;
}

/* Flags that BPF_MAP_CREATE takes for a type, as far as they tell the dialects apart. */
static bool flags_possible(__u32 type, __u32 flags)
{
	const __u32 access =
		BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG;

	switch (type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		return !(flags &
			 ~(access | BPF_F_NUMA_NODE | BPF_F_MMAPABLE | BPF_F_INNER_MAP));
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
		return !(flags & ~(BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_NUMA_NODE |
				   BPF_F_PRESERVE_ELEMS));
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		return !(flags &
			 ~(access | BPF_F_NUMA_NODE | BPF_F_NO_PREALLOC | BPF_F_ZERO_SEED));
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
		return !(flags &
			 ~(access | BPF_F_NUMA_NODE | BPF_F_NO_COMMON_LRU | BPF_F_ZERO_SEED));
	case BPF_MAP_TYPE_LPM_TRIE: return flags & BPF_F_NO_PREALLOC;
	default: return flags < (1u << 20);
	}
}

/* Why `definition` cannot be the kernel's struct, or nothing. */
static void doubt_kernel(const struct map_definition *definition, size_t count, char *why,
			 size_t room)
{
	__u32 type = word(definition, 0), flags = word(definition, 4);
	__u32 inner = definition->size >= 24 ? word(definition, 5) : 0;
	__u32 node = definition->size >= 28 ? word(definition, 6) : 0;

	if (inner && !map_type_holds_maps(type))
		snprintf(why, room,
			 "map '%s' would have inner_map_idx %u, but its type holds no maps",
			 definition->name, inner);
	else if (inner >= count && map_type_holds_maps(type))
		snprintf(why, room, "map '%s' would have inner_map_idx %u of %zu maps",
			 definition->name, inner, count);
	else if (node && !(flags & BPF_F_NUMA_NODE))
		snprintf(
			why, room,
			"map '%s' would have numa_node %u without BPF_F_NUMA_NODE in its flags",
			definition->name, node);
	else if (!flags_possible(type, flags) && definition->size < 28)
		snprintf(why, room,
			 "map '%s' would have flags 0x%x, which its type does not take",
			 definition->name, flags);
}

/* Why `definition` cannot be iproute2's struct, or nothing. */
static void doubt_iproute2(const struct map_definition *definition, char *why, size_t room)
{
	__u32 type = word(definition, 0), flags = word(definition, 4);

	if (map_type_holds_maps(type) && definition->size < 36)
		snprintf(why, room,
			 "map '%s' holds maps, which bpf_elf_map can say from 36 bytes on",
			 definition->name);
	else if (type == BPF_MAP_TYPE_LPM_TRIE && definition->size < 28 && flags)
		snprintf(why, room,
			 "map '%s' is an LPM trie, which needs a flags word at this place",
			 definition->name);
	else if (definition->size == 28 && (flags & BPF_F_NUMA_NODE) && word(definition, 6))
		snprintf(why, room,
			 "map '%s' has BPF_F_NUMA_NODE in its flags, and bpf_elf_map has no "
			 "node",
			 definition->name);
}

static __u32 iproute2_id(const struct map_definition *definition)
{
	return word(definition, first_disputed_word(definition));
}

/* A section N/M and a map that would have the id N: iproute2's tail calls. */
static void find_tail_calls(struct evidence *evidence)
{
	for (size_t s = 1; s < evidence->file->section_count; s++) {
		const struct elf_section *section = &evidence->file->sections[s];
		__u32 id, key;

		if (!elf_section_is_program(section) ||
		    !section_table_tail_call(section->name, &id, &key))
			continue;
		for (size_t i = 0; i < evidence->count; i++)
			if (iproute2_id(&evidence->definitions[i]) == id && id)
				snprintf(evidence->against_kernel,
					 sizeof(evidence->against_kernel),
					 "section '%s' is a tail call into map '%s' by its id "
					 "%u",
					 section->name, evidence->definitions[i].name, id);
	}
}

static const struct map_definition *first_that_differs(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->count; i++)
		if (readings_differ(&evidence->definitions[i]))
			return &evidence->definitions[i];
	return NULL;
}

static void weigh_meaning(struct evidence *evidence)
{
	evidence->differs = first_that_differs(evidence);
	for (size_t i = 0; i < evidence->count; i++) {
		const struct map_definition *definition = &evidence->definitions[i];

		if (readings_differ(definition) && !evidence->against_kernel[0])
			doubt_kernel(definition, evidence->map_count, evidence->against_kernel,
				     sizeof(evidence->against_kernel));
		if (!evidence->against_iproute2[0])
			doubt_iproute2(definition, evidence->against_iproute2,
				       sizeof(evidence->against_iproute2));
	}
	find_tail_calls(evidence);
}

/* Sections that only one side's loader ever took. xdp is everybody's and tells nothing. */
static bool section_votes(const char *name, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static void weigh_sections(struct evidence *evidence)
{
	static const char *const kernel[] = {"kprobe/", "kretprobe/", "tracepoint/",
					     "socket",	"perf_event", "raw_tracepoint/",
					     "cgroup/", "sockops",    "sk_skb",
					     "sk_msg",	"uprobe/",    "uretprobe/"};
	static const char *const iproute2[] = {"classifier", "action", "tc",	 "cls",
					       "act",	     "egress", "ingress"};

	for (size_t i = 1; i < evidence->file->section_count; i++) {
		const struct elf_section *section = &evidence->file->sections[i];
		__u32 id, key;

		if (!elf_section_is_program(section) || !section->size)
			continue;
		if (section_votes(section->name, kernel, ARRAY_SIZE(kernel)))
			evidence->kernel_section = section->name;
		else if (section_votes(section->name, iproute2, ARRAY_SIZE(iproute2)) ||
			 section_table_tail_call(section->name, &id, &key))
			evidence->iproute2_section = section->name;
	}
}

/* Is `word` one of the NUL-terminated strings of a debug string section? */
static bool has_string(const struct elf_section *section, const char *string)
{
	return section && section->data &&
	       memmem(section->data, section->size, string, strlen(string) + 1);
}

/*
 * DWARF without BTF (LLVM before 8): the names alone tell, the type tree need not be read. Some
 * projects have a struct bpf_map_def with pinning in it: that name then tells nothing.
 */
static enum bpf_loader_dialect weigh_debug(const struct elf_file *file)
{
	const struct elf_section *strings = elf_file_section(file, ".debug_str");
	bool kernel = has_string(strings, "bpf_map_def");
	bool iproute2 = has_string(strings, "bpf_elf_map");

	if (kernel == iproute2)
		return BPF_LOADER_AUTO;
	if (iproute2)
		return BPF_LOADER_IPROUTE2;
	return has_string(strings, "pinning") ? BPF_LOADER_AUTO : BPF_LOADER_KERNEL;
}

static void describe(const struct map_definition *definition, enum bpf_loader_dialect dialect,
		     char *text, size_t room)
{
	const struct map_layout *layout = map_layout_for(dialect, definition->size);
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 4; layout && i < layout->field_count && used < room; i++)
		used += (size_t)snprintf(
			text + used, room - used, "%s%s=%lld", i > 4 ? " " : "",
			layout->fields[i].name,
			(long long)(__s32)map_field_value(&layout->fields[i], definition->raw));
}

static int fail_ambiguous(struct evidence *evidence)
{
	const struct map_definition *definition =
		evidence->differs ? evidence->differs : &evidence->definitions[0];
	char kernel[160], iproute2[160];

	describe(definition, BPF_LOADER_KERNEL, kernel, sizeof(kernel));
	describe(definition, BPF_LOADER_IPROUTE2, iproute2, sizeof(iproute2));
	return report_fail(
		evidence->report, EINVAL,
		"section '%s', map '%s': its %zu bytes can be read in two ways: struct "
		"bpf_map_def "
		"(%s)%s%s or struct bpf_elf_map (%s)%s%s; say which: --dialect=kernel or "
		"--dialect=iproute2 (.dialect in the options), or compile with -g",
		evidence->section->name, definition->name, definition->size, kernel,
		evidence->against_kernel[0] ? ", though " : "", evidence->against_kernel,
		iproute2, evidence->against_iproute2[0] ? ", though " : "",
		evidence->against_iproute2);
}

/* A rule that decided: the layouts of that dialect, and an event that says why. */
static int choose(struct evidence *evidence, enum bpf_loader_dialect dialect, const char *rule,
		  const char *why)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_DIALECT,
					 .section = evidence->section->name};

	for (size_t i = 0; i < evidence->count; i++) {
		struct map_definition *definition = &evidence->definitions[i];

		definition->layout = map_layout_for(dialect, definition->size);
		definition->rule = rule;
		if (!definition->layout)
			return report_fail(
				evidence->report, EINVAL,
				"section '%s', map '%s': %zu bytes are too short for a "
				"map definition of dialect %s",
				evidence->section->name, definition->name, definition->size,
				map_dialect_name(dialect));
	}
	report_event(evidence->report, &event, "dialect %s, by %s: %s",
		     map_dialect_name(dialect), rule, why);
	return 0;
}

/* Sizes that only one project's struct ever had. AUTO where there are several. */
static enum bpf_loader_dialect dialect_by_size(const struct map_definition *definition)
{
	switch (definition->size) {
	case 32: return word(definition, 7) ? BPF_LOADER_ANDROID : BPF_LOADER_KERNEL;
	case 20:
	case 24:
	case 28: return BPF_LOADER_AUTO;
	case 36: return BPF_LOADER_IPROUTE2;
	case 40: return BPF_LOADER_GOEBPF;
	case 280:
	case 284: return BPF_LOADER_GOBPF;
	default: return BPF_LOADER_KERNEL;
	}
}

/* Compilers that number the machine and type their symbols came after those months of 2015. */
static bool recent_compiler(const struct elf_file *file)
{
	for (size_t i = 0; file->machine != EM_NONE && i < file->symbol_count; i++)
		if (file->symbols[i].type == STT_FUNC || file->symbols[i].type == STT_OBJECT)
			return true;
	return false;
}

/*
 * The last evidence, for 20 and 24 bytes (of 28, meaning always decides): whose programs are
 * these, and how old is such a struct.
 */
static int decide_by_company(struct evidence *evidence)
{
	const char *kernel = evidence->kernel_section, *iproute2 = evidence->iproute2_section;
	char why[160];

	if (kernel && !iproute2) {
		snprintf(why, sizeof(why), "program section '%s'", kernel);
		return choose(evidence, BPF_LOADER_KERNEL, "sections", why);
	}
	if (!iproute2 || recent_compiler(evidence->file))
		return choose(evidence, BPF_LOADER_KERNEL, "age",
			      "iproute2's struct of this size lived some months of 2015 only");
	return fail_ambiguous(evidence);
}

static int decide_by_reading(struct evidence *evidence)
{
	weigh_meaning(evidence);
	weigh_sections(evidence);
	if (!evidence->differs && !evidence->against_iproute2[0]) {
		bool tc = evidence->iproute2_section && !evidence->kernel_section;

		return choose(
			evidence, tc ? BPF_LOADER_IPROUTE2 : BPF_LOADER_KERNEL, "same",
			"the words in question are zero, both readings give the same map");
	}
	if (evidence->against_kernel[0] && evidence->against_iproute2[0])
		return fail_ambiguous(evidence);
	if (evidence->against_kernel[0])
		return choose(evidence, BPF_LOADER_IPROUTE2, "meaning",
			      evidence->against_kernel);
	if (evidence->against_iproute2[0])
		return choose(evidence, BPF_LOADER_KERNEL, "meaning",
			      evidence->against_iproute2);
	return decide_by_company(evidence);
}

static int decide_group(struct evidence *evidence, enum bpf_loader_dialect wish)
{
	size_t size = evidence->definitions[0].size;
	enum bpf_loader_dialect dialect;
	char why[80];

	if (wish != BPF_LOADER_AUTO)
		return choose(evidence, wish, "choice", "named by the caller");
	if (elf_file_section(evidence->file, "size_of_bpf_map_def"))
		return choose(evidence, BPF_LOADER_ANDROID, "section",
			      "size_of_bpf_map_def, which Android's bpf_helpers.h leaves");
	dialect = weigh_debug(evidence->file);
	if (dialect != BPF_LOADER_AUTO && map_layout_for(dialect, size) && size <= 36)
		return choose(evidence, dialect, "debug", "the struct's name in .debug_str");
	dialect = dialect_by_size(&evidence->definitions[0]);
	if (dialect != BPF_LOADER_AUTO) {
		snprintf(why, sizeof(why), "%zu bytes for a definition", size);
		return choose(evidence, dialect, "size", why);
	}
	return decide_by_reading(evidence);
}

/* Definitions of one size, next to each other, that BTF has not decided: from `first` on. */
static size_t group_end(const struct map_definition *definitions, size_t first, size_t count)
{
	size_t end = first + 1;

	while (end < count && !definitions[end].layout &&
	       definitions[end].size == definitions[first].size)
		end++;
	return end;
}

int dialect_decide(const struct elf_file *file, const struct elf_section *section,
		   enum bpf_loader_dialect wish, struct map_definition *definitions,
		   size_t count, struct report *report)
{
	for (size_t i = 0; i < count;) {
		struct evidence evidence = {
			.file = file, .section = section, .map_count = count, .report = report};
		size_t end;
		int err;

		if (definitions[i].layout) {
			i++;
			continue;
		}
		end = group_end(definitions, i, count);
		evidence.definitions = definitions + i;
		evidence.count = end - i;
		err = decide_group(&evidence, wish);
		if (err)
			return err;
		i = end;
	}
	return 0;
}
