// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* The first form of .maps: numbers are members with values. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

#define ROOM	  (1 << 4)
#define EVERY	  .type = BPF_MAP_TYPE_ARRAY, .max_entries = ROOM
#define ARRAY_MAP BPF_MAP_TYPE_ARRAY, ROOM

enum sizes { SOME = 3 };

struct pair {
	__u32 first, second;
};

/* as the kernel's selftests wrote it */
struct {
	__u32 type; /* a kind */
	__u32 max_entries;
	// what stands here
	struct pair *key;

	__u64 *value; // and there
} plain SEC(".maps") = {
	.type = BPF_MAP_TYPE_HASH,
	.max_entries = ROOM * SOME,
};

SEC(".maps") struct tagged {
	unsigned int type, max_entries, map_flags;
	const __u32 *key, *value;
} together = {.max_entries = 7, .type = BPF_MAP_TYPE_HASH, .map_flags = BPF_F_NO_PREALLOC};

static struct { int type; int key_size; int value_size; int max_entries; } sized SEC(".maps") = { BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct pair), 2 };

/* zeros say nothing, written or not; a name that says nothing may be zero, too */
struct {
	int type, map_flags;
	int numa_node;
	long unknown;
	void **value;
	int *key;
	int max_entries;
} zeros SEC(".maps") = {
	.map_flags = 0,
	.max_entries = SOME,
	.type = BPF_MAP_TYPE_HASH
};

/* parts of it are in today's form */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	int max_entries;
	__type(key, __u32);
	__u64 *value;
} half SEC(".maps") = {.max_entries = 1};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	int map_flags;
} no_values SEC(".maps");

struct {
	int type, max_entries, map_flags, numa_node;
	int *key, *value;
} by_place SEC(".maps") = {BPF_MAP_TYPE_HASH, 1, BPF_F_NUMA_NODE, 1 - 1};

struct {
	int type, max_entries;
	__u32 *key;
	__u32 *value;
} by_macro SEC(".maps") = {ARRAY_MAP};

struct {
	int type, max_entries;
	__u32 *key;
	__u32 *value;
} by_names SEC(".maps") = {EVERY};

struct {
	int type;
	int max_entries;
	int pinning;
	__u32 *key;
	__u32 *value;
} pinned __attribute__((section(".maps"), used)) = {
	.type = BPF_MAP_TYPE_ARRAY,
	.max_entries = 1,
	.pinning = LIBBPF_PIN_BY_NAME,
};

SEC("socket") int look(void *ctx)
{
	struct pair key = {1, 2};

	return bpf_map_lookup_elem(&plain, &key) != 0;
}
