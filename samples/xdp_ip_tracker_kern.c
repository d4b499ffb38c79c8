// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_ip_tracker: packets and bytes of each pair of IP addresses, in a hash with a struct as key.
 *
 * Two programs share the hash, because none sees both directions:
 *
 *     track_rx   XDP: what an interface receives. XDP stands where packets come in, in the
 *                driver or right behind it; there is no such place for those that go out.
 *     track_tx   a tc classifier at the interface's egress: what it is about to send.
 *
 * Both look from this side of the interface: `here` is where received packets go to, and where
 * sent ones come from. So a conversation is one entry.
 */
#include <linux/bpf.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "xdp_ip_tracker.h"
#include "xdp_packet.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct pair);
	__type(value, struct traffic);
	__uint(max_entries, PAIRS);
} pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);   /* always 0 */
	__type(value, __u64); /* packets of pairs for which the hash had no room */
	__uint(max_entries, 1);
} left_out SEC(".maps");

#else

struct bpf_map_def SEC("maps") pairs = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct pair),
	.value_size = sizeof(struct traffic),
	.max_entries = PAIRS,
};

struct bpf_map_def SEC("maps") left_out = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),   /* always 0 */
	.value_size = sizeof(__u64), /* packets of pairs for which the hash had no room */
	.max_entries = 1,
};

#endif

/* The longest headers that are read: everything behind the addresses is of no interest. */
#define HEADERS (ETH_HLEN + sizeof(struct ipv6hdr))

/* Writes the pair, received. False if it is no IP packet, or is cut off in its header. */
static __always_inline int read_pair(const struct packet *packet, struct pair *pair)
{
	struct ethhdr *ethernet = packet_ethernet(packet);
	struct iphdr *ip = packet_ipv4(packet);
	struct ipv6hdr *ipv6;

	if (ip) {
		pair->version = 4;
		pair->here[0] = ip->daddr;
		pair->there[0] = ip->saddr;
		return 1;
	}
	if (!ethernet || ethernet->h_proto != bpf_htons(ETH_P_IPV6))
		return 0;
	ipv6 = (void *)(ethernet + 1);
	if ((void *)(ipv6 + 1) > packet->end)
		return 0;
	pair->version = 6;
	__builtin_memcpy(pair->here, &ipv6->daddr, sizeof(pair->here));
	__builtin_memcpy(pair->there, &ipv6->saddr, sizeof(pair->there));
	return 1;
}

static __always_inline void turn(struct pair *pair)
{
	for (int i = 0; i < 4; i++) {
		__u32 here = pair->here[i];

		pair->here[i] = pair->there[i];
		pair->there[i] = here;
	}
}

static __always_inline void count_left_out(void)
{
	__u32 zero = 0;
	__u64 *packets = bpf_map_lookup_elem(&left_out, &zero);

	if (packets)
		__sync_fetch_and_add(packets, 1);
}

/*
 * The entry of a pair, made if there is none. BPF_NOEXIST: another CPU may make it between the
 * lookup and the update, and must not be overwritten, it may have counted already. So whoever
 * made it, the second lookup finds it; unless the hash is full (the update's E2BIG).
 */
static __always_inline struct traffic *find_or_make(const struct pair *pair)
{
	const struct traffic nothing = {0};
	struct traffic *traffic = bpf_map_lookup_elem(&pairs, pair);

	if (traffic)
		return traffic;
	bpf_map_update_elem(&pairs, pair, &nothing, BPF_NOEXIST);
	traffic = bpf_map_lookup_elem(&pairs, pair);
	if (!traffic)
		count_left_out();
	return traffic;
}

SEC("xdp")
int track_rx(struct xdp_md *ctx)
{
	struct packet packet = PACKET(ctx);
	struct pair pair = {0};
	struct traffic *traffic;

	if (!read_pair(&packet, &pair))
		return XDP_PASS;
	traffic = find_or_make(&pair);
	if (traffic) {
		__sync_fetch_and_add(&traffic->rx_packets, 1);
		__sync_fetch_and_add(&traffic->rx_bytes, packet.end - packet.begin);
	}
	return XDP_PASS;
}

/*
 * A classifier gets an sk_buff, the kernel's form of a packet, whose bytes may lie in several
 * pieces; from data to data_end is the first. bpf_skb_pull_data() moves bytes there until it has
 * as many as wanted. It may move all to a new place: the verifier forgets what it knew of the
 * old addresses, and they must be read anew.
 */
static __always_inline int pull_headers(struct __sk_buff *skb)
{
	__u32 wanted = skb->len < HEADERS ? skb->len : HEADERS;

	if (skb->data_end - skb->data >= wanted)
		return 0;
	return bpf_skb_pull_data(skb, wanted);
}

SEC("classifier")
int track_tx(struct __sk_buff *skb)
{
	struct pair pair = {0};
	struct traffic *traffic;

	pull_headers(skb);
	struct packet packet = PACKET(skb);

	if (!read_pair(&packet, &pair))
		return TC_ACT_UNSPEC;
	turn(&pair);
	traffic = find_or_make(&pair);
	if (traffic) {
		__sync_fetch_and_add(&traffic->tx_packets, 1);
		/* Not data_end - data: that is the first piece only. */
		__sync_fetch_and_add(&traffic->tx_bytes, skb->len);
	}
	/* No decision: other classifiers get their turn, and in the end the packet is sent. */
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Dual BSD/GPL";
