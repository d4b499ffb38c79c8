// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * reuseport_pick: chooses which of several sockets at one port gets a connection or a datagram.
 *
 * Sockets with SO_REUSEPORT may share an address and port. The kernel deals what comes among them
 * by a hash; or it asks a program, once for each connection (at its SYN) and for each datagram of
 * UDP. The program names a place of a REUSEPORT_SOCKARRAY, in which user space has put the
 * sockets.
 *
 * This source is compiled twice, with one definition of the maps or the other.
 */
#include <linux/bpf.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdbool.h>

#include "bpf_annotate.h"
#include "bpf_endian.h"
#include "bpf_helpers.h"
#include "reuseport_pick.h"

/* Whose turn it is. Only a value whose types are known can have a lock in it. */
struct turn {
	struct bpf_spin_lock lock;
	__u32 next;
};

#ifdef BTF_MAPS

/* Sockets, by number. Those of one protocol: a helper call must name sockets of the packet's. */
struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__type(key, __u32);
	__type(value, __u64); /* user space writes a descriptor, and reads a cookie */
	__uint(max_entries, LISTENERS_MAX);
} tcp_listeners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, LISTENERS_MAX);
} udp_listeners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct pick_config);
	__uint(max_entries, 1);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct turn);
	__uint(max_entries, PICK_PROTOCOLS);
} turns SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct picked);
	__uint(max_entries, LISTENERS_MAX);
} picked SEC(".maps");

#else

/* Sockets, by number. Those of one protocol: a helper call must name sockets of the packet's. */
struct bpf_map_def SEC("maps") tcp_listeners = {
	.type = BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64), /* user space writes a descriptor, and reads a cookie */
	.max_entries = LISTENERS_MAX,
};

struct bpf_map_def SEC("maps") udp_listeners = {
	.type = BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = LISTENERS_MAX,
};

struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct pick_config),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") turns = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct turn),
	.max_entries = PICK_PROTOCOLS,
};
BPF_ANNOTATE_KV_PAIR(turns, __u32, struct turn);

struct bpf_map_def SEC("maps") picked = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct picked),
	.max_entries = LISTENERS_MAX,
};

#endif

/*
 * The first two bytes of both headers. ctx->data begins with the header of TCP or UDP; the
 * verifier wants to see that what is read lies before ctx->data_end.
 */
static __always_inline __u32 source_port(const struct sk_reuseport_md *ctx)
{
	const __be16 *port = ctx->data;

	if ((const void *)(port + 1) > ctx->data_end)
		return 0;
	return bpf_ntohs(*port);
}

/*
 * Whatever belongs to no connection asks for a listener: a SYN, but also, say, the reset that comes
 * when both ends were closed at the same time. That one is to take nobody's turn.
 */
static __always_inline bool begins_connection(const struct sk_reuseport_md *ctx)
{
	const struct tcphdr *header = ctx->data;

	return (const void *)(header + 1) <= ctx->data_end && header->syn;
}

/*
 * The number whose turn it is. To read it and to set the next is one thing only under a lock: two
 * packets may be here at once, on two CPUs. An atomic instruction that also returns the old value
 * would do, but came to BPF later (5.12) than the lock (5.1).
 */
static __always_inline __u32 take_turn(__u32 protocol, __u32 listeners)
{
	struct turn *turn = bpf_map_lookup_elem(&turns, &protocol);
	__u32 mine;

	if (!turn)
		return 0;
	bpf_spin_lock(&turn->lock);
	mine = turn->next;
	turn->next = mine + 1 < listeners ? mine + 1 : 0;
	bpf_spin_unlock(&turn->lock);
	return mine;
}

SEC("sk_reuseport")
int pick(struct sk_reuseport_md *ctx)
{
	__u32 zero = 0, protocol = ctx->ip_protocol == IPPROTO_UDP ? PICK_UDP : PICK_TCP;
	struct pick_config *wanted = bpf_map_lookup_elem(&config, &zero);
	struct picked *count;
	__u32 number;
	long err;

	/* SK_PASS without a choice: the kernel chooses by its hash. SK_DROP would refuse. */
	if (!wanted || !wanted->listeners || wanted->rule == RULE_KERNEL)
		return SK_PASS;
	if (protocol == PICK_TCP && !begins_connection(ctx))
		return SK_PASS;
	if (wanted->rule == RULE_ROUND)
		number = take_turn(protocol, wanted->listeners);
	else
		number = source_port(ctx) % wanted->listeners;

	/* A socket of the other protocol would be refused by the helper. */
	if (protocol == PICK_UDP)
		err = bpf_sk_select_reuseport(ctx, &udp_listeners, &number, 0);
	else
		err = bpf_sk_select_reuseport(ctx, &tcp_listeners, &number, 0);
	if (err) /* nobody in that place: closed, or never put there */
		return SK_PASS;

	count = bpf_map_lookup_elem(&picked, &number);
	if (count)
		__sync_fetch_and_add(&count->times[protocol], 1);
	return SK_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
