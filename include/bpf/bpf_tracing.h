/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bpf/bpf_tracing.h>: the installed libbpf's, told which machine's registers to name, so
 * that PT_REGS_*() and BPF_KPROBE() work with -target bpf and no -D__TARGET_ARCH_xxx.
 *
 * On x86-64 it is also told to use the kernel's own register names (di, not rdi): struct
 * pt_regs has both here (see asm/ptrace.h), and CO-RE accesses, PT_REGS_PARM1_CORE() and
 * its like, find only the kernel's in the kernel's BTF.
 */
#ifndef BPF_BPF_TRACING_H
#define BPF_BPF_TRACING_H

#include <bpf/bpf_helpers.h>
#include <bpf_target_arch.h>

#if defined(__bpf__) && defined(__TARGET_ARCH_x86) && !defined(__VMLINUX_H__)
#define __VMLINUX_H__
#include_next <bpf/bpf_tracing.h>
#undef __VMLINUX_H__
#else
#include_next <bpf/bpf_tracing.h>
#endif

#endif
