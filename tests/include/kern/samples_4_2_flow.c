// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of sockex3 in Linux 4.3-4.19: program sections numbered by __stringify(), a
 * struct bpf_flow_keys of its own, which today's <linux/bpf.h> has too.
 *
 * EXPECT section socket/3
 * EXPECT symbol next_header 28
 * EXPECT symbol flows 28
 * EXPECT insn call 12
 */
#include <uapi/linux/bpf.h>
#include "bpf_helpers.h"
#include <uapi/linux/in.h>
#include <uapi/linux/if.h>
#include <uapi/linux/if_ether.h>
#include <uapi/linux/ip.h>
#include <uapi/linux/ipv6.h>
#include <uapi/linux/if_tunnel.h>
#include <uapi/linux/mpls.h>

#define PROGRAM(number) SEC("socket/" __stringify(number)) int parse_##number
#define PARSE_IP	3

struct vlan_hdr {
	__be16 tci;
	__be16 proto;
};

struct bpf_flow_keys {
	__be32 src;
	__be32 dst;
	union {
		__be32 ports;
		__be16 port16[2];
	};
	__u32 ip_proto;
};

struct bpf_map_def SEC("maps") next_header = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(u32),
	.max_entries = 8,
};

struct bpf_map_def SEC("maps") flows = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct bpf_flow_keys),
	.value_size = sizeof(u64),
	.max_entries = 64,
};

PROGRAM(PARSE_IP)(struct __sk_buff *skb)
{
	struct bpf_flow_keys key = {};
	u64 one = 1;

	key.dst = load_word(skb, skb->cb[0] + offsetof(struct iphdr, daddr));
	bpf_map_update_elem(&flows, &key, &one, BPF_ANY);
	return 0;
}

SEC("socket/0")
int first(struct __sk_buff *skb)
{
	u32 proto = load_half(skb, 12);

	skb->cb[0] = ETH_HLEN;
	if (proto == ETH_P_8021Q) {
		proto = load_half(skb, ETH_HLEN + offsetof(struct vlan_hdr, proto));
		skb->cb[0] += sizeof(struct vlan_hdr);
	}
	if (likely(proto == ETH_P_IP))
		bpf_tail_call(skb, &next_header, PARSE_IP);
	return 0;
}
char _license[] SEC("license") = "GPL";
