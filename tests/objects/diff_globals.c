// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: global variables, static and not, initialised and not, constant.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct settings {
	__u32 a, b;
};

/* A map, so that this is an object with .maps, whatever becomes of the variables. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} values SEC(".maps");

__u64 zero;
static __u64 hidden_zero;
__u64 number = 7;
static __u32 hidden_number = 8;
__u8 bytes[100] = {1, 2, 3};
const volatile struct settings settings = {5, 6};
static const __u32 table[] = {10, 20, 30, 40, 50};

SEC("tc") int read(struct __sk_buff *skb)
{
	return number + hidden_number + zero + settings.b + bytes[skb->len & 63] +
	       table[skb->mark & 3];
}

SEC("tc") int write(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 value;

	zero++;
	hidden_zero += 2;
	hidden_number += settings.a;
	bytes[99] = number;
	value = hidden_zero;
	return bpf_map_update_elem(&values, &key, &value, 0);
}

char _license[] SEC("license") = "GPL";
