// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * devmap_redirect: packets from one interface to another, without the network stack.
 *
 * `forward` runs for what comes in by an interface and sends it out by another, which it finds in a
 * map. Two types of map hold interfaces:
 *
 *     DEVMAP        an array: slot 0, 1, ...; one for each port of a switch, say
 *     DEVMAP_HASH   a hash: any number is a key, such as an interface's own index, which may be
 *                   far above the number of interfaces
 *
 * The program does not send. bpf_redirect_map() notes down where the packet is to go, XDP_REDIRECT
 * says that it is to go there, and the driver sends it when the program is over, several packets
 * at once where it can. That is why a map is faster than an interface's number (bpf_redirect()),
 * and why a packet can still be lost after the program said where to: two tracepoints tell.
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "devmap_redirect.h"
#include "xdp_packet.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, __u32);   /* the direction */
	__type(value, __u32); /* index of the interface to leave by */
	__uint(max_entries, DIRECTIONS);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__type(key, __u32);   /* index of the interface that a packet came by */
	__type(value, __u32); /* index of the one to leave by */
	__uint(max_entries, DIRECTIONS);
} ports_by_index SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32); /* index of the interface that a packet came by */
	__type(value, struct route);
	__uint(max_entries, DIRECTIONS);
} routes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* the direction */
	__type(value, struct counts);
	__uint(max_entries, DIRECTIONS);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);   /* the direction */
	__type(value, __u64); /* datagrams that a socket at the other end got */
	__uint(max_entries, DIRECTIONS);
} arrived SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* always 0 */
	__type(value, struct settings);
	__uint(max_entries, 1);
} setup SEC(".maps");

#else

struct bpf_map_def SEC("maps") ports = {
	.type = BPF_MAP_TYPE_DEVMAP,
	.key_size = sizeof(__u32),   /* the direction */
	.value_size = sizeof(__u32), /* index of the interface to leave by */
	.max_entries = DIRECTIONS,
};

struct bpf_map_def SEC("maps") ports_by_index = {
	.type = BPF_MAP_TYPE_DEVMAP_HASH,
	.key_size = sizeof(__u32),   /* index of the interface that a packet came by */
	.value_size = sizeof(__u32), /* index of the one to leave by */
	.max_entries = DIRECTIONS,
};

struct bpf_map_def SEC("maps") routes = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32), /* index of the interface that a packet came by */
	.value_size = sizeof(struct route),
	.max_entries = DIRECTIONS,
};

struct bpf_map_def SEC("maps") counters = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* the direction */
	.value_size = sizeof(struct counts),
	.max_entries = DIRECTIONS,
};

struct bpf_map_def SEC("maps") arrived = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),   /* the direction */
	.value_size = sizeof(__u64), /* datagrams that a socket at the other end got */
	.max_entries = DIRECTIONS,
};

struct bpf_map_def SEC("maps") setup = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* always 0 */
	.value_size = sizeof(struct settings),
	.max_entries = 1,
};

#endif

/* ---- the router ---- */

/* As every router does: the next hop is addressed, and the sender is the interface it leaves by. */
static __always_inline void address(struct ethhdr *ethernet, const struct route *route)
{
	__builtin_memcpy(ethernet->h_dest, route->to, ETH_ALEN);
	__builtin_memcpy(ethernet->h_source, route->by, ETH_ALEN);
}

SEC("xdp")
int forward(struct xdp_md *ctx)
{
	struct packet packet = PACKET(ctx);
	struct ethhdr *ethernet = packet_ethernet(&packet);
	__u32 from = ctx->ingress_ifindex;
	struct route *route = bpf_map_lookup_elem(&routes, &from);
	struct counts *counts;
	int action;

	if (!route || !ethernet)
		return XDP_PASS;
	counts = bpf_map_lookup_elem(&counters, &route->direction);
	if (!counts)
		return XDP_PASS;

	/*
	 * Both kinds of map are for this helper. It returns XDP_REDIRECT if the key has an
	 * interface; else what the last argument says, here: let the network stack have it.
	 */
	if (route->hash)
		action = bpf_redirect_map(&ports_by_index, from, XDP_PASS);
	else
		action = bpf_redirect_map(&ports, route->direction, XDP_PASS);

	__sync_fetch_and_add(&counts->came_in, 1);
	if (action == XDP_REDIRECT) {
		__sync_fetch_and_add(&counts->redirected, 1);
		if (route->new_macs)
			address(ethernet, route);
	}
	return action;
}

/* ---- the far ends ---- */

/*
 * Does nothing, and is needed: a veth sends XDP frames only if its peer can take them, which it
 * can once it has a program.
 */
SEC("xdp")
int take(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/*
 * The filter of the sockets that the lab's datagrams are for. For a UDP socket the packet begins
 * with the UDP header: source port, destination port, ... What it returns is how many bytes the
 * socket keeps: none.
 */
SEC("socket")
int count_arrived(struct __sk_buff *skb)
{
	__u32 direction = load_half(skb, offsetof(struct udphdr, dest)) - FIRST_PORT;
	__u64 *packets = bpf_map_lookup_elem(&arrived, &direction);

	if (packets)
		__sync_fetch_and_add(packets, 1);
	return 0;
}

/* ---- what went wrong ---- */

/*
 * A field of a tracepoint's record. Its place is known only at run time, and the verifier lets a
 * program read its context at fixed places only. So a helper copies it, which takes any address.
 */
static __always_inline __u32 field(const void *record, __u32 offset)
{
	__u32 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), record + (offset & 0xff));
	return value;
}

static __always_inline struct settings *our_setup(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&setup, &zero);
}

/* The counters of the direction that came in by that interface, NULL if it is none of ours. */
static __always_inline struct counts *counts_of(const struct settings *settings, __u32 ifindex)
{
	__u32 direction = 0;

	if (ifindex != settings->ifindex[0])
		direction = 1;
	if (ifindex != settings->ifindex[direction])
		return NULL;
	return bpf_map_lookup_elem(&counters, &direction);
}

/* The kernel could not do what the program asked for: the interface is down, say. */
SEC("tracepoint/xdp/xdp_redirect_err")
int redirect_refused(void *record)
{
	struct settings *settings = our_setup();
	struct counts *counts;

	if (!settings || field(record, settings->refused_program) != settings->program)
		return 0;
	counts = counts_of(settings, field(record, settings->refused_ifindex));
	if (counts) {
		__sync_fetch_and_add(&counts->refused, 1);
		counts->err = (__s32)field(record, settings->refused_err);
	}
	return 0;
}

/* An interface was told to send some frames, up to 16 together, and did not take all of them. */
SEC("tracepoint/xdp/xdp_devmap_xmit")
int frames_sent(void *record)
{
	struct settings *settings = our_setup();
	struct counts *counts;
	__u32 drops;

	if (!settings)
		return 0;
	counts = counts_of(settings, field(record, settings->xmit_ifindex));
	drops = field(record, settings->xmit_drops);
	if (counts && drops) {
		__sync_fetch_and_add(&counts->dropped, drops);
		counts->err = (__s32)field(record, settings->xmit_err);
	}
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
