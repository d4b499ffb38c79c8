// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * flows: a socket filter that counts packets by where they go, in hash maps.
 *
 * This is the file that you edit. It compiles as it is, and does nothing yet: the places marked
 * "Assignment" say what is missing. README.org of the lesson explains each of them.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "flows.h"
#include "packet.h"

/*
 * Assignment 1: the map `destinations`, a hash with room for 32 entries. A key is an IPv4 address,
 * a __u32; a value is a __u64, the number of packets that went there.
 */

/* Element 0: how many packets found no place in a map. Assignment 2 is about it. */
struct bpf_map_def SEC("maps") lost = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};

/*
 * Assignment 3: the map `flows`, a hash with room for 64 entries. A key is a struct flow.
 * Assignment 4: another type, which makes room by itself.
 */

/*
 * Assignment 5: the map `created`, an array of one element, a __u64: how many entries of `flows`
 * this program has made.
 */

/*
 * Assignment 1: the function count(map, key), which looks the key up and adds 1 to its counter, or
 * makes an entry for it.
 *
 * Assignment 2: it never overwrites an entry, and counts in `lost` what it cannot count.
 */

SEC("socket")
int count_flow(struct __sk_buff *skb)
{
	if (load_half(skb, offsetof(struct ethhdr, h_proto)) != ETH_P_IP)
		return 0;

	/* Assignment 1: count the packet under the address that it goes to. */

	/* Assignment 3: count it under its flow, too. */

	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
