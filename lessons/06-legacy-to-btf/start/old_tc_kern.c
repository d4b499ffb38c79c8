// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * old_tc: a tc classifier that counts packets in a map which other objects share by its pin.
 *
 * The program is complete, and stays as it is. Its map is defined as tc wanted it until libbpf
 * was built into tc.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include "bpf_elf.h"
#include "bpf_helpers.h"

/* Assignment 5: rewrite this for SEC(".maps"). The pin has to be where it was. */
/* Packets by mark, of all interfaces to which an object with this map is attached. */
struct bpf_elf_map SEC("maps") packets_by_mark = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u64),
	.max_elem = 64,
	.flags = BPF_F_NO_PREALLOC,
	.id = 7,
	.pinning = PIN_GLOBAL_NS,
};

SEC("classifier")
int count_mark(struct __sk_buff *skb)
{
	const __u64 none = 0;
	__u32 mark = skb->mark;
	__u64 *packets = bpf_map_lookup_elem(&packets_by_mark, &mark);

	if (!packets) {
		bpf_map_update_elem(&packets_by_mark, &mark, &none, BPF_NOEXIST);
		packets = bpf_map_lookup_elem(&packets_by_mark, &mark);
	}
	if (packets)
		__sync_fetch_and_add(packets, 1);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
