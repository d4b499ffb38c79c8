// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_layout: the history of SEC("maps") structs as tables. See map_layout.h.
 *
 * Both the kernel's and iproute2's struct start with the same four words. Then they part:
 * the kernel only ever appended, iproute2 once inserted `flags` in front of `id`. So 20, 24 and
 * 28 bytes each have two readings; dialect.c decides between them.
 */
#include "map_layout.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define WORD(index, kind, name)                      \
	{                                            \
		MAP_FIELD_##kind, (index)*4, 4, name \
	}

#define KERNEL_HEAD                                           \
	WORD(0, TYPE, "type"), WORD(1, KEY_SIZE, "key_size"), \
		WORD(2, VALUE_SIZE, "value_size"), WORD(3, MAX_ENTRIES, "max_entries")

#define IPROUTE2_HEAD                                         \
	WORD(0, TYPE, "type"), WORD(1, KEY_SIZE, "size_key"), \
		WORD(2, VALUE_SIZE, "size_value"), WORD(3, MAX_ENTRIES, "max_elem")

/* Shortest first within a dialect: map_layout_for() relies on it. */
static const struct map_layout layouts[] = {
	{BPF_LOADER_KERNEL, 16, "struct bpf_map_def", "Linux 4.1-4.4", 4, {KERNEL_HEAD}},
	{BPF_LOADER_KERNEL,
	 20,
	 "struct bpf_map_def",
	 "Linux 4.7-4.11, libbpf < 1.0",
	 5,
	 {KERNEL_HEAD, WORD(4, MAP_FLAGS, "map_flags")}},
	{BPF_LOADER_KERNEL,
	 24,
	 "struct bpf_map_def",
	 "Linux 4.12-4.13",
	 6,
	 {KERNEL_HEAD, WORD(4, MAP_FLAGS, "map_flags"),
	  WORD(5, INNER_MAP_IDX, "inner_map_idx")}},
	{BPF_LOADER_KERNEL,
	 28,
	 "struct bpf_map_def",
	 "Linux 4.14-5.10",
	 7,
	 {KERNEL_HEAD, WORD(4, MAP_FLAGS, "map_flags"), WORD(5, INNER_MAP_IDX, "inner_map_idx"),
	  WORD(6, NUMA_NODE, "numa_node")}},

	{BPF_LOADER_IPROUTE2,
	 16,
	 "struct bpf_elf_map",
	 "the minimum tc took",
	 4,
	 {IPROUTE2_HEAD}},
	{BPF_LOADER_IPROUTE2,
	 20,
	 "struct bpf_elf_map",
	 "iproute2 4.1-4.4",
	 5,
	 {IPROUTE2_HEAD, WORD(4, ID, "id")}},
	{BPF_LOADER_IPROUTE2,
	 24,
	 "struct bpf_elf_map",
	 "iproute2 4.5",
	 6,
	 {IPROUTE2_HEAD, WORD(4, ID, "id"), WORD(5, PINNING, "pinning")}},
	{BPF_LOADER_IPROUTE2,
	 28,
	 "struct bpf_elf_map",
	 "iproute2 4.6-4.12",
	 7,
	 {IPROUTE2_HEAD, WORD(4, MAP_FLAGS, "flags"), WORD(5, ID, "id"),
	  WORD(6, PINNING, "pinning")}},
	{BPF_LOADER_IPROUTE2,
	 36,
	 "struct bpf_elf_map",
	 "iproute2 >= 4.13",
	 9,
	 {IPROUTE2_HEAD, WORD(4, MAP_FLAGS, "flags"), WORD(5, ID, "id"),
	  WORD(6, PINNING, "pinning"), WORD(7, INNER_ID, "inner_id"),
	  WORD(8, INNER_IDX, "inner_idx")}},

	{BPF_LOADER_GOBPF,
	 280,
	 "struct bpf_map_def",
	 "gobpf",
	 7,
	 {KERNEL_HEAD,
	  WORD(4, MAP_FLAGS, "map_flags"),
	  WORD(5, PINNING, "pinning"),
	  {MAP_FIELD_NAMESPACE, 24, 256, "namespace"}}},
	{BPF_LOADER_GOBPF,
	 284,
	 "struct bpf_map_def",
	 "gobpf, later",
	 8,
	 {KERNEL_HEAD,
	  WORD(4, MAP_FLAGS, "map_flags"),
	  WORD(5, INNER_MAP_IDX, "inner_map_idx"),
	  WORD(6, PINNING, "pinning"),
	  {MAP_FIELD_NAMESPACE, 28, 256, "namespace"}}},
	{BPF_LOADER_ANDROID,
	 32,
	 "struct bpf_map_def",
	 "Android",
	 8,
	 {KERNEL_HEAD, WORD(4, MAP_FLAGS, "map_flags"), WORD(5, OWNER, "uid"),
	  WORD(6, OWNER, "gid"), WORD(7, OWNER, "mode")}},
	{BPF_LOADER_GOEBPF,
	 40,
	 "struct bpf_map_def",
	 "goebpf",
	 8,
	 {KERNEL_HEAD,
	  WORD(4, MAP_FLAGS, "map_flags"),
	  {MAP_FIELD_PADDING, 20, 4, "(padding)"},
	  {MAP_FIELD_INNER_PTR, 24, 8, "inner_map_def"},
	  {MAP_FIELD_PATH_PTR, 32, 8, "persistent_path"}}},
};

/* Every spelling seen in public sources. */
static const struct {
	const char *name;
	enum map_field_kind kind;
} field_names[] = {
	{"type", MAP_FIELD_TYPE},
	{"map_type", MAP_FIELD_TYPE},
	{"key_size", MAP_FIELD_KEY_SIZE},
	{"size_key", MAP_FIELD_KEY_SIZE},
	{"value_size", MAP_FIELD_VALUE_SIZE},
	{"size_value", MAP_FIELD_VALUE_SIZE},
	{"max_entries", MAP_FIELD_MAX_ENTRIES},
	{"max_elem", MAP_FIELD_MAX_ENTRIES},
	{"map_flags", MAP_FIELD_MAP_FLAGS},
	{"flags", MAP_FIELD_MAP_FLAGS},
	{"inner_map_idx", MAP_FIELD_INNER_MAP_IDX},
	{"numa_node", MAP_FIELD_NUMA_NODE},
	{"id", MAP_FIELD_ID},
	{"map_id", MAP_FIELD_ID},
	{"pinning", MAP_FIELD_PINNING},
	{"pinning_strategy", MAP_FIELD_PINNING},
	{"inner_id", MAP_FIELD_INNER_ID},
	{"inner_idx", MAP_FIELD_INNER_IDX},
	{"namespace", MAP_FIELD_NAMESPACE},
	{"inner_map_def", MAP_FIELD_INNER_PTR},
	{"persistent_path", MAP_FIELD_PATH_PTR},
	{"uid", MAP_FIELD_OWNER},
	{"gid", MAP_FIELD_OWNER},
	{"mode", MAP_FIELD_OWNER},
};

const struct map_layout *map_layout_for(enum bpf_loader_dialect dialect, size_t size)
{
	const struct map_layout *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		if (layouts[i].dialect == dialect && layouts[i].size <= size)
			best = &layouts[i];
	return best;
}

enum map_field_kind map_field_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(field_names); i++)
		if (!strcmp(name, field_names[i].name))
			return field_names[i].kind;
	return MAP_FIELD_UNKNOWN;
}

__u64 map_field_value(const struct map_field *field, const unsigned char *raw)
{
	__u8 byte;
	__u16 half;
	__u32 word;
	__u64 dword;

	raw += field->offset;
	switch (field->size) {
	case 1: memcpy(&byte, raw, sizeof(byte)); return byte;
	case 2: memcpy(&half, raw, sizeof(half)); return half;
	case 4: memcpy(&word, raw, sizeof(word)); return word;
	case 8: memcpy(&dword, raw, sizeof(dword)); return dword;
	default: return 0;
	}
}

const struct map_field *map_layout_field(const struct map_layout *layout,
					 enum map_field_kind kind)
{
	for (size_t i = 0; i < layout->field_count; i++)
		if (layout->fields[i].kind == kind)
			return &layout->fields[i];
	return NULL;
}

__u32 map_layout_value(const struct map_layout *layout, enum map_field_kind kind,
		       const unsigned char *raw)
{
	const struct map_field *field = map_layout_field(layout, kind);

	return field ? (__u32)map_field_value(field, raw) : 0;
}

/* The field that covers byte `at` and means something to us, or NULL. */
static const struct map_field *known_field_at(const struct map_layout *layout, size_t at)
{
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct map_field *field = &layout->fields[i];

		if (at >= field->offset && at < (size_t)field->offset + field->size)
			return field->kind < MAP_FIELD_PADDING ? field : NULL;
	}
	return NULL;
}

size_t map_layout_stray_byte(const struct map_layout *layout, const unsigned char *raw,
			     size_t size)
{
	size_t at = 0;

	while (at < size) {
		const struct map_field *field = known_field_at(layout, at);

		if (field)
			at = field->offset + field->size;
		else if (raw[at])
			return at;
		else
			at++;
	}
	return size;
}
