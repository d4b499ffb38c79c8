/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * access_maps: the calls of <bpf/bpf.h> that map_access.c makes, over the kernel or over a stand-in
 * for it, which needs no root. The stand-in has arrays and hashes, refuses what the kernel refuses,
 * and its hash has an order: that in which elements were put in.
 *
 * A failed call returns -errno and sets errno, as libbpf 1.x does; whoever includes <bpf/bpf.h>
 * of this tree gets -1 for it, unless BPF_LOAD_MODERN_RETURNS is defined. A program that calls
 * without end is ended.
 */
#ifndef ACCESS_MAPS_H
#define ACCESS_MAPS_H

#include <linux/bpf.h>
#include <stdbool.h>

extern bool access_maps_in_kernel; /* bpf(2), not the stand-in */

/* Returns a descriptor, or -errno. */
int access_maps_create(__u32 type, __u32 key_size, __u32 value_size, __u32 max_entries);

/* Somebody else deletes element `key` the moment that it is looked up. */
void access_maps_vanish(__u32 key);

/* Somebody else puts in element `key` the moment before it is updated. The value has to stay. */
void access_maps_appear(__u32 key, const void *value);

#endif
