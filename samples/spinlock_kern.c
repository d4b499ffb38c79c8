// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * spinlock: four ways to add 1 to two numbers, run on several CPUs at once.
 *
 * count and twin start as 0, and each run adds 1 to both. After N runs both should be N, and in
 * between they should never differ. Without a lock neither is so; with a lock both are; atomic
 * additions give the first but not the second; and a pair for each CPU has no one to argue with.
 *
 * Compiled twice: spinlock_kern.o has struct bpf_map_def in SEC("maps"),
 * spinlock_kern.btf.o has types in SEC(".maps").
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include "bpf_annotate.h"
#include "bpf_helpers.h"

#include "spinlock.h"

/*
 * A lock is part of a value. The kernel must know where in the value it is: to hand it to programs
 * for locking only, and to leave it out when user space reads or writes the value. It learns
 * that from BTF, and without it, it refuses bpf_spin_lock().
 */
#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32); /* NO_LOCK, SPIN_LOCK, ATOMIC */
	__type(value, struct counter);
	__uint(max_entries, PER_CPU);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct cpu_counter);
	__uint(max_entries, 1);
} cpu_counters SEC(".maps");

#else

struct bpf_map_def SEC("maps") counters = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32), /* NO_LOCK, SPIN_LOCK, ATOMIC */
	.value_size = sizeof(struct counter),
	.max_entries = PER_CPU,
};

/* The definition says sizes only. This adds the types, in a section of their own. */
BPF_ANNOTATE_KV_PAIR(counters, __u32, struct counter);

struct bpf_map_def SEC("maps") cpu_counters = {
	.type = BPF_MAP_TYPE_PERCPU_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct cpu_counter),
	.max_entries = 1,
};

#endif

/*
 * Each += is three steps: read, add, write. Two CPUs that read the same number write the same
 * number, and one of the two additions is lost.
 */
SEC("classifier/no_lock")
int add_without_lock(struct __sk_buff *skb)
{
	__u32 key = NO_LOCK;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return TC_ACT_OK;
	counter->count += 1;
	counter->twin += 1;
	return TC_ACT_OK;
}

/*
 * Whoever comes second waits, turning round and round. So the verifier sees to it that a lock is
 * held for a short time only: no call of a helper in between, no second lock, no way out without
 * unlocking. And no lock at all where a program may interrupt another one: in tracing programs.
 */
SEC("classifier/spin_lock")
int add_with_lock(struct __sk_buff *skb)
{
	__u32 key = SPIN_LOCK;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return TC_ACT_OK;
	bpf_spin_lock(&counter->lock);
	counter->count += 1;
	counter->twin += 1;
	bpf_spin_unlock(&counter->lock);
	return TC_ACT_OK;
}

/* Nothing gets lost. But between the one instruction and the other, one number is ahead. */
SEC("classifier/atomic")
int add_atomically(struct __sk_buff *skb)
{
	__u32 key = ATOMIC;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return TC_ACT_OK;
	__sync_fetch_and_add(&counter->count, 1);
	__sync_fetch_and_add(&counter->twin, 1);
	return TC_ACT_OK;
}

/*
 * No other CPU has this pair. Atomic all the same: on a kernel that takes the CPU away from a
 * thread at any time, the next thread may run this program before the first has written.
 */
SEC("classifier/per_cpu")
int add_per_cpu(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct cpu_counter *counter = bpf_map_lookup_elem(&cpu_counters, &key);

	if (!counter)
		return TC_ACT_OK;
	__sync_fetch_and_add(&counter->count, 1);
	__sync_fetch_and_add(&counter->twin, 1);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
