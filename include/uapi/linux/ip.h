/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/ip.h>: the kernel tree's name of <linux/ip.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/ip.h>
