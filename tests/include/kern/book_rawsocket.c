// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of books: everything that bpf_helpers.h would give is written out, so none of these
 * headers is included: SEC(), a map definition of five fields, helpers, load_byte().
 *
 * EXPECT section maps
 * EXPECT section socket
 * EXPECT symbol by_protocol 20
 * EXPECT insn skb[23]
 * EXPECT insn call 2
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/string.h>
#include <linux/types.h>

#define SEC(NAME) __attribute__((section(NAME), used))

struct bpf_map_def {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
};

static void *(*bpf_map_lookup_elem)(struct bpf_map_def *map,
				    void *key) = (void *)BPF_FUNC_map_lookup_elem;
static int (*bpf_map_update_elem)(struct bpf_map_def *map, void *key, void *value,
				  __u64 flags) = (void *)BPF_FUNC_map_update_elem;
unsigned long long load_byte(void *skb, unsigned long long off) asm("llvm.bpf.load.byte");

struct bpf_map_def SEC("maps") by_protocol = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(int),
	.max_entries = 256,
};

SEC("socket")
int count(struct __sk_buff *skb)
{
	int protocol = load_byte(skb, ETH_HLEN + __builtin_offsetof(struct iphdr, protocol));
	int one = 1, *seen = bpf_map_lookup_elem(&by_protocol, &protocol);

	if (seen)
		one = *seen + 1;
	bpf_map_update_elem(&by_protocol, &protocol, &one, BPF_ANY);
	return 0;
}
char _license[] SEC("license") = "GPL";
