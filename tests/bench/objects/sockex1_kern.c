// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockex1: a socket filter that adds up packet lengths by IP protocol, in the shape of the
 * kernel's sample of that name.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <stddef.h>
#include "bpf_helpers.h"

#ifdef BTF_MAPS
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, long);
	__uint(max_entries, 256);
} bytes_by_protocol SEC(".maps");
#else
struct bpf_map_def SEC("maps") bytes_by_protocol = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(long),
	.max_entries = 256,
};
#endif

SEC("socket")
int count_bytes(struct __sk_buff *skb)
{
	__u8 protocol = 0;
	__u32 key;
	long *bytes;

	if (skb->pkt_type != PACKET_OUTGOING)
		return 0;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct iphdr, protocol), &protocol,
			       sizeof(protocol)))
		return 0;
	key = protocol;
	bytes = bpf_map_lookup_elem(&bytes_by_protocol, &key);
	if (bytes)
		__sync_fetch_and_add(bytes, skb->len);
	return 0;
}

char _license[] SEC("license") = "GPL";
