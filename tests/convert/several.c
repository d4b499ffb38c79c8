// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Several maps in one declaration. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") received = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 256,
}, sent = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 256,
};

static struct bpf_map_def SEC("maps") a = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 }, b = { BPF_MAP_TYPE_ARRAY, 4, 8, 2 },
	/* the last */ c = { BPF_MAP_TYPE_ARRAY, 4, 16, 3 };

/* One of these goes nowhere, so all stay. */
struct bpf_map_def d SEC("maps") = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 }, plain = { 0 };
