/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * count_packet: what all three programs in the kernel do. They differ in how they define the map.
 */
#ifndef COUNT_PACKET_H
#define COUNT_PACKET_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "traffic.h"

/* Counts an IPv4 packet under its protocol, once: as it arrives, not as it leaves. */
static __always_inline void count_packet(void *map, struct __sk_buff *skb)
{
	struct counter *counter;
	__u32 protocol;

	if (skb->pkt_type == PACKET_OUTGOING ||
	    load_half(skb, offsetof(struct ethhdr, h_proto)) != ETH_P_IP)
		return;
	protocol = load_byte(skb, ETH_HLEN + offsetof(struct iphdr, protocol));
	counter = bpf_map_lookup_elem(map, &protocol);
	if (counter) {
		__sync_fetch_and_add(&counter->packets, 1);
		__sync_fetch_and_add(&counter->bytes, skb->len);
	}
}

#endif
