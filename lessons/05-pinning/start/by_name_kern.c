// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * by_name: the same for the tc of today, with a definition made of types. Assignment 5 is about it.
 */
#include <linux/pkt_cls.h>

#include "bpf_elf.h"
#include "count_packet.h"

/* Assignment 5: have this map pinned by its name, and make that the name of the map to share. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct counter);
	__uint(max_entries, PROTOCOLS);
} arrivals SEC(".maps");

SEC("classifier")
int count_arrivals(struct __sk_buff *skb)
{
	count_packet(&arrivals, skb);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
