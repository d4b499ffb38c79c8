// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* tc's struct, with everything in it that .maps does not have. */
#include <linux/bpf.h>
#include "bpf_api.h"
#include <bpf/bpf_helpers.h>

struct bpf_elf_map __section_maps shared = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint64_t),
	.max_elem = 4,
	.pinning = PIN_GLOBAL_NS,
};

struct bpf_elf_map __section_maps own = {
	.type		= BPF_MAP_TYPE_ARRAY,
	.id		= 7, /* for nobody */
	.size_key	= sizeof(uint32_t),
	.size_value	= sizeof(uint64_t),
	.pinning	= PIN_OBJECT_NS,
	.max_elem	= 4,
	.flags		= 0,
};

struct bpf_elf_map __section_maps plain = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint64_t),
	.max_elem = 4,
	.pinning = PIN_NONE,
	.id = 0,
};

struct bpf_elf_map __section_maps part = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint32_t),
	.max_elem = 1,
	.id = 42,
	.inner_idx = 2,
};

struct bpf_elf_map __section_maps whole = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint32_t),
	.max_elem = 3,
	.inner_id = 42,
};

__section_cls_entry
int classify(struct __sk_buff *skb)
{
	uint32_t key = 0;

	return map_lookup_elem(&shared, &key) ? 0 : -1;
}

BPF_LICENSE("GPL");
