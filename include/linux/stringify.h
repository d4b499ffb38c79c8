/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/stringify.h>: __stringify().
 */
#ifndef __bpf__
#include_next <linux/stringify.h>
#elif !defined(BPF_LINUX_STRINGIFY_H)
#define BPF_LINUX_STRINGIFY_H

#include <bpf_kernel_style.h>

#endif
