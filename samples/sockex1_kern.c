// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockex1: a socket filter that counts bytes, for each IP protocol, in an array.
 *
 * The filter hangs on a packet socket and so sees every Ethernet frame of one interface. It
 * adds the frame's length to my_map[protocol] and then throws away the socket's copy of the
 * frame: what user space wants is the sums, and it reads them from the map.
 *
 * This source is compiled twice, with one definition of the map or the other:
 *
 *     sockex1_kern.o       struct bpf_map_def in SEC("maps"): bytes that a loader reads
 *     sockex1_kern.btf.o   a struct of types in SEC(".maps"): types that a loader reads
 *
 * The program is the same, and so is the map that the kernel gets to see.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stddef.h>

#include "bpf_helpers.h"

/* A protocol number has 8 bits: with 256 slots there is one for each. */
#define PROTOCOLS 256

#ifdef BTF_MAPS

/*
 * Nothing of this is ever stored: type and max_entries are the lengths of array types, key
 * and value are what pointers point to. The compiler describes the types in section .BTF.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);   /* index: the protocol */
	__type(value, __u64); /* bytes */
	__uint(max_entries, PROTOCOLS);
} my_map SEC(".maps");

#else

/*
 * A variable with a value, like any other: its bytes stand in section "maps" of the object.
 * The loader must know by itself where in them it finds the type.
 */
struct bpf_map_def SEC("maps") my_map = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),   /* index: the protocol */
	.value_size = sizeof(__u64), /* bytes */
	.max_entries = PROTOCOLS,
};

#endif

/*
 * The IP protocol that the frame carries, or -1 if it is no IP packet. For IPv6 it is the first
 * next header: a packet with extension headers counts under the first of them.
 *
 * load_half() and load_byte() check the length of the frame themselves, in the kernel; on one
 * that is too short they end the whole program with result 0. So there is nothing to check.
 */
static __always_inline int ip_protocol(struct __sk_buff *skb)
{
	switch (load_half(skb, offsetof(struct ethhdr, h_proto))) {
	case ETH_P_IP: return load_byte(skb, ETH_HLEN + offsetof(struct iphdr, protocol));
	case ETH_P_IPV6: return load_byte(skb, ETH_HLEN + offsetof(struct ipv6hdr, nexthdr));
	default: return -1;
	}
}

SEC("socket")
int count_bytes(struct __sk_buff *skb)
{
	__u64 *bytes;
	int protocol;
	__u32 index;

	/*
	 * A packet socket sees what leaves an interface and what comes in. On lo every packet
	 * does both, one after the other, and would count twice.
	 */
	if (skb->pkt_type != PACKET_OUTGOING)
		return 0;

	protocol = ip_protocol(skb);
	if (protocol < 0)
		return 0;

	/*
	 * A lookup gives the address of the value itself, not a copy. We know that every byte
	 * is an index of the array; the verifier does not, and wants to see the test for NULL.
	 */
	index = protocol;
	bytes = bpf_map_lookup_elem(&my_map, &index);
	if (bytes)
		/* One atomic instruction: other CPUs may be adding to the same value. */
		__sync_fetch_and_add(bytes, skb->len);

	/* How much of the frame the socket gets: nothing. The interface's traffic goes on. */
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
