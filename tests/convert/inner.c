// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Maps of maps, by number: templates that come first, a clash of names, one that comes last. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct clash {
	__u64 a, b;
};

struct bpf_map_def SEC("maps") inner = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 3,
};

struct bpf_map_def SEC("maps") outer = {
	.type = BPF_MAP_TYPE_HASH_OF_MAPS,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 2,
	.inner_map_idx = 0, /* inner */
};

struct bpf_map_def SEC("maps") clash = { BPF_MAP_TYPE_HASH, sizeof(__u32), sizeof(struct clash), 7 };

struct bpf_map_def SEC("maps") first = { BPF_MAP_TYPE_ARRAY_OF_MAPS, sizeof(__u32), sizeof(__u32), 2, 0, 2 };

struct bpf_map_def SEC("maps") early = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.inner_map_idx = 5,
	.max_entries = 2,
};

struct bpf_map_def SEC("maps") late = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64), /* when */
	.max_entries = 9,
};
