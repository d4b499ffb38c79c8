/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bits/wordsize.h>, by which glibc learns how wide long and pointers are: 64 bits for BPF.
 * x86's file asks __x86_64__, which -target bpf does not define, and then says 32: uintptr_t
 * would lose the upper half of a pointer without a word.
 */
#ifdef __bpf__
#undef __WORDSIZE
#define __WORDSIZE		   64
#define __WORDSIZE_TIME64_COMPAT32 1
#define __SYSCALL_WORDSIZE	   64
#else
#include_next <bits/wordsize.h>
#endif
