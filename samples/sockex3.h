/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * sockex3: what its two sides share: the flows, how a frame can end, and the slots of the parsers.
 */
#ifndef SAMPLES_SOCKEX3_H
#define SAMPLES_SOCKEX3_H

#include <linux/types.h>

/* Key of the hash: 40 bytes without a gap, see sockex2.h. What a packet does not have is 0. */
struct flow {
	__u32 source[4], destination[4]; /* in network order; IPv4 uses the first word */
	__u16 ports[2];			 /* source, destination; in network order */
	__u16 through;			 /* THROUGH_… */
	__u8 version;			 /* 4 or 6 */
	__u8 protocol;			 /* what the innermost IP packet carries */
};

/* What was around the innermost IP packet. */
enum {
	THROUGH_VLAN = 1 << 0,
	THROUGH_QINQ = 1 << 1, /* a second tag, or more */
	THROUGH_MPLS = 1 << 2,
	THROUGH_GRE = 1 << 3,
	THROUGH_IPV4 = 1 << 4, /* IPv4 in another IP packet */
	THROUGH_IPV6 = 1 << 5, /* IPv6 in another IP packet */
};
#define THROUGH_COUNT 6

struct traffic {
	__u64 packets;
	__u64 bytes; /* of Ethernet frames, with all their VLAN tags */
};

/* Slots of the PROG_ARRAY, a parser each. Macros, as they become part of section names. */
#define PARSE_VLAN	0 /* one tag */
#define PARSE_MPLS	1 /* one label */
#define PARSE_IPV4	2
#define PARSE_IPV6	3
#define PARSE_EXTENSION 4 /* one extension header of IPv6, or an authentication header */
#define PARSE_GRE	5
#define PARSE_PORTS	6 /* the end: ports if there are some, and the count */
#define PARSERS		7

/* The kernel lets one packet go through so many tail calls. */
#define TAIL_CALLS 33

/* How a frame ended: indexes of the array `frames`. */
enum {
	FRAME_COUNTED,	  /* in the hash of flows */
	FRAME_NOT_IP,	  /* ARP and others */
	FRAME_TRUNCATED,  /* ends inside of a header */
	FRAME_MALFORMED,  /* a version or length that cannot be */
	FRAME_TOO_DEEP,	  /* a tail call more than TAIL_CALLS */
	FRAME_NO_PARSER,  /* a tail call to an empty slot */
	FRAME_FLOWS_FULL, /* no room for another flow */
	FRAME_NO_FLOW,	  /* the kernel could not insert the flow for another reason */
	FRAME_ENDS,
};

#endif
