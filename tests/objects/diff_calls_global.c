// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: global sub-programs, which the verifier checks one by one; a hidden one,
 * which it checks with its callers; a weak one.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} values SEC(".maps");

__u64 counter;

__attribute__((noinline)) int first(struct __sk_buff *skb)
{
	counter++;
	return skb->len;
}

__attribute__((noinline)) int second(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 value = skb->mark;

	bpf_map_update_elem(&values, &key, &value, 0);
	return first(skb) + 1;
}

/* Reads through its argument: only right for what its caller passes. */
__attribute__((noinline, visibility("hidden"))) int hidden(struct __sk_buff *skb, __u64 *value)
{
	return *value + skb->len;
}

__weak __attribute__((noinline)) int weak(int number)
{
	asm volatile("" : "+r"(number));
	return number + 1;
}

SEC("tc") int calls_second(struct __sk_buff *skb)
{
	return second(skb) + weak(skb->len);
}

SEC("tc") int calls_hidden(struct __sk_buff *skb)
{
	__u64 value = skb->mark;

	return hidden(skb, &value) + first(skb);
}

char _license[] SEC("license") = "GPL";
