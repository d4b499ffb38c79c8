/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * frames: Ethernet frames with headers of all kinds in each other, for dissectors to look at.
 *
 * All addresses are those of documentation (RFC 5737, RFC 3849), and the frame is for a network
 * card that nobody has: who receives one hands it to packet sockets, and its IP stack leaves it
 * alone. Lengths and IPv4 checksums are right; checksums of UDP and TCP are left out.
 */
#ifndef SAMPLES_FRAMES_H
#define SAMPLES_FRAMES_H

#include <stddef.h>

#define FRAME_LARGEST 512

struct frame {
	unsigned char bytes[FRAME_LARGEST];
	size_t size;
};

/* How many kinds there are. */
size_t frames_count(void);

/* Makes the frame of that kind, from 0: always the same one. */
void frames_build(struct frame *frame, size_t kind);

/* Makes a UDP packet from one address to another, both IPv4 or both IPv6, in text. */
void frames_udp(struct frame *frame, const char *source, const char *destination,
		size_t payload);

#endif
