// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * broken: counts packets by their length. The verifier refuses it.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"

/* Element N is for packets of N bytes; what is longer is not counted. */
struct bpf_map_def SEC("maps") lengths = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1024,
};

/* Assignment 3: have your loader show why it is refused, and mend it. */
SEC("socket")
int count_lengths(struct __sk_buff *skb)
{
	__u32 length = skb->len;
	__u64 *counter = bpf_map_lookup_elem(&lengths, &length);

	__sync_fetch_and_add(counter, 1);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
