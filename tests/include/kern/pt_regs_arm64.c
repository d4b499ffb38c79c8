// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * arm64 registers by the kernel's struct pt_regs and by user space's struct user_pt_regs.
 *
 * ONLY aarch64
 * EXPECT section kprobe/both
 * EXPECT insn r1 + 8
 */
#include <linux/ptrace.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("kprobe/both")
int both(struct pt_regs *ctx)
{
	return ctx->regs[1] + ctx->user_regs.regs[1] > PT_REGS_PARM2(ctx);
}
