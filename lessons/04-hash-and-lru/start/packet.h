/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * packet.h: where the port stands in an IPv4 packet. For programs in the kernel.
 */
#ifndef LESSON_PACKET_H
#define LESSON_PACKET_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stddef.h>

#include "bpf_helpers.h"

#define FRAGMENT_OFFSET 0x1fff /* the bits of frag_off that say where a fragment belongs */

/*
 * The port to which a packet goes, as a number. 0 for what has none: other protocols than TCP and
 * UDP, and all fragments of a packet but the first.
 *
 * TCP and UDP have it in the same place behind the IP header, which is 20 bytes long, or more.
 */
static __always_inline __u16 destination_port(struct __sk_buff *skb, __u8 protocol)
{
	__u32 header_size = 4 * (load_byte(skb, ETH_HLEN) & 0xf);

	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
		return 0;
	if (load_half(skb, ETH_HLEN + offsetof(struct iphdr, frag_off)) & FRAGMENT_OFFSET)
		return 0;
	return load_half(skb, ETH_HLEN + header_size + offsetof(struct udphdr, dest));
}

#endif
