// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * struct_ops_cc: a congestion control for TCP, made of BPF programs: the oldest rule there is, one
 * packet more with each round trip, half as many after a loss.
 *
 * This is what a loader of bpf_load's kind cannot do. A struct of the kernel, full of pointers to
 * functions, is filled in by name: the loader has to find struct tcp_congestion_ops among the types
 * of the running kernel, compare it member by member with the one here, and load each program as
 * the implementation of that member. libbpf does it, and adapts field offsets on the way (CO-RE).
 *
 * Of this source, too, two objects are made. The struct itself has only one form, and so:
 *
 *     struct_ops_cc_kern.o       `calls` in SEC("maps"): libbpf 1.0 and later refuse it for that,
 *                                bpf_load for its struct_ops
 *     struct_ops_cc_kern.btf.o   `calls` in SEC(".maps"): libbpf takes it, bpf_load refuses it
 */
#include <linux/bpf.h>
#include <stdbool.h>

#include "bpf_helpers.h"
#include "struct_ops_cc.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* CALLS_… */
	__type(value, __u64);
	__uint(max_entries, CALLS);
} calls SEC(".maps");

#else

struct bpf_map_def SEC("maps") calls = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* CALLS_… */
	.value_size = sizeof(__u64),
	.max_entries = CALLS,
};

#endif

/*
 * Of the kernel's structs only the members that are used here, in any order: where they really are
 * libbpf looks up in the running kernel. The attribute makes the compiler note each access.
 */
struct sock;

struct tcp_sock {
	__u32 snd_cwnd;	       /* packets that may be under way */
	__u32 snd_cwnd_cnt;    /* acknowledged since the last time it grew */
	__u32 snd_ssthresh;    /* below it, growth is fast */
	__u32 prior_cwnd;      /* what it was before the loss */
	__u32 max_packets_out; /* under way at most, lately */
} __attribute__((preserve_access_index));

struct tcp_congestion_ops {
	void (*init)(struct sock *sk);
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

static __always_inline void count(__u32 function)
{
	__u64 *times = bpf_map_lookup_elem(&calls, &function);

	if (times)
		__sync_fetch_and_add(times, 1);
}

/*
 * What the kernel calls has the function's arguments as its context: eight bytes each. The first is
 * the socket. The verifier knows that it is a struct tcp_sock, lets it be read like one, and
 * written in the few members that a congestion control may change.
 */
#define SOCKET(ctx) ((struct tcp_sock *)(ctx)[0])

SEC("struct_ops/toy_init")
int toy_init(unsigned long long *ctx)
{
	count(CALLS_INIT);
	return 0;
}

/* A packet was lost. How many may be under way from now on? */
SEC("struct_ops/toy_ssthresh")
int toy_ssthresh(unsigned long long *ctx)
{
	__u32 half = SOCKET(ctx)->snd_cwnd / 2;

	count(CALLS_SSTHRESH);
	return half > 2 ? half : 2;
}

/* `acked` packets were acknowledged. Who does not use the window has no reason to widen it. */
SEC("struct_ops/toy_cong_avoid")
int toy_cong_avoid(unsigned long long *ctx)
{
	struct tcp_sock *tcp = SOCKET(ctx);
	__u32 acked = ctx[2], window = tcp->snd_cwnd, have;

	count(CALLS_CONG_AVOID);
	if (window >= 2 * tcp->max_packets_out)
		return 0;
	if (window <
	    tcp->snd_ssthresh) { /* the beginning: twice as many with each round trip */
		tcp->snd_cwnd = window + acked;
		return 0;
	}
	have = tcp->snd_cwnd_cnt + acked;
	if (have >= window) { /* a whole window was acknowledged: one more */
		have -= window;
		tcp->snd_cwnd = window + 1;
	}
	tcp->snd_cwnd_cnt = have;
	return 0;
}

/* The loss was none: the packet was only late. Back to what it was. */
SEC("struct_ops/toy_undo_cwnd")
int toy_undo_cwnd(unsigned long long *ctx)
{
	struct tcp_sock *tcp = SOCKET(ctx);

	count(CALLS_UNDO_CWND);
	return tcp->prior_cwnd > tcp->snd_cwnd ? tcp->prior_cwnd : tcp->snd_cwnd;
}

/* The whole of it: a variable, whose pointers are filled in when it is loaded. */
SEC(".struct_ops")
struct tcp_congestion_ops toy = {
	.init = (void *)toy_init,
	.ssthresh = (void *)toy_ssthresh,
	.cong_avoid = (void *)toy_cong_avoid,
	.undo_cwnd = (void *)toy_undo_cwnd,
	.name = TOY_NAME,
};

/* Congestion control is for GPL programs only; "Dual BSD/GPL" is one of those. */
char _license[] SEC("license") = "Dual BSD/GPL";
