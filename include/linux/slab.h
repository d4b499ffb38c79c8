/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/slab.h>: the kernel's allocator, which a BPF program cannot call. Sources that include
 * it (xdp_router_ipv4) want the basic types.
 */
#ifndef __bpf__
#include_next <linux/slab.h>
#elif !defined(BPF_LINUX_SLAB_H)
#define BPF_LINUX_SLAB_H

#include <bpf_kernel_style.h>

#endif
