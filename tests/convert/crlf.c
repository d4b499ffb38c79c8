// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Lines that end with CR and LF. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") a = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };

struct bpf_map_def SEC("maps") b = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(int),
	.max_entries = 1,
	.inner_map_idx = 0,
};
