// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of the XDP samples of Linux 4.8-4.18: the kernel's struct vlan_hdr, htons() in a
 * case label, memcpy() and memset() without a header, all seven fields of a map definition.
 *
 * EXPECT section xdp_rewrite
 * EXPECT symbol inner 28
 * EXPECT symbol outer 28
 * EXPECT insn call 44
 * EXPECT no-undefined
 */
#define KBUILD_MODNAME "foo"
#include <uapi/linux/bpf.h>
#include <linux/in.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") inner = {
	.type = BPF_MAP_TYPE_LRU_HASH,
	.key_size = sizeof(u32),
	.value_size = sizeof(long),
	.max_entries = 16,
	.map_flags = BPF_F_NUMA_NODE,
	.numa_node = 0,
};

struct bpf_map_def SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = sizeof(u32),
	.max_entries = 4,
	.inner_map_idx = 0,
};

static __always_inline int dest_port(void *transport, void *data_end, u8 protocol)
{
	struct tcphdr *tcp = transport;
	struct udphdr *udp = transport;

	switch (protocol) {
	case IPPROTO_TCP: return tcp + 1 > data_end ? -1 : tcp->dest;
	case IPPROTO_UDP: return udp + 1 > data_end ? -1 : udp->dest;
	}
	return 0;
}

SEC("xdp_rewrite")
int rewrite(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	void *data = (void *)(long)ctx->data;
	struct ethhdr *eth = data;
	struct vlan_hdr *vlan = data + sizeof(*eth);
	struct iphdr *iph = data + sizeof(*eth);
	u8 swap[ETH_ALEN];

	if (iph + 1 > data_end)
		return XDP_DROP;
	switch (eth->h_proto) {
	case htons(ETH_P_8021Q):
		return vlan->h_vlan_encapsulated_proto == htons(ETH_P_IP) ? XDP_PASS : XDP_DROP;
	case htons(ETH_P_IP): break;
	default: return XDP_PASS;
	}
	if (ntohs(dest_port(iph + 1, data_end, iph->protocol)) != 5001)
		return XDP_PASS;
	memcpy(swap, eth->h_source, ETH_ALEN);
	memcpy(eth->h_source, eth->h_dest, ETH_ALEN);
	memcpy(eth->h_dest, swap, ETH_ALEN);
	iph->tot_len = htons(ntohs(iph->tot_len) - min(iph->ttl, (u8)4));
	memset(&iph->check, 0, sizeof(iph->check));
	return bpf_xdp_adjust_head(ctx, 0 - (int)sizeof(struct iphdr)) ? XDP_DROP : XDP_TX;
}
char _license[] SEC("license") = "GPL";
