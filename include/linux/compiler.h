/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/compiler.h>: likely(), __packed and the like. For user programs, what the header of
 * tools/include had and no system has: programs of samples/bpf (hbm.c) were built with it.
 */
#ifndef __bpf__
#if __has_include_next(<linux/compiler.h>)
#include_next <linux/compiler.h>
#endif
#ifndef __fallthrough
#define __fallthrough __attribute__((fallthrough))
#endif
#elif !defined(BPF_LINUX_COMPILER_H)
#define BPF_LINUX_COMPILER_H

#include <bpf_kernel_style.h>

#endif
