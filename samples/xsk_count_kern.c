// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xsk_count: UDP packets past the network stack, into memory of a program.
 *
 * An XSKMAP holds AF_XDP sockets. A packet that is redirected to one is put where its program said, in
 * the program's own memory, and that is all the kernel does with it: no IP, no UDP, no port. What the
 * packet means is for the program to find out.
 *
 * A socket belongs to one receive queue of one interface, and gets packets of that queue only. So the
 * map is indexed by the queue.
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "xdp_packet.h"
#include "xsk_count.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__type(key, __u32);   /* the receive queue */
	__type(value, __u32); /* the socket, as user space names it: by its descriptor */
	__uint(max_entries, QUEUES);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* TO_SOCKET, NO_SOCKET, NO_UDP */
	__type(value, struct xsk_count_value);
	__uint(max_entries, FATES);
} counters SEC(".maps");

#else

struct bpf_map_def SEC("maps") sockets = {
	.type = BPF_MAP_TYPE_XSKMAP,
	.key_size = sizeof(__u32),   /* the receive queue */
	.value_size = sizeof(__u32), /* the socket, as user space names it: by its descriptor */
	.max_entries = QUEUES,
};

struct bpf_map_def SEC("maps") counters = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* TO_SOCKET, NO_SOCKET, NO_UDP */
	.value_size = sizeof(struct xsk_count_value),
	.max_entries = FATES,
};

#endif

static __always_inline void count(__u32 fate, __u64 bytes)
{
	struct xsk_count_value *value = bpf_map_lookup_elem(&counters, &fate);

	/* Queues are served by different CPUs: both additions are atomic. */
	if (value) {
		__sync_fetch_and_add(&value->packets, 1);
		__sync_fetch_and_add(&value->bytes, bytes);
	}
}

SEC("xdp")
int to_socket(struct xdp_md *ctx)
{
	struct packet packet = PACKET(ctx);
	__u64 bytes = packet.end - packet.begin;
	int action;

	if (!packet_udp(&packet)) {
		count(NO_UDP, bytes);
		return XDP_PASS;
	}
	/* XDP_REDIRECT if the queue has a socket; else the last argument. */
	action = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
	count(action == XDP_REDIRECT ? TO_SOCKET : NO_SOCKET, bytes);
	return action;
}

char _license[] SEC("license") = "Dual BSD/GPL";
