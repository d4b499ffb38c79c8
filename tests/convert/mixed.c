// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* A file that is half way there. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} new_one SEC(".maps");

struct bpf_map_def SEC("maps") old_one = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 2,
};

const int table[] SEC("tables") = { 1, 2, 3 };
