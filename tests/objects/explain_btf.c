// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_btf: SEC(".maps") with types of key and value, a map of maps with a template and an
 * inner map in a slot, and a pin by name. For bpfload's tests.
 */
#include <linux/bpf.h>
#include <bpf_helpers.h>

struct pair {
	__u32 first, second;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct pair);
	__type(value, __u64[2]);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_COMMON_LRU);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} pairs SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, int);
	__uint(max_entries, 5);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 4);
	__array(values, struct inner);
} outer SEC(".maps") = {
	.values = {[1] = &inner},
};

SEC("xdp")
int look(struct xdp_md *ctx)
{
	struct pair pair = {.first = ctx->ingress_ifindex};
	__u32 key = 1;
	void *map = bpf_map_lookup_elem(&outer, &key);

	if (map && bpf_map_lookup_elem(map, &key))
		pair.second = 1;
	return bpf_map_lookup_elem(&pairs, &pair) ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
