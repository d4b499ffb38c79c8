// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * atomic: an XDP program that counts packets and bytes, in one value that all CPUs add to.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"

#include "sharing.h"

struct bpf_map_def SEC("maps") shared_traffic = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct traffic),
	.max_entries = 1,
};

SEC("xdp")
int count_packets(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct traffic *traffic = bpf_map_lookup_elem(&shared_traffic, &key);

	if (!traffic)
		return XDP_PASS;
	/* Assignment 1: an addition that no other CPU can come into the middle of. */
	traffic->packets += 1;
	traffic->bytes += ctx->data_end - ctx->data;
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
