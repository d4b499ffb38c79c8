// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * traffic: a socket filter that counts packets and bytes by protocol. It is complete.
 *
 * Nothing here speaks of a path: that a map is pinned concerns user space only.
 */
#include "count_packet.h"

struct bpf_map_def SEC("maps") traffic = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct counter),
	.max_entries = PROTOCOLS,
};

SEC("socket")
int count_arrivals(struct __sk_buff *skb)
{
	count_packet(&traffic, skb);
	return 0; /* the socket itself gets nothing */
}

char _license[] SEC("license") = "Dual BSD/GPL";
