/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * maps_legacy: reads SEC("maps") and SEC("maps/NAME").
 *
 * Where a definition starts is told by the symbols of the section, static ones too, never by
 * the sizeof of a struct: the struct has changed its size nine times. Its end is told by the
 * symbol's size or, in objects of old LLVM whose symbols have none, by the next symbol.
 */
#ifndef BPF_LOAD_MAPS_LEGACY_H
#define BPF_LOAD_MAPS_LEGACY_H

#include "dialect.h"
#include "map_spec.h"

struct legacy_options {
	enum bpf_loader_dialect dialect; /* AUTO: by evidence */
	bool relaxed; /* drop non-zero bytes that nobody knows, with a warning */
};

/* True for the names of sections that hold legacy definitions. */
bool maps_legacy_section(const char *name);

/*
 * Appends the maps of all legacy sections of `file` to `list`, in section order, by offset
 * within a section. Inner maps are resolved to indexes. Returns 0 or -errno with the error in
 * `report`.
 */
int maps_legacy_read(struct elf_file *file, const struct btf_file *btf,
		     const struct legacy_options *options, struct custom_layouts *custom,
		     struct map_list *list, struct report *report);

#endif
