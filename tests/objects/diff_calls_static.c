// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: static sub-programs, nested, some with a map, shared by two programs.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

static __attribute__((noinline)) int leaf(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 value = skb->len;

	return bpf_map_update_elem(&second, &key, &value, 0);
}

static __attribute__((noinline)) int plain(int number)
{
	asm volatile("" : "+r"(number));
	return number * 3;
}

static __attribute__((noinline)) int branch(struct __sk_buff *skb)
{
	return leaf(skb) + plain(skb->mark);
}

SEC("tc") int calls_branch(struct __sk_buff *skb)
{
	__u32 key = 0;

	if (bpf_map_lookup_elem(&first, &key))
		return plain(skb->len);
	return branch(skb);
}

SEC("tc") int calls_leaf(struct __sk_buff *skb)
{
	return leaf(skb) + branch(skb) + leaf(skb);
}

SEC("tc") int calls_nothing(struct __sk_buff *skb)
{
	return skb->len;
}

char _license[] SEC("license") = "GPL";
