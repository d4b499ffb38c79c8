/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * xsk_socket: an AF_XDP socket that receives: packets in memory that kernel and program share.
 *
 * The memory (the UMEM) is cut into frames of equal size. Two rings go with it, in shared memory as
 * well, and in each one side writes and the other reads:
 *
 *     fill      program -> kernel: this frame is free, put a packet into it
 *     rx        kernel -> program: this frame has a packet, of that length
 *
 * So a frame goes round: fill, packet, rx, read, fill. (Two more rings, tx and completion, are for
 * sending.) What comes to the socket is up to an XDP program, which redirects packets of the
 * socket's interface and queue to it through an XSKMAP.
 *
 * Written by hand, on system calls: libxdp has the same, and a loader of its own with it.
 *
 * Rules: copy mode, the kernel copies packets into the frames, so every interface will do. One
 * thread. A packet is the caller's until the callback returns.
 */
#ifndef SAMPLES_XSK_SOCKET_H
#define SAMPLES_XSK_SOCKET_H

#include "sample.h"

#define XSK_FRAMES     256  /* also the length of the rings: a power of 2 */
#define XSK_FRAME_SIZE 4096 /* bytes; the longest packet, less some room before it */

/*
 * A ring. Both indices only ever grow (and wrap at 2^32): the element is index & (XSK_FRAMES - 1).
 * From consumer to producer - 1 it is full; each side moves its own index only.
 */
struct xsk_ring {
	__u32 *producer, *consumer;
	void *elements;
	void *map; /* the mapping that holds all of these */
	size_t size;
};

struct xsk_socket {
	int fd;
	unsigned char *umem;
	struct xsk_ring fill, rx;
};

/* What did not get to the program, by the kernel's count. */
struct xsk_lost {
	__u64 dropped;	 /* no free frame, or longer than a frame */
	__u64 ring_full; /* no room in the rx ring */
};

/* Opens one for that queue of the interface. False after a message; then nothing is left. */
bool xsk_socket_open(struct xsk_socket *xsk, const struct sample_run *run, unsigned int ifindex,
		     unsigned int queue);

/*
 * Calls `packet` for every packet that is in the rx ring now, and gives the frames back. Returns
 * how many. The descriptor is readable when there are some.
 */
unsigned int xsk_socket_receive(struct xsk_socket *xsk,
				void (*packet)(const unsigned char *bytes, size_t length,
					       void *ctx),
				void *ctx);

/* False after a message. */
bool xsk_socket_lost(const struct xsk_socket *xsk, const struct sample_run *run,
		     struct xsk_lost *lost);

/* Fine for a socket that is all zero or closed. */
void xsk_socket_close(struct xsk_socket *xsk);

#endif
