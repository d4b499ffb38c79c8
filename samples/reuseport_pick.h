/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * reuseport_pick: what its program and its user side share.
 */
#ifndef SAMPLES_REUSEPORT_PICK_H
#define SAMPLES_REUSEPORT_PICK_H

#include <linux/types.h>

#define LISTENERS_MAX 16

/* Who gets the next connection or datagram. */
enum pick_rule {
	RULE_PORT,   /* listener number (source port modulo how many there are) */
	RULE_ROUND,  /* one after the other */
	RULE_KERNEL, /* whom the kernel would choose by itself */
};

/* Elements of maps that have one for each protocol. */
enum { PICK_TCP, PICK_UDP, PICK_PROTOCOLS };

/* The only element of map `config`. */
struct pick_config {
	__u32 rule; /* enum pick_rule */
	__u32 listeners;
};

/* An element of map `picked` for each listener: how often the program chose it. */
struct picked {
	__u64 times[PICK_PROTOCOLS];
};

#endif
