/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/compiler.h>: likely(), __packed and the like.
 */
#ifndef __bpf__
#include_next <linux/compiler.h>
#elif !defined(BPF_LINUX_COMPILER_H)
#define BPF_LINUX_COMPILER_H

#include <bpf_kernel_style.h>

#endif
