// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * frames: builds frames. See frames.h.
 *
 * From the inside out: a header has the length of what it carries, so that comes first, at the
 * end of the room, and each header is put in front of what is there.
 */
#include "frames.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define GRE_WITH_KEY 0x2000
#define LABELS	     40 /* more than there can be tail calls */

/* ---- headers ---- */

/* Puts `size` bytes in front. The frame is at the end of .bytes until it is complete. */
static void push(struct frame *frame, const void *bytes, size_t size)
{
	frame->size += size;
	memcpy(frame->bytes + FRAME_LARGEST - frame->size, bytes, size);
}

static void push16(struct frame *frame, unsigned int value)
{
	const uint16_t half = htons((uint16_t)value);

	push(frame, &half, sizeof(half));
}

static void push_payload(struct frame *frame, size_t size)
{
	const unsigned char zero[FRAME_LARGEST] = {0};

	push(frame, zero, size);
}

static void push_udp(struct frame *frame, unsigned int source, unsigned int destination)
{
	const struct udphdr header = {
		.source = htons((uint16_t)source),
		.dest = htons((uint16_t)destination),
		.len = htons((uint16_t)(frame->size + sizeof(header))),
	};

	push(frame, &header, sizeof(header));
}

static void push_tcp(struct frame *frame, unsigned int source, unsigned int destination)
{
	const struct tcphdr header = {
		.source = htons((uint16_t)source),
		.dest = htons((uint16_t)destination),
		.doff = sizeof(header) / 4,
		.ack = 1,
	};

	push(frame, &header, sizeof(header));
}

static uint16_t checksum(const void *header, size_t size)
{
	const unsigned char *bytes = header;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static void push_ipv4(struct frame *frame, unsigned int protocol, const char *source,
		      const char *destination)
{
	struct iphdr header = {
		.version = 4,
		.ihl = sizeof(header) / 4,
		.ttl = 64,
		.protocol = (uint8_t)protocol,
		.tot_len = htons((uint16_t)(frame->size + sizeof(header))),
	};

	inet_pton(AF_INET, source, &header.saddr);
	inet_pton(AF_INET, destination, &header.daddr);
	header.check = checksum(&header, sizeof(header));
	push(frame, &header, sizeof(header));
}

static void push_ipv6(struct frame *frame, unsigned int next, const char *source,
		      const char *destination)
{
	struct ip6_hdr header = {
		.ip6_flow = htonl(6U << 28),
		.ip6_plen = htons((uint16_t)frame->size),
		.ip6_nxt = (uint8_t)next,
		.ip6_hlim = 64,
	};

	inet_pton(AF_INET6, source, &header.ip6_src);
	inet_pton(AF_INET6, destination, &header.ip6_dst);
	push(frame, &header, sizeof(header));
}

/* Hop-by-hop or destination options: eight bytes with nothing but padding. */
static void push_options(struct frame *frame, unsigned int next)
{
	const unsigned char header[8] = {(unsigned char)next, 0, IP6OPT_PADN, 4};

	push(frame, header, sizeof(header));
}

static void push_gre(struct frame *frame, unsigned int type)
{
	const uint32_t key = htonl(7);

	push(frame, &key, sizeof(key));
	push16(frame, type);
	push16(frame, GRE_WITH_KEY);
}

static void push_label(struct frame *frame, unsigned int label, bool last)
{
	const uint32_t entry = htonl(label << 12 | (last ? 1U << 8 : 0) | 64);

	push(frame, &entry, sizeof(entry));
}

/* What stands in front of what has an EtherType: the tag, or the rest of the Ethernet header. */
static void push_tag(struct frame *frame, unsigned int vlan, unsigned int type)
{
	push16(frame, type);
	push16(frame, vlan);
}

static void push_ethernet(struct frame *frame, unsigned int type)
{
	const unsigned char addresses[2 * ETH_ALEN] = {2, 0, 0, 0, 0, 0xff,
						       2, 0, 0, 0, 0, 0xfe};

	push16(frame, type);
	push(frame, addresses, sizeof(addresses));
}

/* ---- kinds ---- */

static void plain_ipv4(struct frame *frame)
{
	push_payload(frame, 100);
	push_udp(frame, 40000, 53);
	push_ipv4(frame, IPPROTO_UDP, "192.0.2.10", "198.51.100.1");
	push_ethernet(frame, ETH_P_IP);
}

static void plain_ipv6(struct frame *frame)
{
	push_payload(frame, 200);
	push_tcp(frame, 40001, 443);
	push_ipv6(frame, IPPROTO_TCP, "2001:db8::10", "2001:db8:1::1");
	push_ethernet(frame, ETH_P_IPV6);
}

static void tagged(struct frame *frame)
{
	push_payload(frame, 150);
	push_tcp(frame, 40002, 80);
	push_ipv4(frame, IPPROTO_TCP, "192.0.2.11", "198.51.100.2");
	push_tag(frame, 5, ETH_P_IP);
	push_ethernet(frame, ETH_P_8021Q);
}

static void tagged_twice(struct frame *frame)
{
	push_payload(frame, 80);
	push_udp(frame, 40003, 123);
	push_ipv6(frame, IPPROTO_UDP, "2001:db8::11", "2001:db8:1::2");
	push_tag(frame, 6, ETH_P_IPV6);
	push_tag(frame, 100, ETH_P_8021Q);
	push_ethernet(frame, ETH_P_8021AD);
}

static void labelled(struct frame *frame)
{
	push_payload(frame, 120);
	push_udp(frame, 40004, 4789);
	push_ipv4(frame, IPPROTO_UDP, "192.0.2.12", "198.51.100.3");
	push_label(frame, 17, true);
	push_label(frame, 16, false);
	push_ethernet(frame, ETH_P_MPLS_UC);
}

static void gre(struct frame *frame)
{
	push_payload(frame, 90);
	push_tcp(frame, 40005, 22);
	push_ipv4(frame, IPPROTO_TCP, "192.0.2.13", "198.51.100.4");
	push_gre(frame, ETH_P_IP);
	push_ipv4(frame, IPPROTO_GRE, "203.0.113.1", "203.0.113.2");
	push_ethernet(frame, ETH_P_IP);
}

static void ip_in_ip(struct frame *frame)
{
	push_payload(frame, 64);
	push_ipv4(frame, IPPROTO_ICMP, "192.0.2.14", "198.51.100.5");
	push_ipv4(frame, IPPROTO_IPIP, "203.0.113.1", "203.0.113.2");
	push_ethernet(frame, ETH_P_IP);
}

static void ipv6_in_ip(struct frame *frame)
{
	push_payload(frame, 70);
	push_udp(frame, 40006, 5353);
	push_ipv6(frame, IPPROTO_UDP, "2001:db8::12", "2001:db8:1::3");
	push_ipv4(frame, IPPROTO_IPV6, "203.0.113.1", "203.0.113.2");
	push_ethernet(frame, ETH_P_IP);
}

static void extended(struct frame *frame)
{
	push_payload(frame, 60);
	push_udp(frame, 40007, 500);
	push_options(frame, IPPROTO_UDP);
	push_options(frame, IPPROTO_DSTOPTS);
	push_ipv6(frame, IPPROTO_HOPOPTS, "2001:db8::13", "2001:db8:1::4");
	push_ethernet(frame, ETH_P_IPV6);
}

/* All at once. */
static void nested(struct frame *frame)
{
	push_payload(frame, 50);
	push_udp(frame, 40008, 7);
	push_options(frame, IPPROTO_UDP);
	push_ipv6(frame, IPPROTO_DSTOPTS, "2001:db8::14", "2001:db8:1::5");
	push_gre(frame, ETH_P_IPV6);
	push_ipv4(frame, IPPROTO_GRE, "203.0.113.1", "203.0.113.2");
	push_label(frame, 18, true);
	push_tag(frame, 7, ETH_P_MPLS_UC);
	push_ethernet(frame, ETH_P_8021Q);
}

static void too_deep(struct frame *frame)
{
	push_payload(frame, 50);
	push_udp(frame, 40009, 9);
	push_ipv4(frame, IPPROTO_UDP, "192.0.2.15", "198.51.100.6");
	for (unsigned int i = 0; i < LABELS; i++)
		push_label(frame, 20, !i);
	push_ethernet(frame, ETH_P_MPLS_UC);
}

/* Ends within the TCP header that the IP header announces. */
static void cut_off(struct frame *frame)
{
	push_payload(frame, 2);
	push_ipv4(frame, IPPROTO_TCP, "192.0.2.16", "198.51.100.7");
	push_ethernet(frame, ETH_P_IP);
}

static void no_ip(struct frame *frame)
{
	push_payload(frame, 28);
	push_ethernet(frame, ETH_P_ARP);
}

static void (*const kinds[])(struct frame *frame) = {
	plain_ipv4, plain_ipv6, tagged, tagged_twice, labelled, gre,   ip_in_ip,
	ipv6_in_ip, extended,	nested, too_deep,     cut_off,	no_ip,
};

size_t frames_count(void)
{
	return sizeof(kinds) / sizeof(kinds[0]);
}

static void move_to_front(struct frame *frame)
{
	memmove(frame->bytes, frame->bytes + FRAME_LARGEST - frame->size, frame->size);
}

void frames_build(struct frame *frame, size_t kind)
{
	frame->size = 0;
	kinds[kind](frame);
	move_to_front(frame);
}

void frames_udp(struct frame *frame, const char *source, const char *destination,
		size_t payload)
{
	frame->size = 0;
	push_payload(frame, payload);
	push_udp(frame, 40000, 9);
	if (strchr(destination, ':')) {
		push_ipv6(frame, IPPROTO_UDP, source, destination);
		push_ethernet(frame, ETH_P_IPV6);
	} else {
		push_ipv4(frame, IPPROTO_UDP, source, destination);
		push_ethernet(frame, ETH_P_IP);
	}
	move_to_front(frame);
}
