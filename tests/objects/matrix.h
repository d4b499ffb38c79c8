/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * matrix: what the objects of the matrix_*.c unit tests share.
 *
 * The tests compile these sources with -D switches, with and without -g. Rules: without a
 * switch every one of them loads; SIZE is the size of struct bpf_map_def, bytes.
 */
#ifndef MATRIX_H
#define MATRIX_H

#ifndef BPF_NO_MAP_DEF
#define BPF_NO_MAP_DEF
#endif
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#ifndef SIZE
#define SIZE 28
#endif

/* As the kernel's samples had it in 4.1, 4.7, 4.12, 4.14; behind that, somebody's own words. */
struct bpf_map_def {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
#if SIZE >= 20
	__u32 map_flags;
#endif
#if SIZE >= 24
	__u32 inner_map_idx;
#endif
#if SIZE >= 28
	__u32 numa_node;
#endif
#if SIZE > 28
	__u32 own[(SIZE - 28) / 4];
#endif
};

/* iproute2 4.13 and later. */
struct bpf_elf_map {
	__u32 type;
	__u32 size_key;
	__u32 size_value;
	__u32 max_elem;
	__u32 flags;
	__u32 id;
	__u32 pinning;
	__u32 inner_id;
	__u32 inner_idx;
};

/* An array of 8-byte values, the first four words of either struct. */
#define VALUES(ENTRIES) BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(__u64), ENTRIES

/* A function that stays one. */
#define SUBPROGRAM __attribute__((noinline))

/* Writes `value` into element 0 of `map`. */
static __always_inline void put(void *map, __u64 value)
{
	__u32 key = 0;

	bpf_map_update_elem(map, &key, &value, BPF_ANY);
}

#ifndef NO_LICENSE
char _license[] SEC("license") = "GPL";
#endif

#endif
