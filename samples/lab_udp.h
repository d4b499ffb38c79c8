/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * lab_udp: UDP datagrams in a lab, as many as one wants and no others.
 *
 * A flow goes from one namespace of the lab to an address of another, where a socket of ours has
 * the port. That socket throws away what it gets, so no queue fills up, and no ICMP message goes
 * back as it would from a port that nobody has.
 *
 * Rules: one thread sends LAB_UDP_RATE datagrams a second in all, the flows in turn. It ends with
 * lab_udp_stop(), or with the process. What send() did not take is not counted.
 */
#ifndef SAMPLES_LAB_UDP_H
#define SAMPLES_LAB_UDP_H

#include "lab.h"
#include "worker.h"

#define LAB_UDP_RATE  50 /* datagrams a second, all flows together */
#define LAB_UDP_FLOWS 8
#define LAB_UDP_PORT  4000 /* of the first flow; any port will do for others */

/* What is in a frame besides the payload: Ethernet, IP and UDP headers. */
#define LAB_UDP_HEADERS_V4 (14 + 20 + 8)
#define LAB_UDP_HEADERS_V6 (14 + 40 + 8)

struct lab_udp_flow {
	unsigned int from_ns, to_ns;
	const char *to;	   /* an address of to_ns; with ':' in it IPv6 */
	unsigned int port; /* there */
	size_t size;	   /* payload, at most 1400 bytes */
};

struct lab_udp {
	struct lab_udp_flow flows[LAB_UDP_FLOWS];
	int out[LAB_UDP_FLOWS];	 /* the sockets that send */
	int sink[LAB_UDP_FLOWS]; /* those that have the ports */
	unsigned int count;
	unsigned long limit; /* datagrams in all; 0: no end */
	unsigned long sent;  /* the thread's; lab_udp_sent() reads it */
	struct worker worker;
};

/*
 * Opens the sockets of `count` flows. They may be given other filters (.sink) before
 * lab_udp_start(). False after a message; then nothing is left open.
 */
bool lab_udp_open(struct lab_udp *udp, const struct sample_run *run, const struct lab *lab,
		  const struct lab_udp_flow *flows, unsigned int count);

/* Starts to send: `limit` datagrams in all, without an end if it is 0. False after a message. */
bool lab_udp_start(struct lab_udp *udp, const struct sample_run *run, unsigned long limit);

/* So many have been sent: in all, and by one flow. */
unsigned long lab_udp_sent(const struct lab_udp *udp);
unsigned long lab_udp_sent_by(const struct lab_udp *udp, unsigned int flow);

/* Ends it, closes the sockets. Fine for one that is all zero or stopped. */
void lab_udp_stop(struct lab_udp *udp);

/* The row of a sample's own options that sets such a limit, an unsigned long. */
#define LAB_UDP_OPTION(limit)                                            \
	{                                                                \
		"packets", "COUNT", sample_read_number, limit,           \
			"end the lab's traffic after so many (0: never)" \
	}

#endif
