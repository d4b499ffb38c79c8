// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * An object whose load takes every kind of step: pinned maps of each kind, maps of maps with
 * slots to fill, program arrays with slots to fill, global data, types for the kernel, both
 * dialects in one file. tests/unit/faults.c lets each step fail in turn.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include "bpf_helpers.h"
#include "iproute2/bpf_elf.h"

struct bpf_elf_map SEC("maps") hash = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = 4,
	.size_value = 8,
	.max_elem = 8,
	.id = 1,
	.pinning = PIN_GLOBAL_NS,
};
struct bpf_elf_map SEC("maps") array = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 4,
	.id = 2,
	.pinning = PIN_OBJECT_NS,
};
struct bpf_elf_map SEC("maps") inner = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 4,
	.id = 3,
};
struct bpf_elf_map SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 2,
	.id = 4,
	.inner_id = 3,
	.inner_idx = 1,
};
struct bpf_elf_map SEC("maps") jumps = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 4,
	.id = 5,
};
BPF_ANNOTATE_KV_PAIR(array, int, int);

struct row {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, long);
};
struct row first SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 2);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, int);
	__array(values, struct row);
} rows SEC(".maps") = {.values = {[1] = &first}};

int step = 1;
unsigned int seen;
const volatile int limit = 7;

static __attribute__((noinline)) int count(int key)
{
	long *value = bpf_map_lookup_elem(&hash, &key);

	if (value)
		__sync_fetch_and_add(value, step);
	return value != 0;
}

SEC("classifier")
int entry(struct __sk_buff *skb)
{
	void *inner = bpf_map_lookup_elem(&outer, &(int){1});

	seen++;
	if (inner)
		bpf_map_lookup_elem(inner, &(int){0});
	if (count(skb->len) > limit)
		bpf_tail_call(skb, &jumps, 0);
	return bpf_map_lookup_elem(&rows, &(int){1}) ? TC_ACT_OK : TC_ACT_SHOT;
}

SEC("5/0")
int slot_zero(struct __sk_buff *skb)
{
	return count(1);
}

SEC("5/3")
int slot_three(struct __sk_buff *skb)
{
	return bpf_map_lookup_elem(&array, &(int){0}) != 0;
}

char _license[] SEC("license") = "GPL";
