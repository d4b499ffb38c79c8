// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * old_maps: a socket filter that counts packets by protocol, by flow, and by size.
 *
 * The program is complete, and stays as it is. Its maps were defined over some years, each in the
 * way of its time, and no tool of today takes all of them. The places marked "Assignment" say
 * which definition is to be rewritten, and how. README.org of the lesson explains each of them.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <stddef.h>

#include "bpf_helpers.h"

/* Who sends to whom. Addresses as they are in the packet, byte by byte. */
struct flow {
	__u8 source[4];
	__u8 destination[4];
};

struct traffic {
	__u64 packets;
	__u64 bytes;
};

/* Assignment 2: rewrite this one for SEC(".maps"): __uint() for numbers, __type() for types. */
/* Packets by IP protocol: the index is a __u32, and each counter is a __u64. */
struct bpf_map_def SEC("maps") protocols = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 256,
};

/* Assignment 3: rewrite this one, too. Then the annotation is not needed any more. */
/* Traffic by flow. Memory is taken as flows come, and not for 1024 of them at the start. */
struct bpf_map_def SEC("maps") flows = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct flow),
	.value_size = sizeof(struct traffic),
	.max_entries = 1024,
	.map_flags = BPF_F_NO_PREALLOC,
};

/* Assignment 1: an annotation, here, that says of what types key and value of flows are. */

/* Assignment 4: rewrite this one. In this form .maps began, in 2019, and for a short time only. */
/* Packets by size, in steps of 128 bytes, for each CPU. */
struct {
	int type;
	int max_entries;
	__u32 *key;
	__u64 *value;
} sizes SEC(".maps") = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.max_entries = 16,
};

static __always_inline void count_protocol(__u32 protocol)
{
	__u64 *packets = bpf_map_lookup_elem(&protocols, &protocol);

	if (packets)
		__sync_fetch_and_add(packets, 1);
}

static __always_inline void count_size(__u32 bytes)
{
	__u32 step = bytes / 128 < 15 ? bytes / 128 : 15;
	__u64 *packets = bpf_map_lookup_elem(&sizes, &step);

	if (packets)
		*packets += 1;
}

/* Another CPU may have put the flow in between the lookups: BPF_NOEXIST leaves its counts alone. */
static __always_inline void count_flow(const struct flow *flow, __u32 bytes)
{
	const struct traffic none = {};
	struct traffic *traffic = bpf_map_lookup_elem(&flows, flow);

	if (!traffic) {
		bpf_map_update_elem(&flows, flow, &none, BPF_NOEXIST);
		traffic = bpf_map_lookup_elem(&flows, flow);
	}
	if (traffic) {
		__sync_fetch_and_add(&traffic->packets, 1);
		__sync_fetch_and_add(&traffic->bytes, bytes);
	}
}

SEC("socket")
int count_all(struct __sk_buff *skb)
{
	struct flow flow;

	count_size(skb->len);
	if (load_half(skb, offsetof(struct ethhdr, h_proto)) != ETH_P_IP)
		return 0;
	count_protocol(load_byte(skb, ETH_HLEN + offsetof(struct iphdr, protocol)));
	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct iphdr, saddr), &flow,
			       sizeof(flow)))
		return 0;
	count_flow(&flow, skb->len);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
