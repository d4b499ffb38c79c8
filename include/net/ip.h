/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <net/ip.h>: the kernel's IPv4; here what is the same on the wire: the fragment field.
 */
#ifndef __bpf__
#include_next <net/ip.h>
#elif !defined(BPF_NET_IP_H)
#define BPF_NET_IP_H

#include <linux/ip.h>
#include <linux/skbuff.h>

#ifndef IP_CE
#define IP_CE	  0x8000
#define IP_DF	  0x4000
#define IP_MF	  0x2000
#define IP_OFFSET 0x1FFF
#endif

/* A fragment: more to come, or not the first. */
static inline bool ip_is_fragment(const struct iphdr *iph)
{
	return (iph->frag_off & htons(IP_MF | IP_OFFSET)) != 0;
}

#endif
