// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_plan: what becomes of each map and each section. See convert_object.h.
 *
 * What BTF definitions and libbpf have no word for becomes a note, never a silent loss.
 */
#include "convert_object.h"

#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/map_create.h"
#include "loader/map_layout.h"
#include "loader/maps_btf.h"
#include "loader/section_table.h"
#include "output.h"

/* Slots cost 8 bytes each up to the highest key; no table of tail calls is longer. */
#define SLOT_KEYS_MAX (1u << 16)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* ---- notes ---- */

void note(struct notes *notes, const char *format, ...)
{
	va_list args;
	char *line = NULL;

	va_start(args, format);
	if (vasprintf(&line, format, args) < 0)
		line = NULL;
	va_end(args);
	notes->lines =
		must(reallocarray(notes->lines, notes->count + 1, sizeof(*notes->lines)));
	notes->lines[notes->count++] = must(line);
}

static void notes_release(struct notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		free(notes->lines[i]);
	free(notes->lines);
	*notes = (struct notes){0};
}

void proof_release(struct proof *proof)
{
	notes_release(&proof->words);
}

/* ---- names ---- */

/* `name` with '_' for what C and BTF do not take. */
static char *identifier(const char *name)
{
	const bool begins = isalpha((unsigned char)name[0]) || name[0] == '_';
	char *copy = text_of("%s%s", begins ? "" : "_", name);

	for (char *c = copy; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			*c = '_';
	return copy;
}

static bool name_taken(const struct conversion *plan, const char *name)
{
	for (size_t i = 0; i < plan->map_count; i++)
		if (plan->maps[i].name && !strcmp(plan->maps[i].name, name))
			return true;
	for (size_t i = 0; i < plan->object.functions->count; i++)
		if (!strcmp(plan->object.functions->functions[i].name, name))
			return true;
	return false;
}

static void name_map(const struct conversion *plan, struct planned_map *map)
{
	char *name = identifier(map->map->name), *plain = name;

	for (unsigned int n = 2; name_taken(plan, name); n++) {
		if (name != plain)
			free(name);
		name = text_of("%s_%u", plain, n);
	}
	if (strcmp(name, map->map->name) != 0)
		note(&map->notes, "it was called '%s', which cannot be its name here",
		     map->map->name);
	if (name != plain)
		free(plain);
	map->name = name;
}

/* ---- one map ---- */

static void note_pinning(struct planned_map *map)
{
	const char *path = map->map->pin_path ?: "?";

	switch (map->map->pinning) {
	case BPF_LOADER_PIN_NONE:
	case BPF_LOADER_PIN_BY_NAME: return;
	case BPF_LOADER_PIN_GLOBAL_NS:
		note(&map->notes,
		     "was PIN_GLOBAL_NS: tc pins it at the same place (%s); for libbpf, open "
		     "the object with .pin_root_path set to that directory",
		     path);
		return;
	case BPF_LOADER_PIN_OBJECT_NS:
		note(&map->notes,
		     "was PIN_OBJECT_NS, which has no equivalent (a directory named after "
		     "the SHA-1 of the object file): not pinned now; to pin it, "
		     "LIBBPF_PIN_BY_NAME or bpf_map__set_pin_path()");
		return;
	case BPF_LOADER_PIN_CUSTOM:
		note(&map->notes,
		     "was pinned by id %u of iproute2's bpf_pinning file, which has no "
		     "equivalent: not pinned now; to pin it, bpf_map__set_pin_path()",
		     map->map->pinning_id);
		return;
	default:
		note(&map->notes,
		     "was pinned at %s, a path that a definition cannot hold: not pinned "
		     "now; bpf_map__set_pin_path() pins it there",
		     path);
		return;
	}
}

static void note_owner(struct planned_map *map)
{
	const struct map_layout *layout = map->map->layout;

	for (size_t i = 0; layout && i < layout->field_count; i++) {
		const struct map_field *field = &layout->fields[i];
		__u64 value;

		if (field->kind != MAP_FIELD_OWNER ||
		    field->offset + field->size > map->map->size)
			continue;
		value = map_field_value(field, map->map->raw);
		if (value)
			note(&map->notes,
			     strcmp(field->name, "mode")
				     ? "%s %llu of the pin has no equivalent"
				     : "%s 0%llo of the pin has no equivalent",
			     field->name, (unsigned long long)value);
	}
}

static void note_losses(struct planned_map *map)
{
	if (map->map->id)
		note(&map->notes,
		     "id %u has no equivalent: definitions refer to each other "
		     "by name",
		     map->map->id);
	note_pinning(map);
	note_owner(map);
	if (map_type_holds_maps(map->map->type) && !map->inner)
		note(&map->notes, "no template of the maps it holds: user space gives one "
				  "before loading, by bpf_map__set_inner_map_fd()");
}

/* The numbers of a map with what its author may leave out. They own nothing of the map. */
static struct bpf_loader_map complete(struct conversion *plan, const struct bpf_loader_map *map)
{
	struct bpf_loader_map numbers = *map;

	map_create_complete(&numbers, &plan->object.loader->report);
	/* Types are of the size that was written. */
	if (!plan->types || numbers.value_size != map->value_size)
		numbers.btf_value_type = 0;
	if (!plan->types || numbers.key_size != map->key_size)
		numbers.btf_key_type = 0;
	/* 0 of these means one for each CPU, to libbpf too; this machine's number does not count. */
	if (map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		numbers.max_entries = map->max_entries;
	return numbers;
}

static void plan_inner(struct conversion *plan, struct planned_map *map)
{
	const struct bpf_loader_map *inner = map->map->inner;

	if (map->map->inner_map >= 0)
		inner = bpf_loader_map(plan->object.loader, (size_t)map->map->inner_map);
	if (!inner)
		return;
	map->pattern = complete(plan, inner);
	map->inner = &map->pattern;
}

static void plan_map(struct conversion *plan, struct planned_map *map)
{
	const struct bpf_loader_map *from = map->map;
	const bool legacy = from->dialect != BPF_LOADER_BTF;

	map->rebuilt = legacy || !plan->types || maps_btf_of_2019(plan->object.btf, from);
	plan->legacy += map->rebuilt;
	map->numbers = complete(plan, from);
	plan_inner(plan, map);
	map->pin_by_name = from->pinning == BPF_LOADER_PIN_BY_NAME ||
			   from->pinning == BPF_LOADER_PIN_GLOBAL_NS;
	name_map(plan, map);
	note_losses(map);
}

/* ---- slots ---- */

static bool key_fits(struct planned_map *map, __u32 key, const char *what)
{
	if (key < SLOT_KEYS_MAX &&
	    (key < map->numbers.max_entries || map->map->type == BPF_MAP_TYPE_HASH_OF_MAPS))
		return true;
	note(&map->notes, "'%s' is for slot %u, which is not among its %u: left out", what, key,
	     map->numbers.max_entries);
	return false;
}

/* Of two for one key the later one stays, as in the kernel. */
static void add_slot(struct planned_map *map, const struct planned_slot *slot, const char *what)
{
	if (!key_fits(map, slot->key, what))
		return;
	for (size_t i = 0; i < map->slot_count; i++)
		if (map->slots[i].key == slot->key) {
			map->slots[i] = *slot;
			return;
		}
	map->slots = must(reallocarray(map->slots, map->slot_count + 1, sizeof(*map->slots)));
	map->slots[map->slot_count++] = *slot;
}

static struct planned_map *planned_map_of(struct conversion *plan,
					  const struct bpf_loader_map *map)
{
	for (size_t i = 0; i < plan->map_count; i++)
		if (plan->maps[i].map == map)
			return &plan->maps[i];
	return NULL;
}

static struct planned_program *planned_program_of(struct conversion *plan, const char *name)
{
	for (size_t i = 0; i < plan->program_count; i++)
		if (!strcmp(plan->programs[i].program->name, name))
			return &plan->programs[i];
	return NULL;
}

/* What the definition itself fills: iproute2's inner_idx, `values` of BTF. */
static void plan_own_slots(struct conversion *plan, struct planned_map *map)
{
	for (size_t i = 0; i < map->map->slot_count; i++) {
		const struct bpf_loader_slot *from = &map->map->slots[i];
		struct planned_slot slot = {.key = from->key};

		if (from->program)
			slot.program = planned_program_of(plan, from->program);
		else if (from->map >= 0)
			slot.map = planned_map_of(
				plan, bpf_loader_map(plan->object.loader, (size_t)from->map));
		if (slot.map || slot.program)
			add_slot(map, &slot, slot.map ? slot.map->name : slot.program->name);
		map->programs = map->programs || slot.program;
	}
}

/* What the name of a program's section fills: "socket/3", "7/3". */
static void plan_section_slot(struct conversion *plan, struct planned_program *program)
{
	const struct bpf_loader_map *target =
		object_slot_map(plan->object.loader, program->program);
	struct planned_map *map = target ? planned_map_of(plan, target) : NULL;
	const struct planned_slot slot = {.key = program->program->slot, .program = program};

	if (!program->program->has_slot)
		return;
	if (!map) {
		note(&program->notes,
		     "section '%s' puts it into slot %u of a PROG_ARRAY that the object does "
		     "not have",
		     program->program->section, program->program->slot);
		return;
	}
	add_slot(map, &slot, program->name);
	if (!map->programs)
		map->rebuilt = true;
	map->programs = true;
}

static int by_key(const void *a, const void *b)
{
	const struct planned_slot *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void plan_slots(struct conversion *plan)
{
	for (size_t i = 0; i < plan->map_count; i++)
		plan_own_slots(plan, &plan->maps[i]);
	for (size_t i = 0; i < plan->program_count; i++)
		plan_section_slot(plan, &plan->programs[i]);
	for (size_t i = 0; i < plan->map_count; i++)
		if (plan->maps[i].slot_count)
			qsort(plan->maps[i].slots, plan->maps[i].slot_count,
			      sizeof(*plan->maps[i].slots), by_key);
}

/* ---- sections of programs ---- */

/* Names that libbpf 1.0 and later know, for programs whose own name they do not. */
static const char *const section_names[] = {
	"socket",
	"xdp",
	"tc",
	"action",
	"kprobe",
	"kretprobe",
	"uprobe",
	"uretprobe",
	"tracepoint",
	"raw_tracepoint",
	"perf_event",
	"cgroup/skb",
	"cgroup/sock",
	"sockops",
	"sk_skb",
	"sk_msg",
	"lwt_in",
	"lwt_out",
	"lwt_xmit",
	"lwt_seg6local",
	"lirc_mode2",
	"flow_dissector",
	"sk_reuseport",
	"cgroup/dev",
	"cgroup/sysctl",
	"sk_lookup",
	"cgroup/bind4",
	"cgroup/bind6",
	"cgroup/connect4",
	"cgroup/connect6",
	"cgroup/sendmsg4",
	"cgroup/sendmsg6",
	"cgroup/recvmsg4",
	"cgroup/recvmsg6",
	"cgroup/post_bind4",
	"cgroup/post_bind6",
	"cgroup/getsockopt",
	"cgroup/setsockopt",
	"sk_skb/stream_parser",
	"sk_skb/stream_verdict",
	"cgroup_skb/ingress",
	"cgroup_skb/egress",
};

static bool means(const char *section, const struct bpf_loader_program *program, bool exactly)
{
	enum bpf_attach_type attach;
	enum bpf_prog_type type;

	return !libbpf_prog_type_by_name(section, &type, &attach) && type == program->type &&
	       (!exactly || attach == program->expected_attach_type);
}

/* RedBPF's streamparser, kretprobe123: of several names for the type, what it begins like. */
static bool begins_like(const char *section, const char *name)
{
	return !strncmp(section, name, strlen(name));
}

static const char *section_for(const struct bpf_loader_program *program)
{
	const char *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(section_names); i++) {
		if (!means(section_names[i], program, true))
			continue;
		if (!found || begins_like(program->section, section_names[i]))
			found = section_names[i];
	}
	for (size_t i = 0; i < ARRAY_SIZE(section_names) && !found; i++)
		if (means(section_names[i], program, false))
			found = section_names[i];
	return found;
}

/* libbpf's printer would tell that it does not know a name, which is the question here. */
static int say_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static void name_section(struct conversion *plan, struct planned_program *program)
{
	const struct bpf_loader_program *from = program->program;
	const bool keep = plan->convert->options->keep_sections;
	const char *name;

	program->section = from->section;
	if (!from->type) {
		program->left = true;
		note(&program->notes,
		     "section '%s' tells no program type: name it by --type, or by "
		     "bpf_program__set_type() before loading",
		     from->section);
		return;
	}
	if (means(from->section, from, false) && (keep || !from->has_slot))
		return;
	name = keep ? NULL : section_for(from);
	if (name) {
		program->section = name;
		return;
	}
	program->left = true;
	note(&program->notes, "section '%s': libbpf does not know this name for type %s",
	     from->section, prog_type_name(from->type));
}

/* --type SECTION=TYPE; --type TYPE is the loader's affair. */
static void apply_types(const struct conversion *plan, struct bpf_loader_program *program)
{
	const struct pairs *types = &plan->convert->options->types;

	for (size_t i = 0; i < types->count; i++)
		if (!strcmp(types->list[i].left, program->section)) {
			program->type = prog_type_by_name(types->list[i].right);
			program->expected_attach_type =
				section_table_attach_type(program->type);
			program->type_rule = "named by the caller";
		}
}

static void plan_programs(struct conversion *plan)
{
	libbpf_print_fn_t printer = libbpf_set_print(say_nothing);

	plan->program_count = bpf_loader_program_count(plan->object.loader);
	plan->programs = must(calloc(plan->program_count + 1, sizeof(*plan->programs)));
	for (size_t i = 0; i < plan->program_count; i++) {
		struct planned_program *program = &plan->programs[i];
		struct bpf_loader_program *from = bpf_loader_program(plan->object.loader, i);

		apply_types(plan, from);
		program->program = from;
		program->name = identifier(from->name);
		name_section(plan, program);
		if (from->refusal)
			note(&program->notes, "%s", from->refusal);
	}
	libbpf_set_print(printer);
}

/* ---- the plan ---- */

static void plan_types(struct conversion *plan)
{
	const struct btf *btf = plan->object.btf->btf;

	if (btf && !conversion_btf_is_sound(btf))
		complain("warning: %s: section .BTF is damaged: going on without it",
			 plan->convert->name);
	else
		plan->types = btf;
}

static void plan_maps(struct conversion *plan)
{
	const size_t count = bpf_loader_map_count(plan->object.loader);

	plan->maps = must(calloc(count + 1, sizeof(*plan->maps)));
	for (size_t i = 0; i < count; i++) {
		const struct bpf_loader_map *map = bpf_loader_map(plan->object.loader, i);

		if (map->dialect == BPF_LOADER_DATA)
			continue;
		plan->maps[plan->map_count].map = map;
		plan_map(plan, &plan->maps[plan->map_count]);
		plan->map_count++;
	}
}

/* No definition can say "no type". */
static bool check_types(const struct conversion *plan)
{
	for (size_t i = 0; i < plan->map_count; i++) {
		if (plan->maps[i].numbers.type)
			continue;
		complain("%s: section '%s', map '%s': its type is 0, which is none; is the "
			 "object "
			 "damaged, or its dialect another one (--dialect)?",
			 plan->convert->name, plan->maps[i].map->section,
			 plan->maps[i].map->name);
		return false;
	}
	return true;
}

static void hear(const struct bpf_loader_event *event, void *ctx)
{
	findings_hear(ctx, event);
}

bool conversion_open(struct conversion *plan, const struct convert *convert)
{
	struct bpf_loader_opts opts = convert->options->loader;

	*plan = (struct conversion){.convert = convert};
	opts.report = hear;
	opts.ctx = &plan->findings;
	if (!object_open(&plan->object, convert->path, &opts))
		return false;
	plan_types(plan);
	plan_maps(plan);
	plan_programs(plan);
	plan_slots(plan);
	return check_types(plan);
}

struct planned_map *conversion_map(const struct conversion *plan, size_t n)
{
	for (int late = 0; late < 2; late++)
		for (size_t i = 0; i < plan->map_count; i++)
			if ((plan->maps[i].inner != NULL) == late && n-- == 0)
				return &plan->maps[i];
	return NULL;
}

bool conversion_leaves(const struct conversion *plan)
{
	for (size_t i = 0; i < plan->program_count; i++)
		if (plan->programs[i].left)
			return true;
	return false;
}

void conversion_release(struct conversion *plan)
{
	for (size_t i = 0; i < plan->map_count; i++) {
		free(plan->maps[i].name);
		free(plan->maps[i].slots);
		notes_release(&plan->maps[i].notes);
	}
	for (size_t i = 0; i < plan->program_count; i++) {
		free(plan->programs[i].name);
		notes_release(&plan->programs[i].notes);
	}
	free(plan->maps);
	free(plan->programs);
	notes_release(&plan->notes);
	object_release(&plan->object);
	findings_release(&plan->findings);
}
