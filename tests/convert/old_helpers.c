// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* With a bpf_helpers.h of 2016. */
#include <linux/bpf.h>
#include "old/bpf_helpers.h"
#ifdef EXTRA
#include "nowhere.h"
#endif

struct bpf_map_def SEC("maps") inner = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 1,
};

SEC("socket1")
int look(struct __sk_buff *skb)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&inner, &zero) ? 1 : 0;
}

char _license[] SEC("license") = "GPL";
