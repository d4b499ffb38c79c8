/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * maps_btf: reads SEC(".maps"), where a map is a variable whose type describes it.
 *
 * Two encodings have been in use:
 *  - since late 2019 a number N is the length of an array, `int (*max_entries)[N]`, and a type
 *    is a pointer to it: __uint(), __type(), __array() of bpf_helpers.h. The bytes are all 0.
 *    __ulong() writes a number as an enum's value.
 *  - the first one, of mid 2019: fields are plain integers and their values stand in the
 *    section's bytes: struct { int type; int *key; … } m SEC(".maps") = { .type = … }.
 * Both may stand in one definition; a field is read by what its type is.
 */
#ifndef BPF_LOAD_MAPS_BTF_H
#define BPF_LOAD_MAPS_BTF_H

#include "btf_file.h"
#include "elf_file.h"
#include "map_spec.h"

/*
 * Appends the maps of section .maps to `list`, by offset. Relocations of the section become
 * slots: inner maps, and programs of a PROG_ARRAY.
 * Returns 0 or -errno with the error in `report`: -ENOENT where the object has no BTF (then
 * the definitions are nothing but zeros), -EINVAL for what is no map definition.
 */
int maps_btf_read(struct elf_file *file, const struct btf_file *btf, struct map_list *list,
		  struct report *report);

/* Is a map of .maps defined with members of the first encoding, which libbpf refuses today? */
bool maps_btf_of_2019(const struct btf_file *btf, const struct bpf_loader_map *map);

#endif
