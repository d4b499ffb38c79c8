/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <net/net_namespace.h>: the kernel's network namespaces. See linux/skbuff.h for their struct.
 */
#ifndef __bpf__
#include_next <net/net_namespace.h>
#elif !defined(BPF_NET_NAMESPACE_H)
#define BPF_NET_NAMESPACE_H

#include <bpf_kernel_style.h>

/* A pointer to a namespace inside a kernel struct; incomplete, for pointers to it. */
typedef struct possible_net possible_net_t;

struct net; /* layout differs by kernel: read it with CO-RE and vmlinux.h */

#endif
