// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: XDP programs of every section.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

static __always_inline int count(__u32 key)
{
	__u64 *value = bpf_map_lookup_elem(&packets, &key);

	if (value)
		*value += 1;
	return XDP_PASS;
}

SEC("xdp") int plain(struct xdp_md *ctx)
{
	return count(0);
}

SEC("xdp.frags") int frags(struct xdp_md *ctx)
{
	return count(1);
}

SEC("xdp/devmap") int of_devmap(struct xdp_md *ctx)
{
	return count(ctx->egress_ifindex);
}

SEC("xdp/cpumap") int of_cpumap(struct xdp_md *ctx)
{
	return count(1);
}

char _license[] SEC("license") = "GPL";
