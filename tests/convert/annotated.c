// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Sizes as numbers, and their types in an annotation. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") times = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 100,
};
BPF_ANNOTATE_KV_PAIR(times, int, unsigned long long);

struct counter {
	struct bpf_spin_lock lock;
	int count;
};

struct bpf_map_def SEC("maps") counters = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(struct counter),
	.max_entries = 1,
};

BPF_ANNOTATE_KV_PAIR(counters,
		     int,
		     struct counter);

#define NOTE(map) BPF_ANNOTATE_KV_PAIR(map, int, int)

struct bpf_map_def SEC("maps") hidden = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(int),
	.max_entries = 1,
};
NOTE(hidden);
