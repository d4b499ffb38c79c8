// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * counts: a socket filter that counts packets and bytes, by IP protocol in an array, and by UDP
 * port in a hash. It is the counter of lesson 01 with a second map; it is complete.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "counts.h"

/* An array has all of its elements from the start: 256 times zero. */
struct bpf_map_def SEC("maps") protocols = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct count),
	.max_entries = 256,
};

/* A hash has none, until one is put in; and then only so many. The key is a port. */
struct bpf_map_def SEC("maps") ports = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct count),
	.max_entries = 3,
};

static __always_inline void add_packet(struct count *count, __u32 bytes)
{
	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, bytes);
}

static __always_inline void count_port(__u32 port, __u32 bytes)
{
	struct count *count = bpf_map_lookup_elem(&ports, &port);
	struct count zero = {};

	if (!count) { /* another CPU may put it in just now: then its element is kept */
		bpf_map_update_elem(&ports, &port, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&ports, &port);
	}
	if (count) /* else the map is full */
		add_packet(count, bytes);
}

SEC("socket")
int count_packets(struct __sk_buff *skb)
{
	struct count *count;
	__u32 protocol;

	if (load_half(skb, offsetof(struct ethhdr, h_proto)) != ETH_P_IP)
		return 0;
	protocol = load_byte(skb, ETH_HLEN + offsetof(struct iphdr, protocol));
	count = bpf_map_lookup_elem(&protocols, &protocol);
	if (count)
		add_packet(count, skb->len);
	if (protocol == IPPROTO_UDP) /* behind an IP header without options */
		count_port(load_half(skb, ETH_HLEN + sizeof(struct iphdr) +
						  offsetof(struct udphdr, dest)),
			   skb->len);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
