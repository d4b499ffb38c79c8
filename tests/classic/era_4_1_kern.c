// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Kernel side of era_4_1_user.c, in the style of samples/bpf in Linux 4.1: uapi headers, packet
 * bytes by load_byte(), no flags in the maps.
 */
#include <uapi/linux/bpf.h>
#include <uapi/linux/if_ether.h>
#include <uapi/linux/if_packet.h>
#include <uapi/linux/ip.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") bytes_by_protocol = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(long),
	.max_entries = 256,
};

struct bpf_map_def SEC("maps") packets_by_length = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(u32),
	.value_size = sizeof(long),
	.max_entries = 16,
};

SEC("socket1")
int count_packet(struct __sk_buff *skb)
{
	u32 protocol = load_byte(skb, ETH_HLEN + offsetof(struct iphdr, protocol));
	u32 length = skb->len;
	long *value, one = 1;

	/* lo shows each packet twice: as it leaves and as it arrives */
	if (skb->pkt_type != PACKET_OUTGOING)
		return 0;
	value = bpf_map_lookup_elem(&bytes_by_protocol, &protocol);
	if (value)
		__sync_fetch_and_add(value, skb->len);
	value = bpf_map_lookup_elem(&packets_by_length, &length);
	if (value)
		__sync_fetch_and_add(value, 1);
	else
		bpf_map_update_elem(&packets_by_length, &length, &one, BPF_ANY);
	return 0;
}
char _license[] SEC("license") = "GPL";
