/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * lab: network namespaces for a sample to play in, wired as it likes.
 *
 *     struct lab lab;
 *
 *     if (!lab_open(&lab, run, 2) || !lab_pair(&lab, run))
 *             return EXIT_FAILURE;
 *     … if_nametoindex("lab0") …
 *     lab_close(&lab);
 *
 * Rules:
 *
 *  - The namespaces have no names: the kernel removes them, with all that is in them, once
 *    lab_close() was called and no thread or socket is left in them, or when the process dies.
 *  - Namespace 0 is where the calling thread is from lab_open() to lab_close(), and threads
 *    that it starts meanwhile. lo is up in each of them.
 *  - In a pair nothing is sent but what somebody sends: no ARP, no neighbour discovery, no
 *    multicast reports. So numbers can be exact.
 *  - Interfaces, addresses and routes are made by ip(8), which the reader can type, too.
 *  - Messages are printed as sample_fail() does. CAP_SYS_ADMIN and CAP_NET_ADMIN are needed.
 */
#ifndef SAMPLES_LAB_H
#define SAMPLES_LAB_H

#include "sample.h"

#define LAB_NAMESPACES 4

struct lab {
	int home; /* the namespace that the thread came from */
	int ns[LAB_NAMESPACES];
	unsigned int count;
};

/* What lab_pair() makes: an interface in namespace 0 and its other end in namespace 1. */
#define LAB_IF0	 "lab0"
#define LAB_IF1	 "lab1"
#define LAB_V4_0 "192.0.2.1"
#define LAB_V4_1 "192.0.2.2"
#define LAB_V6_0 "2001:db8::1"
#define LAB_V6_1 "2001:db8::2"
#define LAB_MAC0 "02:00:00:00:00:01"
#define LAB_MAC1 "02:00:00:00:00:02"

/* Makes `count` namespaces and goes to the first. False after a message; then nothing is left. */
bool lab_open(struct lab *lab, const struct sample_run *run, unsigned int count);

/*
 * Runs a command there, as "ip link add a type veth peer name b netns @1": words parted by single
 * spaces, "@N" stands for namespace N. False after a message with the command and what it said.
 */
bool lab_run(const struct lab *lab, const struct sample_run *run, unsigned int ns,
	     const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same for several commands of ip(8), a line each without the word "ip", in one go: starting a
 * program is what takes the time. The message names the first that failed.
 */
bool lab_ip(const struct lab *lab, const struct sample_run *run, unsigned int ns,
	    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Wires namespaces 0 and 1 by a veth pair with the names and addresses above, both ends up. */
bool lab_pair(const struct lab *lab, const struct sample_run *run);

/*
 * Opens a socket in that namespace, where it stays whatever its owner does: close-on-exec.
 * Returns it, or -1 with errno.
 */
int lab_socket(const struct lab *lab, unsigned int ns, int family, int type, int protocol);

/* Moves the calling thread to that namespace. False after a message. */
bool lab_switch(const struct lab *lab, const struct sample_run *run, unsigned int ns);

/* The index of an interface there; 0 if it has none of that name. */
unsigned int lab_ifindex(const struct lab *lab, unsigned int ns, const char *name);

/*
 * Turns something on or off that the interface does for the network stack, as `ethtool -K NAME tx
 * off` would: LAB_TX_CHECKSUM or LAB_GRO. False after a message.
 */
enum { LAB_TX_CHECKSUM, LAB_GRO };
bool lab_offload(const struct lab *lab, const struct sample_run *run, unsigned int ns,
		 const char *name, int what, bool on);

/* Goes home. Fine for a lab that is all zero or closed. */
void lab_close(struct lab *lab);

#endif
