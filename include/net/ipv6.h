/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <net/ipv6.h>: the kernel's IPv6; here what is the same on the wire: the numbers of the
 * next header.
 */
#ifndef __bpf__
#include_next <net/ipv6.h>
#elif !defined(BPF_NET_IPV6_H)
#define BPF_NET_IPV6_H

#include <linux/skbuff.h>
#include <linux/ipv6.h>

#define NEXTHDR_HOP	 0
#define NEXTHDR_TCP	 6
#define NEXTHDR_UDP	 17
#define NEXTHDR_IPV6	 41
#define NEXTHDR_ROUTING	 43
#define NEXTHDR_FRAGMENT 44
#define NEXTHDR_GRE	 47
#define NEXTHDR_ESP	 50
#define NEXTHDR_AUTH	 51
#define NEXTHDR_ICMP	 58
#define NEXTHDR_NONE	 59
#define NEXTHDR_DEST	 60
#define NEXTHDR_SCTP	 132
#define NEXTHDR_MOBILITY 135

#endif
