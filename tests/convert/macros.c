// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Macros and expressions as values: they stay as they are. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

#define MAX_CPU 128
#define KB(n) ((n) * 1024)
#define KEY_BYTES sizeof(__u32)
#define TYPE_OF_KEY __u32
#define MAP_TYPE(name) BPF_MAP_TYPE_##name
#define SIZES .key_size = sizeof(__u32), .value_size = sizeof(struct value)
#define VALUES(entries) BPF_MAP_TYPE_ARRAY, sizeof(__u32), 8, entries, BPF_F_MMAPABLE
#define LAST_MEMBER .max_entries = 4

enum { SLOTS = 64 };

struct value {
	long sum[SLOTS];
};

extern struct value one;

struct bpf_map_def SEC("maps") a = {
	.type = MAP_TYPE(HASH),
	.key_size = KEY_BYTES,
	.value_size = sizeof(one.sum),
	.max_entries = MAX_CPU * KB(2) + (1 ? SLOTS : 0),
	.map_flags = BPF_F_NO_PREALLOC |
		     BPF_F_RDONLY_PROG, /* two lines */
};

struct bpf_map_def SEC("maps") b = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = (sizeof(TYPE_OF_KEY)),
	.value_size = sizeof (struct value),
	.max_entries = KB(1),
};

struct bpf_map_def SEC("maps") c = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct { __u32 a, b; }),
	.value_size = SLOTS * sizeof(long),
	.max_entries = 1U << 4,
	.map_flags = BPF_F_NUMA_NODE,
	.numa_node = -1 + 1,
};

/* What this macro stands for is no value. */
struct bpf_map_def SEC("maps") d = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	LAST_MEMBER,
};

/* Macros for several values. */
struct bpf_map_def SEC("maps") e = {
	.type = BPF_MAP_TYPE_HASH,
	SIZES, /* of both */
	.max_entries = 4,
};

struct bpf_map_def SEC("maps") f = {VALUES(SLOTS)};
