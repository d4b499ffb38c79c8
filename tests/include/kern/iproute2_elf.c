// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of tc programs that took only bpf_elf.h from iproute2 and declared the few
 * helpers they call with a BPF_FUNC() macro of their own.
 *
 * EXPECT section maps
 * EXPECT section ingress
 * EXPECT symbol accounts 36
 * EXPECT section .maps.accounts
 * EXPECT insn call 1
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdint.h>
#include <iproute2/bpf_elf.h>

#ifndef __section
#define __section(NAME) __attribute__((section(NAME), used))
#endif
#ifndef BPF_FUNC
#define BPF_FUNC(NAME, ...) (*NAME)(__VA_ARGS__) = (void *)BPF_FUNC_##NAME
#endif

static void *BPF_FUNC(map_lookup_elem, void *map, const void *key);

struct bpf_elf_map accounts __section(ELF_SECTION_MAPS) = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(uint32_t),
	.size_value = sizeof(uint64_t),
	.pinning = PIN_NONE,
	.max_elem = 2,
};
BPF_ANNOTATE_KV_PAIR(accounts, uint32_t, uint64_t);

__section("ingress") int count_in(struct __sk_buff *skb)
{
	uint32_t direction = 1;
	uint64_t *bytes = map_lookup_elem(&accounts, &direction);

	if (bytes)
		__sync_fetch_and_add(bytes, skb->len);
	return TC_ACT_OK;
}
char ____license[] __section(ELF_SECTION_LICENSE) = "GPL";
