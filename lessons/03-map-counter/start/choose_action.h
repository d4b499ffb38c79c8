/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * choose_action: decides what is to become of a packet, by the type that its Ethernet header names.
 *
 * It is complete, and no assignment is about it. You need it from assignment 3 on. Each type
 * has an action of its own here only so that there is something to count.
 */
#ifndef CHOOSE_ACTION_H
#define CHOOSE_ACTION_H

#include <linux/bpf.h>
#include <linux/if_ether.h>

#include "bpf_endian.h"
#include "bpf_helpers.h"

static __always_inline __u32 choose_action(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	__u16 type;

	/* Without this test the verifier would refuse the next line: the packet may be shorter. */
	if ((void *)(eth + 1) > data_end)
		return XDP_ABORTED;
	type = bpf_ntohs(eth->h_proto);
	if (type < ETH_P_802_3_MIN) /* a length in its place, as of old: an error to us */
		return XDP_ABORTED;
	if (type == ETH_P_IPV6)
		return XDP_DROP;
	if (type == ETH_P_LOOPBACK)
		return XDP_TX;
	if (type == ETH_P_8021Q) /* the interface to go to is the one that it came from */
		return bpf_redirect(ctx->ingress_ifindex, 0);
	return XDP_PASS;
}

#endif
