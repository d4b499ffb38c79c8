/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * words: what the numbers in maps and instructions mean, in the field's own terms.
 *
 * All texts go into a buffer of `room` bytes, cut off where it ends; WORDS_ROOM is enough for
 * all but unusual names.
 */
#ifndef BPFLOAD_WORDS_H
#define BPFLOAD_WORDS_H

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include "loader/map_layout.h"

#define WORDS_ROOM 512

/* "BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE"; bits without a name in hex; "" for 0. */
void words_flags(__u32 flags, char *text, size_t room);

/* The name of bit `bit` (0-31) of a map's flags, NULL where it has none. */
const char *words_flag(unsigned int bit);

/* Bytes as "28 00 00 00", at most `most` of them, then " .." if there are more. */
void words_hex(const void *bytes, size_t size, size_t most, char *text, size_t room);

/* All of the bytes as "28 00 00 00", to be freed. */
char *words_bytes(const void *bytes, size_t size);

/* One way to read the bytes of a legacy definition. */
struct reading {
	const struct bpf_loader *loader;
	const struct bpf_loader_map *map;
	const struct map_layout *layout;
	bool chosen; /* the one the loader follows */
};

/* The same bytes by the other of the kernel's and iproute2's structs. False: nothing to confuse. */
bool words_other_reading(const struct reading *chosen, struct reading *other);

/* "struct bpf_map_def": the layout's name as C writes it. */
void words_struct(const struct map_layout *layout, char *text, size_t room);

/* False for a field that a damaged BTF places outside the definition: it has no bytes. */
bool words_field_inside(const struct reading *reading, const struct map_field *field);

/* What the number in `field` says: "hash", "BPF_F_NUMA_NODE", "map 'inner'", …; "" if nothing. */
void words_field(const struct reading *reading, const struct map_field *field, char *text,
		 size_t room);

/* "PIN_GLOBAL_NS", "LIBBPF_PIN_BY_NAME", …: the way a definition asks to be pinned. */
const char *words_pinning(enum bpf_loader_pinning pinning);

/* "kprobe", "tracepoint", …; "none" where the section's name says nothing. */
const char *words_attach(enum bpf_loader_attach_kind kind);

/* "map", "value", "call", "func". */
const char *words_reloc(enum bpf_loader_reloc_kind kind);

/* True for the kinds whose instruction is ld_imm64, of two 8-byte words. */
bool words_reloc_is_wide(enum bpf_loader_reloc_kind kind);

/* Assembler text of the instruction as compiled; `insns` has two of them if the kind is wide. */
void words_before(const struct bpf_loader_reloc *reloc, const struct bpf_insn *insns,
		  char *text, size_t room);

/* The same as it will be loaded. A descriptor that is not known yet is shown by its map's name. */
void words_after(const struct bpf_loader *loader, const struct bpf_loader_program *program,
		 const struct bpf_loader_reloc *reloc, char *text, size_t room);

#endif
