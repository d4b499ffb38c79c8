/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * xsk_count: what its two halves agree on, the elements of the array.
 */
#ifndef SAMPLES_XSK_COUNT_H
#define SAMPLES_XSK_COUNT_H

#include <linux/types.h>

enum {
	TO_SOCKET, /* packets that went to an AF_XDP socket */
	NO_SOCKET, /* UDP, but the packet's queue has no socket: passed */
	NO_UDP,	   /* passed */
	FATES,
};

struct xsk_count_value {
	__u64 packets;
	__u64 bytes; /* of whole Ethernet frames */
};

/* Queues of an interface, at most. */
#define QUEUES 64

#endif
