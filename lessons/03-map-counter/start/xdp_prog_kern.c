// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_prog_kern: an XDP program that counts packets, and bytes, by what becomes of them.
 *
 * You edit this file. It compiles as it is, and counts packets only, and only those that pass.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"
#include "choose_action.h"
#include "common_kern_user.h"

/* As many records as there are actions. The key is the action. */
struct bpf_map_def SEC("maps") xdp_stats_map = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct datarec),
	.max_entries = XDP_ACTION_MAX,
};

/* Other CPUs may be adding to the same number: by this instruction, none of it is lost. */
#define lock_xadd(ptr, val) ((void)__sync_fetch_and_add(ptr, val))

/* The kernel calls this function for each packet that comes in. `ctx` tells it about the packet. */
SEC("xdp")
int xdp_stats1_func(struct xdp_md *ctx)
{
	__u32 key = XDP_PASS;
	struct datarec *rec = bpf_map_lookup_elem(&xdp_stats_map, &key);

	if (!rec)
		return XDP_ABORTED;
	lock_xadd(&rec->rx_packets, 1);

	// Assignment 1: add the bytes of the packet to rec->rx_bytes.

	// Assignment 3: ask choose_action(ctx), count under that action, and return it.
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
