// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A source that reads a kernel struct by its members cannot work without that kernel's
 * headers. It must not compile with a made-up layout, and the message must say what to do.
 *
 * EXPECT error layout differs by kernel: read it with CO-RE and vmlinux.h
 */
#include <linux/skbuff.h>
#include <uapi/linux/bpf.h>
#include "bpf_helpers.h"

SEC("kprobe/kfree_skb")
int freed(struct pt_regs *ctx)
{
	struct sk_buff *skb = (void *)PT_REGS_PARM1(ctx);
	unsigned int len = 0;

	bpf_probe_read(&len, sizeof(len), &skb->len);
	return len != 0;
}
