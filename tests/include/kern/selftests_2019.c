// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of the kernel's selftests in 2018-2019 (4.18-5.3): <linux/...>, "bpf_helpers.h",
 * "bpf_endian.h", BPF_ANNOTATE_KV_PAIR beside a legacy map, a spin lock in its value.
 *
 * EXPECT section maps
 * EXPECT section .maps.counters
 * EXPECT symbol counters 28
 * EXPECT symbol ____btf_map_counters 20
 * EXPECT insn call 93
 * EXPECT btf
 */
#include <stddef.h>
#include <stdbool.h>
#include <string.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include "bpf_helpers.h"
#include "bpf_endian.h"

int _version SEC("version") = 1;

struct counter {
	struct bpf_spin_lock lock;
	__u32 packets;
	__u32 bytes;
	bool seen;
};

struct bpf_map_def SEC("maps") counters = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct counter),
	.max_entries = 1,
};

BPF_ANNOTATE_KV_PAIR(counters, __u32, struct counter);

SEC("classifier/count")
int count(struct __sk_buff *skb)
{
	struct counter *c;
	__u32 zero = 0;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return TC_ACT_OK;
	c = bpf_map_lookup_elem(&counters, &zero);
	if (!c)
		return TC_ACT_SHOT;
	bpf_spin_lock(&c->lock);
	c->packets++;
	c->bytes += skb->len;
	c->seen = true;
	bpf_spin_unlock(&c->lock);
	return TC_ACT_OK;
}
char _license[] SEC("license") = "GPL";
