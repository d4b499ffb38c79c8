// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Programs in a map by its id: that map is left, the other is not. */
#include <linux/bpf.h>
#include "bpf_api.h"
#include <bpf/bpf_helpers.h>

struct bpf_elf_map __section_maps jumps = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.id = 1,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint32_t),
	.max_elem = 2,
};

struct bpf_elf_map __section_maps hits = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint32_t),
	.max_elem = 1,
};

__section_tail(1, 0)
int second(struct __sk_buff *skb)
{
	uint32_t key = 0, *hit = map_lookup_elem(&hits, &key);

	if (hit)
		*hit += 1;
	return 0;
}

__section_cls_entry
int first(struct __sk_buff *skb)
{
	tail_call(skb, &jumps, 0);
	return 0;
}

BPF_LICENSE("GPL");
