/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <asm/types.h>: the system's. Here only to say what is wrong when it is not found, which
 * otherwise ends in "'asm/types.h' file not found" for nearly every BPF program: with
 * -target bpf clang does not search the directory of the machine it runs on.
 */
#if __has_include_next(<asm/types.h>)
#include_next <asm/types.h>
#else
#error "asm/types.h not found: add -I/usr/include/$(uname -m)-linux-gnu to the clang command"
#endif
