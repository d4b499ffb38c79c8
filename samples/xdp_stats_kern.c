// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_stats: an XDP program that counts what it does with packets, in two kinds of array.
 *
 * An XDP program runs for each packet that an interface receives, before anything else in the
 * kernel looks at it, and its return value is the packet's fate:
 *
 *     XDP_ABORTED    dropped, as an error: trace event xdp:xdp_exception tells about it
 *     XDP_DROP       dropped
 *     XDP_PASS       goes on to the network stack, as if there were no program
 *     XDP_TX         goes out again by the interface it came from
 *     XDP_REDIRECT   goes where a helper was told: another interface, CPU or socket
 *
 * Which of them is user space's choice, in the array `settings`. Packets and bytes are counted
 * for each, once in an array that all CPUs share and once in an array of which each CPU has its
 * own: user space shows that both come to the same.
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "xdp_packet.h"
#include "xdp_stats.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);   /* always 0 */
	__type(value, __u32); /* an action, or BY_PORT */
	__uint(max_entries, 1);
} settings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* the action */
	__type(value, struct xdp_count);
	__uint(max_entries, ACTIONS);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);		 /* the action */
	__type(value, struct xdp_count); /* one for each CPU */
	__uint(max_entries, ACTIONS);
} per_cpu SEC(".maps");

#else

struct bpf_map_def SEC("maps") settings = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),   /* always 0 */
	.value_size = sizeof(__u32), /* an action, or BY_PORT */
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") shared = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* the action */
	.value_size = sizeof(struct xdp_count),
	.max_entries = ACTIONS,
};

struct bpf_map_def SEC("maps") per_cpu = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),		/* the action */
	.value_size = sizeof(struct xdp_count), /* one for each CPU */
	.max_entries = ACTIONS,
};

#endif

static __always_inline __u32 action_of_port(const struct packet *packet)
{
	struct udphdr *udp = packet_udp(packet);
	__u32 action;

	if (!udp)
		return XDP_PASS;
	/* Unsigned: a port below the first becomes a huge number, and passes as well. */
	action = (__u32)bpf_ntohs(udp->dest) - FIRST_PORT;
	return action < ACTIONS ? action : XDP_PASS;
}

static __always_inline __u32 choose(const struct packet *packet)
{
	__u32 zero = 0, *setting = bpf_map_lookup_elem(&settings, &zero);

	if (!setting)
		return XDP_PASS;
	return *setting == BY_PORT ? action_of_port(packet) : *setting;
}

static __always_inline void count(__u32 action, __u64 bytes)
{
	struct xdp_count *all = bpf_map_lookup_elem(&shared, &action);
	struct xdp_count *own = bpf_map_lookup_elem(&per_cpu, &action);

	/* Two CPUs may be here at the same time: each addition must be one atomic step. */
	if (all) {
		__sync_fetch_and_add(&all->packets, 1);
		__sync_fetch_and_add(&all->bytes, bytes);
	}
	/*
	 * Nobody else writes this one: the lookup gave the copy of this CPU, and while a program
	 * handles a packet no other packet is handled on its CPU. So plain additions will do,
	 * and no two CPUs ever fight over the same piece of memory.
	 */
	if (own) {
		own->packets++;
		own->bytes += bytes;
	}
}

/* A packet that goes back where it came from: else nobody there would feel addressed. */
static __always_inline void turn_around(const struct packet *packet)
{
	struct ethhdr *ethernet = packet_ethernet(packet);
	unsigned char mac[ETH_ALEN];

	if (!ethernet)
		return;
	__builtin_memcpy(mac, ethernet->h_dest, ETH_ALEN);
	__builtin_memcpy(ethernet->h_dest, ethernet->h_source, ETH_ALEN);
	__builtin_memcpy(ethernet->h_source, mac, ETH_ALEN);
}

SEC("xdp")
int count_packets(struct xdp_md *ctx)
{
	struct packet packet = PACKET(ctx);
	__u32 action = choose(&packet);

	count(action, packet.end - packet.begin);
	if (action == XDP_TX || action == XDP_REDIRECT)
		turn_around(&packet);

	/* The simplest redirection, to an interface by its number: here the packet's own. */
	if (action == XDP_REDIRECT)
		return bpf_redirect(ctx->ingress_ifindex, 0);
	return action;
}

char _license[] SEC("license") = "Dual BSD/GPL";
