/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/unistd.h>: the kernel tree's name of <linux/unistd.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/unistd.h>
