/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/ipv6.h>: the system's; for a source in kernel style also the transport headers, which
 * the kernel's file includes.
 */
#ifndef __bpf__
#include_next <linux/ipv6.h>
#elif !defined(BPF_LINUX_IPV6_H)
#define BPF_LINUX_IPV6_H

#include_next <linux/ipv6.h>

#ifdef BPF_KERNEL_STYLE_H
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#endif

#endif
