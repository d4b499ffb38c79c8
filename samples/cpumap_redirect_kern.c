// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * cpumap_redirect: packets that come in on one CPU, spread over others.
 *
 * An interface's interrupts come to one CPU, and there the packets are handled, all the way through
 * the network stack. A CPUMAP moves the larger part of that work: `spread` runs where the packet
 * came in and only decides which CPU is to have it. There a kernel thread takes it from a queue,
 * runs `handle` for it, makes an sk_buff of it and gives it to the network stack.
 *
 *     spread           the interface's program, on the CPU that the interface interrupts
 *     handle           the program of the CPUMAP's entry, on the CPU that the entry is for
 *     count_delivered  the filter of a socket: has the packet come through the stack, and where?
 *
 * Every stage counts in its own member, every CPU in its own copy: user space sees the way.
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "cpumap_redirect.h"
#include "xdp_packet.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__type(key, __u32); /* the CPU */
	__type(value,
	       struct bpf_cpumap_val); /* length of its queue, and a program to run there */
	__uint(max_entries, MAX_CPUS);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* always 0 */
	__type(value, struct targets);
	__uint(max_entries, 1);
} targets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32); /* always 0 */
	__type(value, struct stages);
	__uint(max_entries, 1);
} stages SEC(".maps");

#else

struct bpf_map_def SEC("maps") cpus = {
	.type = BPF_MAP_TYPE_CPUMAP,
	.key_size = sizeof(__u32),		     /* the CPU */
	.value_size = sizeof(struct bpf_cpumap_val), /* length of its queue, and a program */
	.max_entries = MAX_CPUS,
};

struct bpf_map_def SEC("maps") targets = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* always 0 */
	.value_size = sizeof(struct targets),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") stages = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32), /* always 0 */
	.value_size = sizeof(struct stages),
	.max_entries = 1,
};

#endif

/* The counters of the CPU that this runs on. */
static __always_inline struct stages *own_stages(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&stages, &zero);
}

/*
 * The CPU for a packet. All packets of a conversation must go to the same, or they overtake each
 * other; so a number that they have in common decides. Here the port they are sent to, so that
 * one can foresee it; usually a hash of both addresses and both ports.
 */
static __always_inline __u32 choose(const struct udphdr *udp)
{
	__u32 zero = 0, index;
	struct targets *all = bpf_map_lookup_elem(&targets, &zero);

	if (!all || !all->count)
		return 0;
	index = bpf_ntohs(udp->dest) % all->count;
	/* The verifier does not know that count is at most MAX_CPUS. */
	return all->cpus[index & (MAX_CPUS - 1)];
}

SEC("xdp")
int spread(struct xdp_md *ctx)
{
	struct packet packet = PACKET(ctx);
	struct udphdr *udp = packet_udp(&packet);
	struct stages *counters = own_stages();
	int action;

	if (!counters)
		return XDP_PASS;
	if (!udp) {
		counters->others++;
		return XDP_PASS;
	}
	counters->came_in++;
	/* XDP_REDIRECT; or XDP_PASS, as the last argument says, if that CPU has no entry. */
	action = bpf_redirect_map(&cpus, choose(udp), XDP_PASS);
	if (action == XDP_REDIRECT)
		counters->redirected++;
	return action;
}

/*
 * Its section tells that it is for the entries of a CPUMAP: the kernel lets such a program on no
 * interface, and no other on a CPUMAP. XDP_PASS means: to the network stack, on this CPU.
 */
SEC("xdp/cpumap")
int handle(struct xdp_md *ctx)
{
	struct stages *counters = own_stages();

	if (counters)
		counters->handled++;
	return XDP_PASS;
}

/* 0: the socket keeps no byte of it. */
SEC("socket")
int count_delivered(struct __sk_buff *skb)
{
	struct stages *counters = own_stages();

	/*
	 * Atomic, although the copy is this CPU's own: packets that come while a process has the
	 * socket wait for it, and the filter then runs in the process, which another packet of the
	 * same CPU may interrupt.
	 */
	if (counters)
		__sync_fetch_and_add(&counters->delivered, 1);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
