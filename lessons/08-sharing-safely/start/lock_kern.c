// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lock: an XDP program that lets packets pass as long as a budget lasts, on all CPUs together.
 */
#include <linux/bpf.h>

#include "bpf_annotate.h"
#include "bpf_helpers.h"

#include "sharing.h"

/* Assignment 3: the kernel has to know the type of the value, since there is a lock in it. */
struct bpf_map_def SEC("maps") shared_budget = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct budget),
	.max_entries = 1,
};

SEC("xdp")
int limit_packets(struct xdp_md *ctx)
{
	__u32 class = (ctx->data_end - ctx->data) / 128 % SIZES;
	__u32 key = 0;
	struct budget *budget = bpf_map_lookup_elem(&shared_budget, &key);
	int verdict = XDP_DROP;

	if (!budget)
		return XDP_DROP;
	/* Assignment 3: from the look at what is left to the last change, only one CPU at a time. */
	if (budget->left > 0) {
		budget->left -= 1;
		budget->passed[class] += 1;
		verdict = XDP_PASS;
	}
	return verdict;
}

char _license[] SEC("license") = "Dual BSD/GPL";
