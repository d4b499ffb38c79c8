// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: string literals, which clang puts into .rodata.str1.1.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, char[16]);
} texts SEC(".maps");

const char greeting[] = "a constant";

SEC("tc") int print(struct __sk_buff *skb)
{
	const char *text = skb->len > 100 ? "a long packet" : "a short packet";
	const char *end = skb->mark ? "marked" : greeting;
	char copy[16] = {};
	__u32 key = 0;

	for (int i = 0; i < 6; i++)
		copy[i] = text[i] + end[i];
	bpf_map_update_elem(&texts, &key, copy, 0);
	return copy[3];
}

char _license[] SEC("license") = "GPL";
