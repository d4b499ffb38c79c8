/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <net/inet_ecn.h>: congestion marks in the two low bits of the IP header's tos (RFC 3168).
 */
#ifndef __bpf__
#include_next <net/inet_ecn.h>
#elif !defined(BPF_NET_INET_ECN_H)
#define BPF_NET_INET_ECN_H

#include <bpf_kernel_style.h>

enum {
	INET_ECN_NOT_ECT = 0,
	INET_ECN_ECT_1 = 1,
	INET_ECN_ECT_0 = 2,
	INET_ECN_CE = 3,
	INET_ECN_MASK = 3,
};

#endif
