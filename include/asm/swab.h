/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <asm/swab.h>: the system's, but for BPF the compiler's own byte swaps. x86's file uses the
 * machine instruction bswap, which no BPF assembler knows; clang makes BPF_END of these.
 */
#ifndef __bpf__
#include_next <asm/swab.h>
#elif !defined(BPF_ASM_SWAB_H)
#define BPF_ASM_SWAB_H

#define __arch_swab16(x) __builtin_bswap16(x)
#define __arch_swab32(x) __builtin_bswap32(x)
#define __arch_swab64(x) __builtin_bswap64(x)

#endif
