// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: static and global sub-programs that call each other; their order in the
 * program is the loader's choice.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

#define SUBPROGRAM __attribute__((noinline))

static SUBPROGRAM int mark_seen(__u32 key)
{
	__u64 value = 1;

	return bpf_map_update_elem(&seen, &key, &value, 0);
}

SUBPROGRAM int middle(struct __sk_buff *skb)
{
	return mark_seen(skb->len) + 2;
}

static SUBPROGRAM int upper(struct __sk_buff *skb)
{
	return middle(skb) + mark_seen(skb->mark);
}

static SUBPROGRAM int top(struct __sk_buff *skb)
{
	return upper(skb) + mark_seen(5);
}

SEC("tc") int one(struct __sk_buff *skb)
{
	return top(skb) + middle(skb);
}

SEC("tc") int two(struct __sk_buff *skb)
{
	return mark_seen(6) + top(skb);
}

SEC("action") int three(struct __sk_buff *skb)
{
	return upper(skb);
}

char _license[] SEC("license") = "GPL";
