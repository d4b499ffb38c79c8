// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* sample: three maps in the definitions that tc has, of nine words. Only four or five are set. */
#include <linux/bpf.h>

#include "bpf_elf.h"
#include "bpf_helpers.h"

struct bpf_elf_map SEC("maps") sizes = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u64),
	.max_elem = 2048,
};

static struct bpf_elf_map SEC("maps") last = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 1,
};

struct bpf_elf_map SEC("maps") marks = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u64),
	.max_elem = 100,
	.flags = BPF_F_NO_PREALLOC,
};

static __always_inline void add_1(void *map, __u32 key)
{
	__u64 *counter = bpf_map_lookup_elem(map, &key);

	if (counter)
		__sync_fetch_and_add(counter, 1);
}

SEC("classifier")
int count(struct __sk_buff *skb)
{
	__u32 index = 0, length = skb->len;

	add_1(&sizes, skb->len);
	add_1(&marks, skb->mark);
	bpf_map_update_elem(&last, &index, &length, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
