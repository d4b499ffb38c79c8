// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * words: see words.h.
 */
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disassemble.h"
#include "object.h"
#include "output.h"

/* ---- numbers of a map ---- */

const char *words_flag(unsigned int bit)
{
	static const char *const names[] = {
		"BPF_F_NO_PREALLOC",  "BPF_F_NO_COMMON_LRU",
		"BPF_F_NUMA_NODE",    "BPF_F_RDONLY",
		"BPF_F_WRONLY",	      "BPF_F_STACK_BUILD_ID",
		"BPF_F_ZERO_SEED",    "BPF_F_RDONLY_PROG",
		"BPF_F_WRONLY_PROG",  "BPF_F_CLONE",
		"BPF_F_MMAPABLE",     "BPF_F_PRESERVE_ELEMS",
		"BPF_F_INNER_MAP",    "BPF_F_LINK",
		"BPF_F_PATH_FD",      "BPF_F_VTYPE_BTF_OBJ_FD",
		"BPF_F_TOKEN_FD",     "BPF_F_SEGV_ON_FAULT",
		"BPF_F_NO_USER_CONV",
	};

	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}

void words_flags(__u32 flags, char *text, size_t room)
{
	text[0] = '\0';
	for (unsigned int bit = 0; bit < 32; bit++) {
		if (!(flags & (1u << bit)))
			continue;
		if (text[0])
			append(text, room, " | ");
		if (words_flag(bit))
			append(text, room, "%s", words_flag(bit));
		else
			append(text, room, "0x%x", 1u << bit);
	}
}

void words_hex(const void *bytes, size_t size, size_t most, char *text, size_t room)
{
	const unsigned char *byte = bytes;

	text[0] = '\0';
	for (size_t i = 0; i < size && i < most; i++)
		append(text, room, "%s%02x", i ? " " : "", byte[i]);
	if (size > most)
		append(text, room, " ..");
}

char *words_bytes(const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	char *text = must(calloc(size + 1, 3)), *out = text;

	for (size_t i = 0; i < size; i++)
		out += sprintf(out, "%s%02x", i ? " " : "", byte[i]);
	return text;
}

const char *words_pinning(enum bpf_loader_pinning pinning)
{
	switch (pinning) {
	case BPF_LOADER_PIN_OBJECT_NS: return "PIN_OBJECT_NS";
	case BPF_LOADER_PIN_GLOBAL_NS: return "PIN_GLOBAL_NS";
	case BPF_LOADER_PIN_CUSTOM: return "bpf_pinning file";
	case BPF_LOADER_PIN_NAMESPACE: return "namespace";
	case BPF_LOADER_PIN_PATH: return "path";
	case BPF_LOADER_PIN_BY_NAME: return "LIBBPF_PIN_BY_NAME";
	default: return "none";
	}
}

/* ---- fields of a legacy definition, each in one reading ---- */

static __u32 number(const struct reading *reading, enum map_field_kind kind)
{
	return map_layout_value(reading->layout, kind, reading->map->raw);
}

static bool holds_maps(const struct reading *reading)
{
	return map_type_holds_maps(number(reading, MAP_FIELD_TYPE));
}

/* inner_map_idx, inner_id: by the loader's own resolution where it is the reading it follows. */
static void say_inner(const struct reading *reading, __u32 value, char *text, size_t room)
{
	const struct bpf_loader_map *map = reading->map, *inner = NULL;

	if (map->inner_map >= 0)
		inner = bpf_loader_map(reading->loader, (size_t)map->inner_map);
	if (!holds_maps(reading))
		append(text, room, value ? "type holds no maps" : "not used");
	else if (reading->chosen && inner)
		append(text, room, "map '%s'", inner->name);
}

static void say_numa_node(const struct reading *reading, __u32 value, char *text, size_t room)
{
	if (number(reading, MAP_FIELD_MAP_FLAGS) & BPF_F_NUMA_NODE)
		append(text, room, "node %u", value);
	else
		append(text, room, value ? "without BPF_F_NUMA_NODE" : "not used");
}

static void say_pinning(const struct reading *reading, __u32 value, char *text, size_t room)
{
	bool gobpf = reading->layout->dialect == BPF_LOADER_GOBPF;

	switch (value) {
	case 0: append(text, room, "not pinned"); break;
	case 1: append(text, room, "PIN_OBJECT_NS"); break;
	case 2: append(text, room, gobpf ? "in its namespace" : "PIN_GLOBAL_NS"); break;
	default: append(text, room, "by the bpf_pinning file"); break;
	}
}

/* The map of maps that has this reading's map as its template, or NULL. */
static const struct bpf_loader_map *outer_map(const struct reading *reading)
{
	for (size_t i = 0; i < bpf_loader_map_count(reading->loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(reading->loader, i);

		if (map->inner_map >= 0 &&
		    bpf_loader_map(reading->loader, (size_t)map->inner_map) == reading->map)
			return map;
	}
	return NULL;
}

/* iproute2's inner_idx stands in the inner map's definition. */
static void say_inner_slot(const struct reading *reading, __u32 value, char *text, size_t room)
{
	const struct bpf_loader_map *outer = outer_map(reading);

	if (value == UINT32_MAX)
		append(text, room, "-1: into no slot");
	else if (outer)
		append(text, room, "slot %u of map '%s'", value, outer->name);
	else
		append(text, room, "not used");
}

static void say_namespace(const struct reading *reading, const struct map_field *field,
			  char *text, size_t room)
{
	append(text, room, "\"%.*s\"", (int)field->size,
	       (const char *)reading->map->raw + field->offset);
}

static void say_inner_pointer(const struct reading *reading, char *text, size_t room)
{
	if (reading->map->inner_map >= 0)
		append(text, room, "map '%s'",
		       bpf_loader_map(reading->loader, (size_t)reading->map->inner_map)->name);
}

static void say_path_pointer(const struct reading *reading, char *text, size_t room)
{
	if (reading->map->pin_hint)
		append(text, room, "\"%s\"", reading->map->pin_hint);
}

/* What a dialect lets its authors leave out is filled in by the loader. */
static void say_completed(const struct reading *reading, __u32 value, __u32 completed,
			  char *text, size_t room)
{
	if (reading->chosen && value != completed)
		append(text, room, "%sthe loader makes it %u", text[0] ? "; " : "", completed);
}

void words_field(const struct reading *reading, const struct map_field *field, char *text,
		 size_t room)
{
	__u32 value = (__u32)map_field_value(field, reading->map->raw);

	text[0] = '\0';
	switch (field->kind) {
	case MAP_FIELD_TYPE: append(text, room, "%s", map_type_name(value)); break;
	case MAP_FIELD_KEY_SIZE:
		say_completed(reading, value, reading->map->key_size, text, room);
		break;
	case MAP_FIELD_VALUE_SIZE:
		say_completed(reading, value, reading->map->value_size, text, room);
		break;
	case MAP_FIELD_MAP_FLAGS:
		words_flags(value, text, room);
		say_completed(reading, value, reading->map->map_flags, text, room);
		break;
	case MAP_FIELD_INNER_MAP_IDX:
	case MAP_FIELD_INNER_ID: say_inner(reading, value, text, room); break;
	case MAP_FIELD_INNER_IDX: say_inner_slot(reading, value, text, room); break;
	case MAP_FIELD_NUMA_NODE: say_numa_node(reading, value, text, room); break;
	case MAP_FIELD_PINNING: say_pinning(reading, value, text, room); break;
	case MAP_FIELD_NAMESPACE: say_namespace(reading, field, text, room); break;
	case MAP_FIELD_INNER_PTR: say_inner_pointer(reading, text, room); break;
	case MAP_FIELD_PATH_PTR: say_path_pointer(reading, text, room); break;
	case MAP_FIELD_UNKNOWN: append(text, room, "unknown to this loader"); break;
	default: break;
	}
}

void words_struct(const struct map_layout *layout, char *text, size_t room)
{
	const char *name = layout->name;

	text[0] = '\0';
	append(text, room, "%s%s", strncmp(name, "struct ", 7) ? "struct " : "",
	       name[0] ? name : "{…}");
}

bool words_field_inside(const struct reading *reading, const struct map_field *field)
{
	return (size_t)field->offset + field->size <= reading->map->size;
}

bool words_other_reading(const struct reading *chosen, struct reading *other)
{
	const struct map_layout *layout = chosen->layout;

	if (!layout || chosen->map->size < 20 || chosen->map->size > 28 ||
	    (layout->dialect != BPF_LOADER_KERNEL && layout->dialect != BPF_LOADER_IPROUTE2))
		return false;
	*other = *chosen;
	other->chosen = false;
	other->layout = map_layout_for(
		layout->dialect == BPF_LOADER_KERNEL ? BPF_LOADER_IPROUTE2 : BPF_LOADER_KERNEL,
		chosen->map->size);
	return other->layout && other->layout->size == chosen->map->size;
}

/* ---- programs ---- */

const char *words_attach(enum bpf_loader_attach_kind kind)
{
	static const char *const names[] = {
		[BPF_LOADER_ATTACH_NONE] = "none",
		[BPF_LOADER_ATTACH_KPROBE] = "kprobe",
		[BPF_LOADER_ATTACH_KRETPROBE] = "kretprobe",
		[BPF_LOADER_ATTACH_UPROBE] = "uprobe",
		[BPF_LOADER_ATTACH_URETPROBE] = "uretprobe",
		[BPF_LOADER_ATTACH_TRACEPOINT] = "tracepoint",
		[BPF_LOADER_ATTACH_RAW_TRACEPOINT] = "raw_tracepoint",
		[BPF_LOADER_ATTACH_TRACING] = "tracing",
	};

	return names[kind];
}

const char *words_reloc(enum bpf_loader_reloc_kind kind)
{
	static const char *const names[] = {
		[BPF_LOADER_RELOC_MAP] = "map",
		[BPF_LOADER_RELOC_VALUE] = "value",
		[BPF_LOADER_RELOC_CALL] = "call",
		[BPF_LOADER_RELOC_FUNC] = "func",
	};

	return names[kind];
}

bool words_reloc_is_wide(enum bpf_loader_reloc_kind kind)
{
	return kind != BPF_LOADER_RELOC_CALL;
}

void words_before(const struct bpf_loader_reloc *reloc, const struct bpf_insn *insns,
		  char *text, size_t room)
{
	disassemble(insns, words_reloc_is_wide(reloc->kind) ? 2 : 1, text, room);
}

static void say_map_address(const struct bpf_loader *loader, const struct bpf_insn *insn,
			    const struct bpf_loader_reloc *reloc, char *text, size_t room)
{
	const struct bpf_loader_map *map = bpf_loader_map(loader, reloc->target);
	bool value = reloc->kind == BPF_LOADER_RELOC_VALUE;

	append(text, room, "r%u = %s[%s]", insn->dst_reg, value ? "value" : "map", map->name);
	if (value)
		append(text, room, "+%u", reloc->offset);
	if (map->fd < 0)
		append(text, room, " (fd at load time)");
	else
		append(text, room, " (fd %d)", map->fd);
}

void words_after(const struct bpf_loader *loader, const struct bpf_loader_program *program,
		 const struct bpf_loader_reloc *reloc, char *text, size_t room)
{
	const struct bpf_insn *insn = &program->insns[reloc->insn];
	const char *function;

	text[0] = '\0';
	switch (reloc->kind) {
	case BPF_LOADER_RELOC_MAP:
	case BPF_LOADER_RELOC_VALUE: say_map_address(loader, insn, reloc, text, room); break;
	case BPF_LOADER_RELOC_CALL:
		function = object_part_at(loader, program, reloc->target);
		append(text, room, "call %+d (sub-program %s)", insn->imm, function);
		break;
	case BPF_LOADER_RELOC_FUNC:
		function = object_part_at(loader, program, reloc->target);
		append(text, room, "r%u = address of sub-program %s (%+d)", insn->dst_reg,
		       function, insn->imm);
		break;
	}
}
