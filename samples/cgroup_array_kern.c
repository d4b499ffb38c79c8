// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * cgroup_array: is it in that cgroup, or below it? Asked of a packet and of a process.
 *
 * A classifier on an interface's way out asks for the cgroup of each packet's socket, and drops
 * what comes from inside. A program on the tracepoint of execve() asks for the cgroup of the
 * process that runs it. Both ask about the same array, which user space fills with cgroups.
 *
 * Compiled twice: cgroup_array_kern.o has struct bpf_map_def in SEC("maps"),
 * cgroup_array_kern.btf.o has types in SEC(".maps").
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include "bpf_helpers.h"

#include "cgroup_array.h"

/*
 * The array of cgroups: user space writes a descriptor of a cgroup's directory, the kernel keeps
 * the cgroup. Nobody can read it back; a program can only ask about it. It is no place to count.
 */
#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__type(key, __u32);   /* CGROUP_WATCHED, CGROUP_INSIDE */
	__type(value, __u32); /* a descriptor, when it is written */
	__uint(max_entries, CGROUPS);
} cgroups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* OUTSIDE, INSIDE */
	__type(value, struct counted);
	__uint(max_entries, SIDES);
} counted SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct settings);
	__uint(max_entries, 1);
} settings SEC(".maps");

#else

struct bpf_map_def SEC("maps") cgroups = {
	.type = BPF_MAP_TYPE_CGROUP_ARRAY,
	.key_size = sizeof(__u32),   /* CGROUP_WATCHED, CGROUP_INSIDE */
	.value_size = sizeof(__u32), /* a descriptor, when it is written */
	.max_entries = CGROUPS,
};

struct bpf_map_def SEC("maps") counted = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* OUTSIDE, INSIDE */
	.value_size = sizeof(struct counted),
	.max_entries = SIDES,
};

struct bpf_map_def SEC("maps") settings = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct settings),
	.max_entries = 1,
};

#endif

/* The counters of one side; NULL if `side` is an error of a helper. */
static __always_inline struct counted *counters(long side)
{
	__u32 index = side;

	/* An index behind the end is no error of the verifier's: the lookup gives NULL. */
	return bpf_map_lookup_elem(&counted, &index);
}

static __always_inline int drops_inside(void)
{
	__u32 first = 0;
	struct settings *set = bpf_map_lookup_elem(&settings, &first);

	return set && set->drop;
}

SEC("classifier")
int filter(struct __sk_buff *skb)
{
	struct counted *count;
	long inside;

	/*
	 * 1: the packet's socket was made in that cgroup or in one below it; 0: it was not. Less
	 * than 0: cannot be said, -ENOENT as the packet has no socket of this machine, -EAGAIN as
	 * there is no cgroup at that index. Not watched is only what is known not to be.
	 */
	if (!bpf_skb_under_cgroup(skb, &cgroups, CGROUP_WATCHED))
		return TC_ACT_OK;
	inside = bpf_skb_under_cgroup(skb, &cgroups, CGROUP_INSIDE);
	count = counters(inside);
	if (!count)
		return TC_ACT_OK;
	/* Atomic: packets leave on all CPUs. */
	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, skb->len);
	return inside && drops_inside() ? TC_ACT_SHOT : TC_ACT_OK;
}

/*
 * Runs in the process that has just become another program. Nothing of the event's record is
 * needed: whose cgroup it is about is "current", the process that runs.
 */
SEC("tracepoint/sched/sched_process_exec")
int started(void *ctx)
{
	struct counted *count;

	if (!bpf_current_task_under_cgroup(&cgroups, CGROUP_WATCHED))
		return 0;
	count = counters(bpf_current_task_under_cgroup(&cgroups, CGROUP_INSIDE));
	if (count)
		__sync_fetch_and_add(&count->programs, 1);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
