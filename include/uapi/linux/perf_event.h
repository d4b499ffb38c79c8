/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/perf_event.h>: the kernel tree's name of <linux/perf_event.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/perf_event.h>
