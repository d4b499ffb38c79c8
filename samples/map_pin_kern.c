// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_pin: a socket filter that counts packets in a hash, which is to outlive it.
 *
 * Nothing here speaks of pins: a pin is a path that user space gives to a map. A program that is
 * loaded has its maps by reference, like a file descriptor; which map is behind `packets`, a new
 * one or one that has been counting since last week, the loader decides when it puts in the
 * reference.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stddef.h>

#include "bpf_helpers.h"

#define PROTOCOLS 256

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);   /* IP protocol */
	__type(value, __u64); /* packets */
	__uint(max_entries, PROTOCOLS);
} packets SEC(".maps");

#else

struct bpf_map_def SEC("maps") packets = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),   /* IP protocol */
	.value_size = sizeof(__u64), /* packets */
	.max_entries = PROTOCOLS,
};

#endif

/* Like in sockex1_kern.c: the protocol, or -1 if it is no IP packet. */
static __always_inline int ip_protocol(struct __sk_buff *skb)
{
	switch (load_half(skb, offsetof(struct ethhdr, h_proto))) {
	case ETH_P_IP: return load_byte(skb, ETH_HLEN + offsetof(struct iphdr, protocol));
	case ETH_P_IPV6: return load_byte(skb, ETH_HLEN + offsetof(struct ipv6hdr, nexthdr));
	default: return -1;
	}
}

SEC("socket")
int count_packet(struct __sk_buff *skb)
{
	const __u64 zero = 0;
	__u64 *count;
	int protocol;
	__u32 key;

	if (skb->pkt_type != PACKET_OUTGOING)
		return 0;
	protocol = ip_protocol(skb);
	if (protocol < 0)
		return 0;

	key = protocol;
	count = bpf_map_lookup_elem(&packets, &key);
	if (!count) {
		/* Not BPF_ANY: another CPU may just have begun to count. See sockex2_kern.c. */
		bpf_map_update_elem(&packets, &key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&packets, &key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
