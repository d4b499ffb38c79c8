// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* sample: two maps, and no program yet. */
#include <linux/bpf.h>

#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") packets = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 256,
};

struct bpf_map_def SEC("maps") bytes_by_address = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1000,
	.map_flags = BPF_F_NO_PREALLOC,
};
