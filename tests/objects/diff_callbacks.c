// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: addresses of static functions, for helpers that call them back.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} values SEC(".maps");

struct sum {
	__u64 total;
};

static __attribute__((noinline)) __u64 twice(__u64 number)
{
	asm volatile("" : "+r"(number));
	return number * 2;
}

static long add(void *map, const void *key, void *value, void *ctx)
{
	struct sum *sum = ctx;

	sum->total += twice(*(__u64 *)value);
	return 0;
}

static long count(void *map, const void *key, void *value, void *ctx)
{
	struct sum *sum = ctx;

	sum->total += 1;
	return 0;
}

SEC("tc") int add_all(struct __sk_buff *skb)
{
	struct sum sum = {};

	bpf_for_each_map_elem(&values, add, &sum, 0);
	bpf_for_each_map_elem(&values, count, &sum, 0);
	return sum.total + twice(skb->len);
}

char _license[] SEC("license") = "GPL";
