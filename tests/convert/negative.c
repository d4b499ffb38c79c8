// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* A number below zero, which cannot be the size of an array. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

#define ALL_ONES (-1)

struct bpf_map_def SEC("maps") entries = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = ALL_ONES,
};
