/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* tail_calls: what the program in the kernel and the one in user space have in common. */
#ifndef TAIL_CALLS_H
#define TAIL_CALLS_H

/* What the elements of the map `packets` count. */
enum {
	COUNT_UDP,
	COUNT_TCP,
	COUNT_OTHER,	/* IPv4 packets of a protocol that no program is there for */
	COUNT_TUNNEL,	/* IPv4 headers inside of an IPv4 packet */
	COUNT_TOO_DEEP, /* packets with more headers than the kernel lets programs jump */
	COUNT_GUEST,	/* packets that the program `guest` had */
	COUNTERS
};

#endif
