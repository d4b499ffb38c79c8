// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockmap_redirect: bytes that go from one TCP connection into another without a process that
 * reads and writes them.
 *
 *     sender ───► in   (proxy)   out ───► receiver
 *
 * Two connections and a proxy between them. Its work is to read from `in` and to write to `out`.
 * Both programs here do it for the proxy, each at another place:
 *
 *     pass_on         when bytes have arrived at `in`: they go out by `out`
 *     pass_directly   when the sender writes: they are at once what the receiver reads; no TCP
 *
 * Programs of these kinds are attached to a map, and act on the sockets that are in it. Maps of
 * sockets hold whole sockets, not descriptors; a socket that is closed is no longer in them.
 *
 * This source is compiled twice, with one definition of the maps or the other.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"
#include "sockmap_redirect.h"

#ifdef BTF_MAPS

/* Sockets by a number. Programs cannot see an element's value; user space writes descriptors. */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__type(key, __u32);
	__type(value, __u64); /* a lookup from user space gives the socket's cookie: 8 bytes */
	__uint(max_entries, SOCKETS);
} sockets SEC(".maps");

/* Sockets by a key of one's own choice: here, who gets what the socket at this port sends. */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 16);
} peers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct passed);
	__uint(max_entries, PASSED);
} passed SEC(".maps");

#else

/* Sockets by a number. Programs cannot see an element's value; user space writes descriptors. */
struct bpf_map_def SEC("maps") sockets = {
	.type = BPF_MAP_TYPE_SOCKMAP,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64), /* a lookup from user space gives the socket's cookie */
	.max_entries = SOCKETS,
};

/* Sockets by a key of one's own choice: here, who gets what the socket at this port sends. */
struct bpf_map_def SEC("maps") peers = {
	.type = BPF_MAP_TYPE_SOCKHASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 16,
};

struct bpf_map_def SEC("maps") passed = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct passed),
	.max_entries = PASSED,
};

#endif

static __always_inline void count(__u32 way, __u32 bytes)
{
	struct passed *sum = bpf_map_lookup_elem(&passed, &way);

	if (!sum)
		return;
	/* Atomic: the next piece of the stream may be handled by another CPU meanwhile. */
	__sync_fetch_and_add(&sum->bytes, bytes);
	__sync_fetch_and_add(&sum->calls, 1);
}

/*
 * Called with each piece of the stream that arrives at a socket of map `sockets`, before a
 * process could read it. The verdict: pass (to the process), drop, or redirect.
 *
 * The helper only notes where to; nothing has moved when it returns. Flags 0: the bytes are sent
 * by that socket. With BPF_F_INGRESS they would be received by it.
 */
SEC("sk_skb/stream_verdict")
int pass_on(struct __sk_buff *skb)
{
	count(PASSED_SKB, skb->len);
	return bpf_sk_redirect_map(skb, &sockets, SOCKET_OUT, 0);
}

/*
 * Called inside the sender's write(), with what it writes. The bytes become what the other socket
 * has received: no segments, no acknowledgements, no congestion control.
 */
SEC("sk_msg")
int pass_directly(struct sk_msg_md *msg)
{
	__u32 key = msg->local_port; /* of the socket that sends, in host byte order */

	count(PASSED_MSG, msg->size);
	return bpf_msg_redirect_hash(msg, &peers, &key, BPF_F_INGRESS);
}

char _license[] SEC("license") = "Dual BSD/GPL";
