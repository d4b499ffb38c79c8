/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * xdp_packet: the headers of a packet, for programs that read its bytes by pointers.
 *
 * XDP programs and tc classifiers get two addresses, where the packet begins and where it ends.
 * What lies between may be read (and written) like memory, but the verifier wants to see proof
 * that it does lie between: a comparison with `end`, in the same program, before the access.
 * Take one of the tests below out and it says "invalid access to packet".
 *
 * Each function returns the address of a header that lies in the packet as a whole, or NULL. All
 * are part of the program that calls them: a function of its own could not be proven so easily.
 */
#ifndef SAMPLES_XDP_PACKET_H
#define SAMPLES_XDP_PACKET_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include "bpf_endian.h"

struct packet {
	void *begin, *end;
};

/* The context's fields have 32 bits; the verifier knows what they are and makes them pointers. */
#define PACKET(ctx)                                                      \
	{                                                                \
		(void *)(long)(ctx)->data, (void *)(long)(ctx)->data_end \
	}

static __always_inline struct ethhdr *packet_ethernet(const struct packet *packet)
{
	struct ethhdr *ethernet = packet->begin;

	return (void *)(ethernet + 1) <= packet->end ? ethernet : NULL;
}

static __always_inline struct iphdr *packet_ipv4(const struct packet *packet)
{
	struct ethhdr *ethernet = packet_ethernet(packet);
	struct iphdr *ip;

	/* What is in a packet has the network's byte order, most significant byte first. */
	if (!ethernet || ethernet->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	ip = (void *)(ethernet + 1);
	return (void *)(ip + 1) <= packet->end ? ip : NULL;
}

/*
 * UDP over IPv4, in the first or only fragment (later ones have no UDP header). An IPv4 header is
 * 20 to 60 bytes long; the sender says how long, so the sum needs its own test.
 */
static __always_inline struct udphdr *packet_udp(const struct packet *packet)
{
	struct iphdr *ip = packet_ipv4(packet);
	struct udphdr *udp;

	if (!ip || ip->protocol != IPPROTO_UDP || ip->frag_off & bpf_htons(0x1fff))
		return NULL;
	udp = (void *)ip + ip->ihl * 4;
	return (void *)(udp + 1) <= packet->end ? udp : NULL;
}

#endif
