// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* An array of definitions, and what counts the maps behind it. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") stages[2] = {
	{ .type = BPF_MAP_TYPE_ARRAY, .key_size = sizeof(__u32), .value_size = 8, .max_entries = 1 },
	{ .type = BPF_MAP_TYPE_ARRAY, .key_size = sizeof(__u32), .value_size = 8, .max_entries = 2 },
};

struct bpf_map_def SEC("maps") alone = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 3,
};
