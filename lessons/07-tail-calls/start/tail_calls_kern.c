// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tail_calls: a socket filter that is made of several programs. `dispatch` gets each packet, and
 * jumps to the program for the protocol of the packet.
 *
 * This is the file that you edit, until assignment 5, which is about slots.c. It compiles as it is,
 * and jumps nowhere yet: the places marked "Assignment" say what is missing.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "tail_calls.h"

/*
 * Assignment 1: an array of programs. The program in slot P is for packets of protocol P, and a
 * protocol is a number of one byte. All members are missing.
 */
struct bpf_map_def SEC("maps") handlers = {};

struct bpf_map_def SEC("maps") packets = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* COUNT_… */
	.value_size = sizeof(__u64),
	.max_entries = COUNTERS,
};

/* Assignment 3: a map `states`, in which a program tells the next one where to go on reading. */

static __always_inline void count(__u32 index)
{
	__u64 *counter = bpf_map_lookup_elem(&packets, &index);

	if (counter)
		__sync_fetch_and_add(counter, 1);
}

/* Assignment 4: where a jump is not made, see whether it was one too many. */

/* The program that the socket has. */
SEC("socket")
int dispatch(struct __sk_buff *skb)
{
	if (load_half(skb, offsetof(struct ethhdr, h_proto)) != ETH_P_IP)
		return 0;

	/* Assignment 1: jump to the program in the slot for the protocol of this IPv4 packet. */

	/* Assignment 2: count the packets that no program is there for. */
	return 0;
}

/* 17 is the protocol UDP. The loader puts what is in section "socket/17" into slot 17. */
SEC("socket/17")
int udp(struct __sk_buff *skb)
{
	count(COUNT_UDP);
	return skb->len;
}

/* Assignment 2: a program for TCP. */

/* Assignment 3: a program for IPv4 packets inside of IPv4 packets. */

/* Nobody's handler, until somebody puts it into a slot: see assignment 5. */
SEC("socket")
int guest(struct __sk_buff *skb)
{
	count(COUNT_GUEST);
	return skb->len;
}

char _license[] SEC("license") = "Dual BSD/GPL";
