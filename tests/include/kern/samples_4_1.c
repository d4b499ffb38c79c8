// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of samples/bpf in Linux 4.1 (2015): uapi/ headers, "bpf_helpers.h" in the middle,
 * u32 without a header of its own, packet loads.
 *
 * EXPECT section maps
 * EXPECT section socket1
 * EXPECT symbol per_protocol 28
 * EXPECT insn skb[23]
 * EXPECT insn call 1
 * EXPECT no-reloc .rodata
 */
#include <uapi/linux/bpf.h>
#include <uapi/linux/if_ether.h>
#include "bpf_helpers.h"
#include <uapi/linux/ip.h>
#include <uapi/linux/if_packet.h>

struct bpf_map_def SEC("maps") per_protocol = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(u64),
	.max_entries = 256,
};

SEC("socket1")
int count_bytes(struct __sk_buff *skb)
{
	u32 protocol = load_byte(skb, ETH_HLEN + offsetof(struct iphdr, protocol));
	u64 *bytes;

	if (unlikely(skb->pkt_type != PACKET_OUTGOING))
		return 0;
	bytes = bpf_map_lookup_elem(&per_protocol, &protocol);
	if (bytes)
		__sync_fetch_and_add(bytes, skb->len);
	return 0;
}
char _license[] SEC("license") = "GPL";
