/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * sockmap_redirect: what its programs and its user side share.
 */
#ifndef SAMPLES_SOCKMAP_REDIRECT_H
#define SAMPLES_SOCKMAP_REDIRECT_H

#include <linux/types.h>

/* Places in map `sockets`. */
enum { SOCKET_IN, SOCKET_OUT, SOCKETS };

/* Elements of map `passed`: the ways through the kernel. */
enum { PASSED_SKB, PASSED_MSG, PASSED };

struct passed {
	__u64 bytes;
	__u64 calls; /* of the program */
};

#endif
