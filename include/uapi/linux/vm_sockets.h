/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <uapi/linux/vm_sockets.h>: the kernel tree's name of <linux/vm_sockets.h>, see bpf_kernel_style.h. */
#include <bpf_kernel_style.h>
#include_next <linux/vm_sockets.h>
