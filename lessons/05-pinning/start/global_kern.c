// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * global: the same for tc, as a source of 2016 to 2021 has it. Assignment 4 is about it.
 */
#include <linux/pkt_cls.h>

#include "bpf_elf.h"
#include "count_packet.h"

/* Assignment 4: make this a struct bpf_elf_map that has itself pinned, for everybody to find. */
struct bpf_map_def SEC("maps") traffic = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct counter),
	.max_entries = PROTOCOLS,
};

SEC("classifier")
int count_arrivals(struct __sk_buff *skb)
{
	count_packet(&traffic, skb);
	return TC_ACT_OK; /* the packet goes its way */
}

char _license[] SEC("license") = "Dual BSD/GPL";
