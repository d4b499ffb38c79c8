// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockex2: a socket filter that counts packets and bytes for each destination, in a hash.
 *
 * Nobody could make an array with a place for each address. A hash has room for max_entries of
 * them, whichever come: the program itself puts an entry in for an address it meets for the
 * first time. That can fail, and two CPUs can try it at once; both are looked after here.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "sockex2.h"

/* The user program can ask for another number (--entries), before the map is made. */
#define ENTRIES 1024

/* From <errno.h>, which is for user space: what an insertion into a full hash returns. */
#define E2BIG 7

#ifdef BTF_MAPS

/* Key and value may be structs: the sizes follow from the types, which bpftool shows, too. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct destination);
	__type(value, struct traffic);
	__uint(max_entries, ENTRIES);
} destinations SEC(".maps");

/* The traffic of destinations for which there was no room. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* LOST_… */
	__type(value, struct traffic);
	__uint(max_entries, LOST_REASONS);
} lost SEC(".maps");

#else

/* For the kernel a key is so many bytes; what they mean is between us and our user program. */
struct bpf_map_def SEC("maps") destinations = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct destination),
	.value_size = sizeof(struct traffic),
	.max_entries = ENTRIES,
};

/* The traffic of destinations for which there was no room. */
struct bpf_map_def SEC("maps") lost = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* LOST_… */
	.value_size = sizeof(struct traffic),
	.max_entries = LOST_REASONS,
};

#endif

/*
 * Where the frame goes, into `to`; its bytes are all zero before. 0, or negative for what is no
 * IP packet or too short.
 *
 * load_half() brings a number into our byte order, which is right for an EtherType. An address
 * shall stay as it is on the wire: bpf_skb_load_bytes() copies, and says when the frame ends
 * before.
 */
static __always_inline int read_destination(struct __sk_buff *skb, struct destination *to)
{
	switch (load_half(skb, offsetof(struct ethhdr, h_proto))) {
	case ETH_P_IP:
		to->family = FAMILY_V4;
		return bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct iphdr, daddr),
					  to->address, sizeof(__u32));
	case ETH_P_IPV6:
		to->family = FAMILY_V6;
		return bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, daddr),
					  to->address, sizeof(to->address));
	default: return -1;
	}
}

/* The element that counts the packets which have no entry of their own. */
static __always_inline struct traffic *find_lost(__u32 reason)
{
	return bpf_map_lookup_elem(&lost, &reason);
}

/*
 * The entry of a destination that had none a moment ago.
 *
 * BPF_NOEXIST: another CPU may have put it in meanwhile, and BPF_ANY would set its counts back
 * to zero. Then this call returns -EEXIST, which is as good: the entry is there, and the second
 * lookup finds it, whoever was first. Only where there is none after all is it lost.
 */
static __always_inline struct traffic *add_destination(const struct destination *key)
{
	const struct traffic zero = {};
	struct traffic *found;
	int err; /* not long: up to Linux 6.3 the upper half of what comes back is left over */

	err = bpf_map_update_elem(&destinations, key, &zero, BPF_NOEXIST);
	found = bpf_map_lookup_elem(&destinations, key);
	if (found)
		return found;
	return find_lost(err == -E2BIG ? LOST_FULL : LOST_OTHER);
}

SEC("socket")
int count_destination(struct __sk_buff *skb)
{
	/* All of the key: the 12 bytes that an IPv4 address leaves are compared like the rest. */
	struct destination key = {};
	struct traffic *traffic;

	/* On lo a packet leaves and comes in; once is enough. See sockex1_kern.c. */
	if (skb->pkt_type != PACKET_OUTGOING)
		return 0;
	if (read_destination(skb, &key) < 0)
		return 0;

	traffic = bpf_map_lookup_elem(&destinations, &key);
	if (!traffic)
		traffic = add_destination(&key);
	if (traffic) {
		/* Each is atomic, both together are not: a reader may see the packet, and its
		 * bytes a moment later. */
		__sync_fetch_and_add(&traffic->packets, 1);
		__sync_fetch_and_add(&traffic->bytes, skb->len);
	}
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
