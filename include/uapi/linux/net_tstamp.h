/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/net_tstamp.h>: the kernel tree's name of <linux/net_tstamp.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/net_tstamp.h>
