// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: arrays of programs with initial values, jumps by constant and by
 * variable, from a sub-program too.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int target_one(struct __sk_buff *skb);
int target_two(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, int(struct __sk_buff *));
} filled SEC(".maps") = {
	.values = {[1] = &target_one, [2] = &target_two},
};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
} empty SEC(".maps");

static __attribute__((noinline)) int jump(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &empty, 1);
	return 3;
}

SEC("tc") int by_constant(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &filled, 1);
	return 0;
}

SEC("tc") int by_variable(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &filled, skb->mark);
	return jump(skb);
}

SEC("tc") int target_one(struct __sk_buff *skb)
{
	return 11;
}

SEC("tc") int target_two(struct __sk_buff *skb)
{
	return 22;
}

char _license[] SEC("license") = "GPL";
