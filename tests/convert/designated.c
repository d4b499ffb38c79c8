// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* The form of samples/bpf: members by name, one to a line, with comments. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct flow {
	__u32 from, to;
};

/* Packets by flow. */
struct bpf_map_def SEC("maps") packets = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct flow), /* both ends */
	.value_size = sizeof(__u64),
	.max_entries = 1024 /* as many as fit */,
	.map_flags = BPF_F_NO_PREALLOC
};

struct bpf_map_def SEC("maps") names =
{
	.type		= BPF_MAP_TYPE_ARRAY,
	.key_size	= sizeof(unsigned int),
	.value_size	= sizeof(char[16]),	// padded with zeros
	.max_entries	= 256,
	.map_flags	= 0,
};

SEC("socket1")
int count(struct __sk_buff *skb)
{
	struct flow flow = {1, 2};
	__u64 *value = bpf_map_lookup_elem(&packets, &flow);
	__u32 zero = 0;

	if (value)
		__sync_fetch_and_add(value, 1);
	return bpf_map_lookup_elem(&names, &zero) ? 1 : 0;
}

char _license[] SEC("license") = "GPL";
