// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of the XDP tutorial of 2019: headers for user space, a struct vlan_hdr of its own
 * (the system's <linux/if_vlan.h> has none), bounds checks with "header + 1 > data_end".
 *
 * EXPECT section xdp_stats
 * EXPECT symbol stats 28
 * EXPECT insn call 1
 */
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_vlan.h>
#include <linux/ipv6.h>
#include <linux/icmpv6.h>
#include "bpf_helpers.h"
#include "bpf_endian.h"

#ifndef lock_xadd
#define lock_xadd(ptr, val) ((void)__sync_fetch_and_add(ptr, val))
#endif

struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

struct cursor {
	void *pos;
};

struct bpf_map_def SEC("maps") stats = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = XDP_REDIRECT + 1,
};

static __always_inline int parse_eth(struct cursor *at, void *data_end)
{
	struct ethhdr *eth = at->pos;
	struct vlan_hdr *vlan = (void *)(eth + 1);
	__u16 proto;

	if ((void *)(eth + 1) > data_end)
		return -1;
	proto = eth->h_proto;
#pragma unroll
	for (int i = 0; i < 2; i++) {
		if (proto != bpf_htons(ETH_P_8021Q) || (void *)(vlan + 1) > data_end)
			break;
		proto = vlan->h_vlan_encapsulated_proto;
		vlan++;
	}
	at->pos = vlan;
	return proto;
}

SEC("xdp_stats")
int xdp_stats_prog(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	struct cursor at = {.pos = (void *)(long)ctx->data};
	__u32 action = XDP_PASS;
	__u64 *count;

	if (parse_eth(&at, data_end) == bpf_htons(ETH_P_IPV6))
		action = XDP_DROP;
	count = bpf_map_lookup_elem(&stats, &action);
	if (!count)
		return XDP_ABORTED;
	lock_xadd(count, 1);
	return action;
}
char _license[] SEC("license") = "GPL";
