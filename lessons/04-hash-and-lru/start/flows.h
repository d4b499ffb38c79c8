/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * flows: the layout of a key that the program in the kernel and flows_user share.
 */
#ifndef LESSON_FLOWS_H
#define LESSON_FLOWS_H

#include <linux/types.h>

/* A flow: the packets from one host to one port of another. */
struct flow {
	__u32 source; /* IPv4 addresses, byte for byte as they stand in the packet */
	__u32 destination;
	__u16 port; /* of the destination, a number; 0 for protocols without ports */
	__u8 protocol;
};

#endif
