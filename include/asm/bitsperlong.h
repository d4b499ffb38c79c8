/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <asm/bitsperlong.h>: the system's, but for BPF always 64. x86's file asks __x86_64__, which
 * -target bpf does not define, and then says 32: __kernel_size_t and the structs made of
 * it would silently have another layout than the kernel's.
 */
#ifndef __bpf__
#include_next <asm/bitsperlong.h>
#elif !defined(BPF_ASM_BITSPERLONG_H)
#define BPF_ASM_BITSPERLONG_H

#define __BITS_PER_LONG 64
#include <asm-generic/bitsperlong.h>

#endif
