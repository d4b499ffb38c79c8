/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/rtnetlink.h>: the kernel tree's name of <linux/rtnetlink.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/rtnetlink.h>
