// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * percpu: an XDP program that counts packets and bytes, and keeps the size of the largest packet.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"

#include "sharing.h"

/* Assignment 2: a value for each CPU. */
struct bpf_map_def SEC("maps") cpu_traffic = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct traffic),
	.max_entries = 1,
};

SEC("xdp")
int measure_packets(struct xdp_md *ctx)
{
	__u64 size = ctx->data_end - ctx->data;
	__u32 key = 0;
	struct traffic *traffic = bpf_map_lookup_elem(&cpu_traffic, &key);

	if (!traffic)
		return XDP_PASS;
	traffic->packets += 1;
	traffic->bytes += size;
	/* Assignment 2: keep the size of the largest packet. */
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
