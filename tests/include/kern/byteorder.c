// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The kernel's byte-order macros on a variable. x86's <asm/swab.h> would put its own machine
 * instruction into the BPF program.
 *
 * EXPECT insn be16
 * EXPECT insn be32
 * EXPECT insn be64
 */
#include <linux/types.h>
#include <asm/byteorder.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int swap(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	__u64 *wide = (void *)(long)ctx->data;

	if ((void *)(wide + 2) > data_end)
		return XDP_DROP;
	wide[1] = __be64_to_cpu(wide[0]);
	return __be16_to_cpu(ctx->rx_queue_index) + __be32_to_cpu(ctx->ingress_ifindex);
}
