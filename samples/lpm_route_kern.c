// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lpm_route: a socket filter that finds the route of each packet, as a router would: of all
 * prefixes that the address begins with, the longest.
 *
 * A hash knows equal keys only. A trie of prefixes (LPM: longest prefix match) is a tree of bits:
 * a lookup follows the bits of the address as far as there are branches, and the last prefix it
 * came by is the answer. User space puts the routes in, and may change them at any time.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "lpm_route.h"

#define ROUTES 1024

#ifdef BTF_MAPS

/*
 * BPF_F_NO_PREALLOC: nodes are made when routes are. The kernel has no other kind of trie, and
 * refuses a definition that does not say so.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct route4);
	__type(value, struct traffic);
	__uint(max_entries, ROUTES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} routes4 SEC(".maps");

/* Addresses of another length take a trie of their own. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct route6);
	__type(value, struct traffic);
	__uint(max_entries, ROUTES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} routes6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* UNROUTED_… */
	__type(value, struct traffic);
	__uint(max_entries, UNROUTED_KINDS);
} unrouted SEC(".maps");

#else

/*
 * BPF_F_NO_PREALLOC: nodes are made when routes are. The kernel has no other kind of trie, and
 * refuses a definition that does not say so.
 */
struct bpf_map_def SEC("maps") routes4 = {
	.type = BPF_MAP_TYPE_LPM_TRIE,
	.key_size = sizeof(struct route4),
	.value_size = sizeof(struct traffic),
	.max_entries = ROUTES,
	.map_flags = BPF_F_NO_PREALLOC,
};

/* Addresses of another length take a trie of their own. */
struct bpf_map_def SEC("maps") routes6 = {
	.type = BPF_MAP_TYPE_LPM_TRIE,
	.key_size = sizeof(struct route6),
	.value_size = sizeof(struct traffic),
	.max_entries = ROUTES,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") unrouted = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* UNROUTED_… */
	.value_size = sizeof(struct traffic),
	.max_entries = UNROUTED_KINDS,
};

#endif

/* Several CPUs may be at the same route. */
static __always_inline void add(struct traffic *traffic, const struct __sk_buff *skb)
{
	__sync_fetch_and_add(&traffic->packets, 1);
	__sync_fetch_and_add(&traffic->bytes, skb->len);
}

static __always_inline void count(const struct __sk_buff *skb, struct traffic *route,
				  __u32 kind)
{
	struct traffic *traffic = route;

	/* NULL is a good answer here: no prefix fits. Only a route of length 0 fits all. */
	if (!traffic)
		traffic = bpf_map_lookup_elem(&unrouted, &kind);
	if (traffic)
		add(traffic, skb);
}

/* To look up an address is to look for a prefix of all its bits: `bits` is an upper limit. */
static __always_inline void route_ipv4(struct __sk_buff *skb)
{
	struct route4 key;

	key.bits = 32;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct iphdr, daddr), key.address,
			       sizeof(key.address)) < 0)
		return;
	count(skb, bpf_map_lookup_elem(&routes4, &key), UNROUTED_IPV4);
}

static __always_inline void route_ipv6(struct __sk_buff *skb)
{
	struct route6 key;

	key.bits = 128;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, daddr), key.address,
			       sizeof(key.address)) < 0)
		return;
	count(skb, bpf_map_lookup_elem(&routes6, &key), UNROUTED_IPV6);
}

SEC("socket")
int count_route(struct __sk_buff *skb)
{
	if (skb->pkt_type != PACKET_OUTGOING)
		return 0;
	switch (load_half(skb, offsetof(struct ethhdr, h_proto))) {
	case ETH_P_IP: route_ipv4(skb); break;
	case ETH_P_IPV6: route_ipv6(skb); break;
	}
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
