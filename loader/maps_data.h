/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * maps_data: maps for global variables (.data, .rodata, .bss and their .NAME variants).
 *
 * The kernel has no global memory for programs; a section of variables becomes an ARRAY map
 * with one element as large as the section, and a variable's address becomes "value of that
 * map plus offset". Same names, sizes and flags as libbpf gives them.
 */
#ifndef BPF_LOAD_MAPS_DATA_H
#define BPF_LOAD_MAPS_DATA_H

#include "elf_file.h"
#include "map_spec.h"

/* True for sections of global variables. */
bool maps_data_section(const struct elf_section *section);

/* True for those whose map is read-only to programs and frozen once filled. */
bool maps_data_read_only(const char *section_name);

/*
 * The map for `section`: its index in `list`, appended on first use, or -1 without memory.
 * `object_name`: the map's name begins with it, as far as 15 characters allow.
 */
long maps_data_find(struct map_list *list, const struct elf_section *section,
		    const char *object_name);

#endif
