/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <net/ip_fib.h>: the kernel's routing tables, included by XDP routers for bpf_fib_lookup(),
 * whose parameters are in <linux/bpf.h>.
 */
#ifndef __bpf__
#include_next <net/ip_fib.h>
#elif !defined(BPF_NET_IP_FIB_H)
#define BPF_NET_IP_FIB_H

#include <linux/skbuff.h>

#endif
