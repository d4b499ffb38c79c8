/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/mpls_iptunnel.h>: the kernel tree's name of <linux/mpls_iptunnel.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/mpls_iptunnel.h>
