/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/bpf_perf_event.h>: the kernel tree's name of <linux/bpf_perf_event.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/bpf_perf_event.h>
