/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <uapi/linux/bpf.h>: the kernel tree's name of <linux/bpf.h>, see bpf_kernel_style.h.
 *
 * For BPF programs the flow dissector's struct bpf_flow_keys has another name here: the
 * samples of Linux 4.3-4.19 (sockex2, sockex3) define a struct of that name themselves,
 * older than the kernel's, which came with 4.20. Flow dissector programs include
 * <linux/bpf.h> and are not affected.
 */
#include <bpf_kernel_style.h>
#ifdef __bpf__
#define bpf_flow_keys bpf_uapi_flow_keys
#include <linux/bpf.h>
#undef bpf_flow_keys
#else
#include <linux/bpf.h>
#endif
