/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * tcp_flow: a TCP connection of this process with itself, over 127.0.0.1, and a little at a time
 * sent along it: something for samples about TCP to look at.
 *
 *     int listener = tcp_flow_listener(), socket = tcp_flow_socket();
 *
 *     if (tcp_flow_open(&flow, socket, listener)) …
 *     flow.chunk = 4096;
 *     … tcp_flow_step(&flow), again and again, from one thread …
 *     tcp_flow_close(&flow);
 *
 * Rules: a socket belongs to the network namespace and the cgroup that its maker is in at that
 * moment, and stays there; the receiver's end belongs to the cgroup of its listener. Descriptors
 * are close-on-exec and do not block. tcp_flow_bytes() may be called by any thread.
 */
#ifndef SAMPLES_TCP_FLOW_H
#define SAMPLES_TCP_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_FLOW_CHUNK 65536 /* the largest */

struct tcp_flow {
	int sender, receiver; /* -1: closed */
	size_t chunk;	      /* bytes of a step, up to TCP_FLOW_CHUNK */
	uint64_t limit;	      /* bytes in all, then the sender closes; 0: no end */
	uint64_t sent, received;
};

/* A listener on 127.0.0.1, at a port of the kernel's choice. Returns it or -errno. */
int tcp_flow_listener(void);

/* A TCP socket, not connected. Returns it or -errno. */
int tcp_flow_socket(void);

/*
 * Connects `socket`, which is the flow's from then on, to `listener`, which stays the caller's.
 * Returns 0 or -errno; then `socket` is closed. Other fields of `flow` are the caller's.
 */
int tcp_flow_open(struct tcp_flow *flow, int socket, int listener);

/* Sends a chunk, or what the kernel takes of it; receives what has arrived. Closes both ends once
 * `limit` bytes have arrived. */
void tcp_flow_step(struct tcp_flow *flow);

/* What the receiver has got so far. */
uint64_t tcp_flow_bytes(const struct tcp_flow *flow);

/* Fine for a flow that is closed; not for one that is all zero. */
void tcp_flow_close(struct tcp_flow *flow);

#endif
