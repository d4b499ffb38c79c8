// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * first_map: a socket filter that counts packets in an array.
 *
 * This is the file that you edit. It compiles as it is, and does nothing yet: the places marked
 * "Assignment" say what is missing. README.org of the lesson explains each of them.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <stddef.h>

#include "bpf_helpers.h"

/*
 * Assignment 1: an array of 256 counters. A key is a __u32, the index; a value is a __u64. One
 * member is there already; three more are needed.
 */
struct bpf_map_def SEC("maps") packets = {
	.type = BPF_MAP_TYPE_ARRAY,
};

/* The kernel calls this function for each packet. `skb` tells it about the packet. */
SEC("socket")
int count_packets(struct __sk_buff *skb)
{
	/* Assignment 2: add 1 to element 0 of the array, for every packet. */

	/* Assignment 3: add 1 to element P, too, if it is an IPv4 packet of protocol P. */

	/* Assignment 4: what is returned decides how much of the packet the socket gets. */
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
