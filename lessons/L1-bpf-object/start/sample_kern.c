// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* sample: a BPF object to look into. Two maps, and a socket filter that counts in both. */
#include <linux/bpf.h>

#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") packets = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") lengths = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 2048,
};

static __always_inline void add_1(void *map, __u32 key)
{
	__u64 *counter = bpf_map_lookup_elem(map, &key);

	if (counter)
		__sync_fetch_and_add(counter, 1);
}

SEC("socket")
int count(struct __sk_buff *skb)
{
	add_1(&packets, 0);
	add_1(&lengths, skb->len);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
