// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of iproute2's examples: bpf_api.h only, helpers without prefix, ids and pinning,
 * a tail-call section named ID/KEY.
 *
 * EXPECT section maps
 * EXPECT section classifier
 * EXPECT section action
 * EXPECT section 0xbee/7
 * EXPECT section license
 * EXPECT symbol jumps 36
 * EXPECT symbol hits 36
 * EXPECT insn call 12
 * EXPECT insn skb[9]
 */
#include "bpf_api.h"

#define JUMPS_ID 0xbee

struct bpf_elf_map __section_maps jumps = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.id = JUMPS_ID,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint32_t),
	.pinning = PIN_OBJECT_NS,
	.max_elem = 8,
};

struct bpf_elf_map __section_maps hits = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint32_t),
	.pinning = PIN_GLOBAL_NS,
	.max_elem = 1,
	.inner_idx = -1,
};

__section_tail(JUMPS_ID, 7) int slot_seven(struct __sk_buff *skb)
{
	int zero = 0, *hit = map_lookup_elem(&hits, &zero);

	if (likely(hit))
		lock_xadd(hit, 1);
	printt("protocol %u\n", load_byte(skb, 9));
	return BPF_H_DEFAULT;
}

__section_cls_entry int entry(struct __sk_buff *skb)
{
	uint64_t mac = 0;

	if (skb->protocol != htons(0x0800))
		return TC_ACT_OK;
	memset(&mac, 0xff, 6);
	skb_store_bytes(skb, 0, &mac, 6, 0);
	tail_call(skb, &jumps, 7);
	return TC_ACT_SHOT;
}

__section_act_entry int act(struct __sk_buff *skb)
{
	return redirect(skb->ifindex, 0);
}

BPF_LICENSE("GPL");
