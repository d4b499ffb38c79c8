// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_iproute2: iproute2's 36-byte struct with all that it can say: a map pinned for
 * everybody, a map of maps whose inner map has an id and a slot, a tail call by id and key.
 * For bpfload's tests.
 */
#include <linux/bpf.h>
#include <bpf_helpers.h>
#include <bpf_elf.h>

struct bpf_elf_map SEC("maps") shared = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 8,
	.max_elem = 16,
	.pinning = PIN_GLOBAL_NS,
};

struct bpf_elf_map SEC("maps") part = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 8,
	.id = 42,
	.inner_idx = 2,
};

struct bpf_elf_map SEC("maps") whole = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 4,
	.inner_id = 42,
};

struct bpf_elf_map SEC("maps") jumps = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 8,
	.id = 7,
};

SEC("7/3")
int classify_more(struct __sk_buff *skb)
{
	return skb->len > 1000;
}

SEC("classifier")
int classify(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *bytes = bpf_map_lookup_elem(&shared, &key);

	if (bytes)
		__sync_fetch_and_add(bytes, skb->len);
	bpf_tail_call(skb, &jumps, 3);
	return 0;
}

char _license[] SEC("license") = "GPL";
