/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The machine whose registers a kprobe program reads, as libbpf's bpf_tracing.h wants to be
 * told: one of __TARGET_ARCH_x86, _arm64, ...
 *
 * With -target bpf the compiler no longer says which machine it runs on. The directory of
 * <asm/...> on the command line does: each file tested here exists for one machine only. A
 * -D__TARGET_ARCH_xxx on the command line wins. Nothing is defined when nothing is found;
 * PT_REGS_*() then stop the compiler with their own message.
 */
#ifndef BPF_TARGET_ARCH_H
#define BPF_TARGET_ARCH_H

#if defined(__TARGET_ARCH_x86) || defined(__TARGET_ARCH_arm64) ||        \
	defined(__TARGET_ARCH_s390) || defined(__TARGET_ARCH_arm) ||     \
	defined(__TARGET_ARCH_mips) || defined(__TARGET_ARCH_powerpc) || \
	defined(__TARGET_ARCH_sparc) || defined(__TARGET_ARCH_riscv) ||  \
	defined(__TARGET_ARCH_arc) || defined(__TARGET_ARCH_loongarch)
/* The command line has decided. */
#elif !defined(__bpf__)
/* A native compiler: libbpf asks it. */
#elif __has_include(<asm/ptrace-abi.h>)
#define __TARGET_ARCH_x86 1
#elif __has_include(<asm/sve_context.h>)
#define __TARGET_ARCH_arm64 1
#elif __has_include(<asm/chsc.h>)
#define __TARGET_ARCH_s390 1
#elif __has_include(<asm/unistd-oabi.h>)
#define __TARGET_ARCH_arm 1
#elif __has_include(<asm/ps3fb.h>)
#define __TARGET_ARCH_powerpc 1
#elif __has_include(<asm/sgidefs.h>)
#define __TARGET_ARCH_mips 1
#elif __has_include(<asm/psrcompat.h>)
#define __TARGET_ARCH_sparc 1
#elif __has_include(<asm/hwprobe.h>)
#define __TARGET_ARCH_riscv 1
#elif __has_include(<asm/break.h>)
#define __TARGET_ARCH_loongarch 1
#endif

#endif
