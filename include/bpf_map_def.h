/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * struct bpf_map_def: how a program source described a map in SEC("maps").
 *
 * Which size. The struct grew: 16 bytes (Linux 4.1), 20 (4.7, map_flags), 24 (4.12,
 * inner_map_idx), 28 (4.14, numa_node); libbpf 0.x had its own copy of 20 bytes. This is
 * the 28-byte one. Old sources name the fields they set, or list them in this order, so
 * every one of them compiles with it, and the fields that it did not know are zero, which
 * is what a loader assumed for a field that was not there.
 *
 * A source that defines the struct by itself cannot also get this one: compile it with
 * -DBPF_NO_MAP_DEF when it includes bpf_helpers.h too.
 */
#ifndef BPF_MAP_DEF_H
#define BPF_MAP_DEF_H

/* The second name is shared with the headers for user programs that define the struct. */
#if !defined(BPF_NO_MAP_DEF) && !defined(BPF_LOAD_HAVE_BPF_MAP_DEF)
#define BPF_LOAD_HAVE_BPF_MAP_DEF
struct bpf_map_def {
	unsigned int type;	 /* enum bpf_map_type */
	unsigned int key_size;	 /* bytes */
	unsigned int value_size; /* bytes; 4 for maps of maps, programs, events */
	unsigned int max_entries;
	unsigned int map_flags;	    /* BPF_F_* for BPF_MAP_CREATE */
	unsigned int inner_map_idx; /* maps of maps: index of the inner map */
	unsigned int numa_node;	    /* meaningful with BPF_F_NUMA_NODE only */
};
#endif

#endif
