/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <asm/ptrace.h>, and so <linux/ptrace.h>: the system's; for BPF with a struct pt_regs whose
 * registers have both their names.
 *
 * A kprobe program gets the kernel's struct pt_regs. Sources that were compiled in a kernel
 * tree say ctx->di, sources that were compiled with the headers for user space say
 * ctx->rdi; the place is the same.
 *
 *  - x86-64: every register by the kernel's and by the user-space name.
 *  - arm64: user space has only struct user_pt_regs; here is the part of the kernel's
 *    struct pt_regs that every kernel has: regs[31], sp, pc, pstate.
 *  - other machines: what the system's file has.
 */
#if !defined(__bpf__)
#include_next <asm/ptrace.h>
#elif !defined(BPF_ASM_PTRACE_H)
#define BPF_ASM_PTRACE_H

#if !__has_include_next(<asm/ptrace.h>)
#error "asm/ptrace.h not found: add -I/usr/include/$(uname -m)-linux-gnu to the clang command"
#endif

#include <bpf_target_arch.h>

#ifdef __TARGET_ARCH_x86
#define pt_regs bpf_uapi_pt_regs
#include_next <asm/ptrace.h>
#undef pt_regs

#define BPF_REG_TWO_NAMES(kernel, user) \
	union {                         \
		unsigned long kernel;   \
		unsigned long user;     \
	}

struct pt_regs {
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	BPF_REG_TWO_NAMES(bp, rbp);
	BPF_REG_TWO_NAMES(bx, rbx);
	unsigned long r11;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	BPF_REG_TWO_NAMES(ax, rax);
	BPF_REG_TWO_NAMES(cx, rcx);
	BPF_REG_TWO_NAMES(dx, rdx);
	BPF_REG_TWO_NAMES(si, rsi);
	BPF_REG_TWO_NAMES(di, rdi);
	BPF_REG_TWO_NAMES(orig_ax, orig_rax);
	BPF_REG_TWO_NAMES(ip, rip);
	unsigned long cs;
	BPF_REG_TWO_NAMES(flags, eflags);
	BPF_REG_TWO_NAMES(sp, rsp);
	unsigned long ss;
};

_Static_assert(sizeof(struct pt_regs) == sizeof(struct bpf_uapi_pt_regs),
	       "struct pt_regs must have the kernel's layout");
#undef BPF_REG_TWO_NAMES

#else
#include_next <asm/ptrace.h>

#ifdef __TARGET_ARCH_arm64
struct pt_regs {
	union {
		struct user_pt_regs user_regs;
		struct {
			__u64 regs[31];
			__u64 sp;
			__u64 pc;
			__u64 pstate;
		};
	};
};
#endif
#endif

#endif
