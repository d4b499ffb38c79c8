/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * maps_annotate: BPF_ANNOTATE_KV_PAIR(NAME, KEY, VALUE), which says the types of a legacy map.
 *
 * The macro leaves a struct ____btf_map_NAME { KEY key; VALUE value; } in the object's BTF. What
 * the old loaders did with one that they could not use:
 *  - bpf_load.c never looked for any, as it reads no BTF;
 *  - libbpf 0.x and iproute2 looked from each map for its struct, so that a struct without a map
 *    was never looked at;
 *  - where sizes differ, libbpf 0.x warned, with two numbers, and went on without types.
 * So none of this is an error here either: the map is created, without types.
 */
#ifndef BPF_LOAD_MAPS_ANNOTATE_H
#define BPF_LOAD_MAPS_ANNOTATE_H

#include "btf_file.h"
#include "map_spec.h"
#include "report.h"

/*
 * Gives the legacy maps of `list`, which has to be complete, the types that annotations tell. One
 * that is for no map, or not for a map of those sizes, is passed over with a warning. A definition
 * in .maps says its types by itself and keeps them.
 */
void maps_annotate(const struct btf_file *btf, const struct map_list *list,
		   struct report *report);

#endif
