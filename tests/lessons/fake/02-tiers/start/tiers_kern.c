// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* tiers: a map and a program that does nothing. The starter of a lesson for tests of the runner. */
#include <linux/bpf.h>

#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") numbers = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};

SEC("socket")
int nothing(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
