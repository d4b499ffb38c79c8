/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * btf_maps: which maps a BPF object wants, from the types of the variables in its section ".maps".
 */
#ifndef BTF_MAPS_H
#define BTF_MAPS_H

#include "maps.h"

/* All maps of section ".maps". 0, or -1 after a message. An object may have none. */
int object_btf_maps(const struct object *object, struct maps *maps);

#endif
