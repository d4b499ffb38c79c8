// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tcp_dumpstats: round-trip times and retransmissions of every TCP connection of a cgroup, told to
 * user space once an interval for each.
 *
 * TCP itself calls the program, at moments in the life of a socket that the program asks for. When
 * it last reported on that socket is kept with the socket: a map of type SK_STORAGE has no keys to
 * make up and nothing to clean up, its elements are born with bpf_sk_storage_get() and die with
 * their socket.
 *
 * A second program makes something to see: it loses packets on their way to a receiver.
 *
 * This source is compiled twice, with one definition of the maps or the other. SK_STORAGE insists
 * on knowing the types of key and value, not only their sizes. A struct bpf_map_def has no place
 * for types; BPF_ANNOTATE_KV_PAIR leaves them in a section of their own, where the loader looks.
 */
#include <linux/bpf.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "bpf_annotate.h"
#include "bpf_endian.h"
#include "bpf_helpers.h"
#include "tcp_dumpstats.h"

#define REPORTS_BYTES (256 * 1024) /* room of the ring buffer: a power of two, whole pages */

/* What is kept with each socket. */
struct connection {
	__u64 reported_ns; /* when it was last reported on */
	__u32 extra; /* how many of bytes_acked are no data: SYN and FIN count as a byte */
	__u32 resent;
};

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC); /* cannot be otherwise: nobody knows how many */
	__type(key, int);		      /* in user space: a socket's descriptor */
	__type(value, struct connection);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, REPORTS_BYTES);
} reports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct dump_config);
	__uint(max_entries, 1);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct dump_counts);
	__uint(max_entries, 1);
} counts SEC(".maps");

#else

struct bpf_map_def SEC("maps") connections = {
	.type = BPF_MAP_TYPE_SK_STORAGE,
	.key_size = sizeof(int), /* in user space: a socket's descriptor */
	.value_size = sizeof(struct connection),
	.map_flags = BPF_F_NO_PREALLOC, /* cannot be otherwise: nobody knows how many */
};
BPF_ANNOTATE_KV_PAIR(connections, int, struct connection);

struct bpf_map_def SEC("maps") reports = {
	.type = BPF_MAP_TYPE_RINGBUF,
	.max_entries = REPORTS_BYTES,
};

struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct dump_config),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct dump_counts),
	.max_entries = 1,
};

#endif

/* What did not work is counted: a program has nobody to complain to. */
static __always_inline void failed(bool storage)
{
	struct dump_counts *count;
	__u32 zero = 0;

	count = bpf_map_lookup_elem(&counts, &zero);
	if (count)
		__sync_fetch_and_add(storage ? &count->no_storage : &count->no_room, 1);
}

/*
 * Reserves room in the ring buffer, fills it, hands it over. Every field is written: what is not
 * would be what the report before in that place said.
 *
 * Each ctx->… is one load of 32 (or 64) bits that the verifier replaces by loads from the kernel's
 * own structs. So the fields are read one by one; memcpy() of the struct is refused.
 */
static __always_inline void report(struct bpf_sock_ops *ctx, struct connection *connection,
				   __u32 state)
{
	struct dump_report *report = bpf_ringbuf_reserve(&reports, sizeof(*report), 0);

	if (!report) { /* full: user space is late, and will have the next one */
		failed(false);
		return;
	}
	report->cookie = bpf_get_socket_cookie(ctx);
	report->bytes_acked = ctx->bytes_acked - connection->extra;
	report->family = ctx->family;
	report->local_port = ctx->local_port;
	report->remote_port = bpf_ntohl(ctx->remote_port);
	report->state = state;
	report->srtt_us = ctx->srtt_us >> 3; /* TCP computes in eighths */
	report->min_rtt_us = ctx->rtt_min;
	report->data_segments = ctx->data_segs_out;
	report->resent = ctx->total_retrans;
	report->resent_seen = connection->resent;
	report->unused = 0;
	if (ctx->family == AF_INET6) {
		report->local_ip[0] = ctx->local_ip6[0];
		report->local_ip[1] = ctx->local_ip6[1];
		report->local_ip[2] = ctx->local_ip6[2];
		report->local_ip[3] = ctx->local_ip6[3];
		report->remote_ip[0] = ctx->remote_ip6[0];
		report->remote_ip[1] = ctx->remote_ip6[1];
		report->remote_ip[2] = ctx->remote_ip6[2];
		report->remote_ip[3] = ctx->remote_ip6[3];
	} else {
		report->local_ip[0] = ctx->local_ip4;
		report->local_ip[1] = report->local_ip[2] = report->local_ip[3] = 0;
		report->remote_ip[0] = ctx->remote_ip4;
		report->remote_ip[1] = report->remote_ip[2] = report->remote_ip[3] = 0;
	}
	bpf_ringbuf_submit(report, 0);
	connection->reported_ns = bpf_ktime_get_ns();
}

/*
 * A connection stands. From here on TCP calls for what the flags say; a socket whose flags are
 * not set costs nothing but this one call.
 */
static __always_inline void begin(struct bpf_sock_ops *ctx, bool active)
{
	struct bpf_sock *sk = ctx->sk;
	struct connection *connection;

	if (!sk) /* the verifier cannot know that there is one at this moment */
		return;
	connection = bpf_sk_storage_get(&connections, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!connection) { /* no memory */
		failed(true);
		return;
	}
	/* Our SYN was acknowledged, and counts; the other side's SYN-ACK does not. */
	connection->extra = active;
	bpf_sock_ops_cb_flags_set(ctx, BPF_SOCK_OPS_RTT_CB_FLAG | BPF_SOCK_OPS_RETRANS_CB_FLAG |
					       BPF_SOCK_OPS_STATE_CB_FLAG);
	report(ctx, connection, BPF_TCP_ESTABLISHED);
}

/* Acknowledged data came back, and with it a round-trip time; with much traffic that is often. */
static __always_inline void round_trip(struct bpf_sock_ops *ctx, struct connection *connection)
{
	struct dump_config *wanted;
	__u32 zero = 0;

	wanted = bpf_map_lookup_elem(&config, &zero);
	if (!wanted || bpf_ktime_get_ns() - connection->reported_ns < wanted->interval_ns)
		return;
	report(ctx, connection, ctx->state);
}

/* From args[0] to args[1]; ctx->state is still the old one. */
static __always_inline void state_changed(struct bpf_sock_ops *ctx,
					  struct connection *connection)
{
	__u32 before = ctx->args[0], after = ctx->args[1];

	/* The two moments when our FIN has been acknowledged. */
	if ((before == BPF_TCP_FIN_WAIT1 && after == BPF_TCP_FIN_WAIT2) ||
	    (after == BPF_TCP_CLOSE &&
	     (before == BPF_TCP_LAST_ACK || before == BPF_TCP_CLOSING)))
		connection->extra++;
	report(ctx, connection, after);
}

SEC("sockops")
int watch_connection(struct bpf_sock_ops *ctx)
{
	struct connection *connection;
	struct bpf_sock *sk;

	if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) {
		begin(ctx, true);
		return 1;
	}
	if (ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
		begin(ctx, false);
		return 1;
	}

	/* Without the flag to create one, sockets that we never saw the beginning of are left. */
	sk = ctx->sk;
	if (!sk)
		return 1;
	connection = bpf_sk_storage_get(&connections, sk, NULL, 0);
	if (!connection)
		return 1;
	switch (ctx->op) {
	case BPF_SOCK_OPS_RTT_CB: round_trip(ctx, connection); break;
	/* No atomic instruction: TCP holds the socket's lock, so nobody else is here for it. */
	case BPF_SOCK_OPS_RETRANS_CB: connection->resent += ctx->args[1]; break;
	case BPF_SOCK_OPS_STATE_CB: state_changed(ctx, connection); break;
	default: break;
	}
	return 1; /* some operations ask for a value here; these do not look at it */
}

/*
 * Packets that arrive for the sockets of another cgroup, the receivers of the sample's own load.
 * Acknowledgements have no more than 100 bytes of headers. 0 drops the packet, without a trace
 * for the sender: to its TCP that is a loss on the way.
 */
SEC("cgroup/skb")
int lose_some(struct __sk_buff *skb)
{
	struct dump_config *wanted;
	struct dump_counts *count;
	__u32 zero = 0;

	wanted = bpf_map_lookup_elem(&config, &zero);
	count = bpf_map_lookup_elem(&counts, &zero);
	if (!wanted || !count || skb->len <= 100)
		return 1;
	/*
	 * Packets that are sent again may come on another CPU at the same moment. Then one of the
	 * two is not counted here, and the rule is bent by one; who is dropped is counted right.
	 */
	count->seen++;
	if (!wanted->drop_every || count->seen % wanted->drop_every)
		return 1;
	__sync_fetch_and_add(&count->dropped, 1);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
