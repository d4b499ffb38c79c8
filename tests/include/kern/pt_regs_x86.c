// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * x86-64 registers by the kernel's names and by those of user space: the same places.
 *
 * ONLY x86_64
 * EXPECT section kprobe/both
 * EXPECT insn r1 + 112
 * EXPECT insn r1 + 104
 */
#include <linux/ptrace.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define SAME_PLACE(a, b)                                              \
	_Static_assert(__builtin_offsetof(struct pt_regs, a) ==       \
			       __builtin_offsetof(struct pt_regs, b), \
		       #a " and " #b " are one register")
SAME_PLACE(di, rdi);
SAME_PLACE(si, rsi);
SAME_PLACE(dx, rdx);
SAME_PLACE(cx, rcx);
SAME_PLACE(ax, rax);
SAME_PLACE(bx, rbx);
SAME_PLACE(bp, rbp);
SAME_PLACE(sp, rsp);
SAME_PLACE(ip, rip);
SAME_PLACE(flags, eflags);
SAME_PLACE(orig_ax, orig_rax);

SEC("kprobe/both")
int both(struct pt_regs *ctx)
{
	return ctx->di == PT_REGS_PARM1(ctx) && ctx->rdi + ctx->rsi > ctx->si + 1;
}
