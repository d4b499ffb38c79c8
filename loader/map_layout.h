/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * map_layout: where each field of a legacy map definition lies, as tables.
 *
 * Every SEC("maps") struct ever used is a row of fields with offsets; its history is a list of
 * such rows. Reading a definition, printing its bytes beside its fields and showing how the
 * other dialect would read the same bytes are then one loop over a table each.
 */
#ifndef BPF_LOAD_MAP_LAYOUT_H
#define BPF_LOAD_MAP_LAYOUT_H

#include "map_spec.h"

enum map_field_kind {
	MAP_FIELD_TYPE,
	MAP_FIELD_KEY_SIZE,
	MAP_FIELD_VALUE_SIZE,
	MAP_FIELD_MAX_ENTRIES,
	MAP_FIELD_MAP_FLAGS,
	MAP_FIELD_INNER_MAP_IDX, /* kernel: index of the inner map, by offset in the section */
	MAP_FIELD_NUMA_NODE,
	MAP_FIELD_ID,	     /* iproute2 */
	MAP_FIELD_PINNING,   /* iproute2, gobpf */
	MAP_FIELD_INNER_ID,  /* iproute2: .id of the inner map */
	MAP_FIELD_INNER_IDX, /* iproute2: slot the inner map goes into, -1 none */
	MAP_FIELD_NAMESPACE, /* gobpf: a string of 256 bytes */
	MAP_FIELD_INNER_PTR, /* goebpf: pointer to the inner map's definition */
	MAP_FIELD_PATH_PTR,  /* goebpf: pointer to the pin path */
	MAP_FIELD_OWNER, /* Android: uid, gid, mode of the pin, which is its loader's affair */
	MAP_FIELD_PADDING,
	MAP_FIELD_UNKNOWN, /* in BTF, by a name that says nothing to us */
};

struct map_field {
	enum map_field_kind kind;
	__u16 offset, size; /* bytes */
	const char *name;   /* as the struct's author wrote it */
};

#define MAP_LAYOUT_FIELDS 24

struct map_layout {
	enum bpf_loader_dialect dialect;
	size_t size;	  /* bytes of the struct */
	const char *name; /* "struct bpf_elf_map" */
	const char *era;  /* "iproute2 >= 4.13" */
	size_t field_count;
	struct map_field fields[MAP_LAYOUT_FIELDS];
};

/*
 * The layout of `dialect` for a definition of `size` bytes: the one of exactly that size, or
 * for longer definitions the longest (the rest must then be zero), or NULL where the dialect
 * never had so short a struct.
 */
const struct map_layout *map_layout_for(enum bpf_loader_dialect dialect, size_t size);

/* What a struct member's name means: "size_key" and "key_size" are both MAP_FIELD_KEY_SIZE. */
enum map_field_kind map_field_by_name(const char *name);

/* The number in `field` of the definition `raw`; fields of other than 1, 2, 4, 8 bytes give 0. */
__u64 map_field_value(const struct map_field *field, const unsigned char *raw);

/* The field of that kind, or NULL. */
const struct map_field *map_layout_field(const struct map_layout *layout,
					 enum map_field_kind kind);

/* The number of that kind in `raw`, 0 where the layout has no such field. */
__u32 map_layout_value(const struct map_layout *layout, enum map_field_kind kind,
		       const unsigned char *raw);

/*
 * First byte of `raw` (of `size` bytes) that is not zero and in no field the loader knows;
 * `size` where all are accounted for.
 */
size_t map_layout_stray_byte(const struct map_layout *layout, const unsigned char *raw,
			     size_t size);

#endif
