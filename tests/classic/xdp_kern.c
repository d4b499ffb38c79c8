// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Kernel side of the xdp_*_user.c programs: drops and counts frames of one EtherType, which
 * nothing but these tests sends (0x88b5, "local experimental").
 */
#define KBUILD_MODNAME "xdp"
#include <uapi/linux/bpf.h>
#include <linux/if_ether.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") dropped = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(long),
	.max_entries = 1,
};

SEC("xdp1")
int drop_experimental(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	void *data = (void *)(long)ctx->data;
	struct ethhdr *eth = data;
	u32 key = 0;
	long *value;

	if (data + sizeof(*eth) > data_end || eth->h_proto != htons(0x88b5))
		return XDP_PASS;
	value = bpf_map_lookup_elem(&dropped, &key);
	if (value)
		*value += 1;
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
