// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Kernel side of era_5_4_user.c, in the style of Linux 5.4: raw tracepoints, sub-programs as
 * functions of their own, XDP beside them in the same object.
 */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") switches = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 2,
};

static __attribute__((noinline)) int add(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&switches, &which);

	if (!value)
		return 0;
	__sync_fetch_and_add(value, 1);
	return 1;
}

SEC("raw_tracepoint/sched_switch")
int on_switch(void *ctx)
{
	return add(0) - 1;
}

SEC("xdp")
int on_packet(struct xdp_md *ctx)
{
	add(1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
