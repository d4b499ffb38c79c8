// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Code that names the struct. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 2,
};

static __attribute__((always_inline)) void add(struct bpf_map_def *map, __u32 key)
{
	__u64 *value = bpf_map_lookup_elem(map, &key);

	if (value)
		*value += 1;
}

SEC("socket1")
int count(struct __sk_buff *skb)
{
	add(&counts, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
