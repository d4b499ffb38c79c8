// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * offwaketime: for how long tasks are blocked, where, and who wakes them from where.
 *
 * Three moments of a task's life meet in map `blocked`, in an entry under its number:
 *
 *     it leaves the CPU to wait        sched_switch, as `prev`: time and its stacks are noted
 *     somebody wakes it                sched_waking, in the waker's context: the waker's stacks
 *     it has a CPU again               sched_switch, as `next`: the time between is added up
 *
 * The sum is kept for each pair of task and waker with their four stacks, in map `sums`. A stack
 * itself is stored once, in map `stacks`; what stands for it elsewhere is a number.
 *
 * The same by kprobes, as in the days when these tracepoints could not have programs: see below.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/ptrace.h>

#include "bpf_helpers.h"
#include "bpf_target_arch.h"

#include "offwaketime.h"

#define SUMS	10240
#define BLOCKED 10240
/*
 * A stack map is a hash table without chains: there is one place where a stack may be, and a second
 * one that belongs there is turned away (-EEXIST). The kernel rounds the number of places up to a
 * power of two, here 16384, and has memory for this number of stacks: 10 MB. Those turned away go to
 * a smaller map of the kind (4096 places), where they hardly ever meet.
 */
#define STACKS		    10000
#define MORE_STACKS_ENTRIES 2100

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct offwaketime_config);
	__uint(max_entries, 1);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32); /* tid */
	__type(value, struct offwaketime_blocked);
	__uint(max_entries, BLOCKED);
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct offwaketime_key);
	__type(value, struct offwaketime_sum);
	__uint(max_entries, SUMS);
} sums SEC(".maps");

/* Sizes instead of types: stack maps are among those that must not have any. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, STACK_DEPTH * sizeof(__u64));
	__uint(max_entries, STACKS);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, STACK_DEPTH * sizeof(__u64));
	__uint(max_entries, MORE_STACKS_ENTRIES);
} more_stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* LOST_… */
	__type(value, __u64);
	__uint(max_entries, LOST_KINDS);
} lost SEC(".maps");

#else

struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct offwaketime_config),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") blocked = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32), /* tid */
	.value_size = sizeof(struct offwaketime_blocked),
	.max_entries = BLOCKED,
};

struct bpf_map_def SEC("maps") sums = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(struct offwaketime_key),
	.value_size = sizeof(struct offwaketime_sum),
	.max_entries = SUMS,
};

struct bpf_map_def SEC("maps") stacks = {
	.type = BPF_MAP_TYPE_STACK_TRACE,
	.key_size = sizeof(__u32),
	.value_size = STACK_DEPTH * sizeof(__u64),
	.max_entries = STACKS,
};

struct bpf_map_def SEC("maps") more_stacks = {
	.type = BPF_MAP_TYPE_STACK_TRACE,
	.key_size = sizeof(__u32),
	.value_size = STACK_DEPTH * sizeof(__u64),
	.max_entries = MORE_STACKS_ENTRIES,
};

struct bpf_map_def SEC("maps") lost = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* LOST_… */
	.value_size = sizeof(__u64),
	.max_entries = LOST_KINDS,
};

#endif

/*
 * ---- losses ----
 *
 * Whatever is missing in the result has been counted here; or by the kernel, which does not run a
 * tracing program while another one runs on the same CPU, as when an interrupt comes in between.
 */

static __always_inline void count_loss(__u32 kind)
{
	__u64 *count = bpf_map_lookup_elem(&lost, &kind);

	if (count)
		__sync_fetch_and_add(count, 1); /* all CPUs lose into one counter */
}

/* The id of a stack of the current task, or the errno of why there is none: also part of a key. */
static __always_inline __s32 stack_id(void *ctx, __u64 flags)
{
	__s32 id = (__s32)bpf_get_stackid(ctx, &stacks, flags);

	if (id == -EEXIST) {
		id = (__s32)bpf_get_stackid(ctx, &more_stacks, flags);
		if (id >= 0)
			return id + MORE_STACKS;
	}
	if (id == -EEXIST)
		count_loss(LOST_COLLISION);
	else if (id == -ENOMEM)
		count_loss(LOST_MEMORY);
	else if (id < 0)
		count_loss(flags & BPF_F_USER_STACK ? LOST_USER_FAULT : LOST_KERNEL_FAULT);
	return id;
}

/*
 * Who runs at this moment, and where. At sched_switch that is still the one who leaves. User frames
 * are found by frame pointers: through code compiled without them the way is lost.
 */
static __always_inline void describe_current(void *ctx, struct offwaketime_task *task)
{
	__u64 both = bpf_get_current_pid_tgid();

	task->tid = (__u32)both;
	task->tgid = both >> 32;
	task->kernel_stack = stack_id(ctx, 0);
	task->user_stack = stack_id(ctx, BPF_F_USER_STACK);
	bpf_get_current_comm(task->comm, sizeof(task->comm));
}

static __always_inline struct offwaketime_config *read_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&config, &zero);
}

/* Task 0 is the idle loop of each CPU: it runs when nobody else wants to. */
static __always_inline int is_wanted(const struct offwaketime_config *how, __u32 tid,
				     __u32 tgid)
{
	return tid && tid != how->own_tid && (!how->tgid || how->tgid == tgid);
}

/* ---- the three moments ---- */

static __always_inline void begin(__u32 tid, const struct offwaketime_blocked *entry)
{
	if (bpf_map_update_elem(&blocked, &tid, entry, BPF_ANY))
		count_loss(LOST_BLOCKED);
}

/*
 * The current task wakes task `tid`: one that is blocked; or one that has said that it will be, and
 * is on its way off the CPU. That way takes microseconds, and where two tasks play ball with each
 * other the waker is there in time more often than one would think.
 */
static __always_inline void wake(void *ctx, __u32 tid)
{
	struct offwaketime_blocked *entry = bpf_map_lookup_elem(&blocked, &tid);

	if (!entry || entry->woken)
		return;
	/* In place, without locking: the kernel wakes one task on one CPU at a time. */
	describe_current(ctx, &entry->waker);
	if (entry->since)
		entry->woken = bpf_ktime_get_ns();
	else
		entry->early = bpf_ktime_get_ns();
}

/*
 * Adds one block up. The key contains the task's number, and this runs while that task is put on
 * a CPU, of which it can only have one. So nobody else is at this sum, and no atomics are needed.
 */
static __always_inline void add(const struct offwaketime_key *key, __u64 time, __u64 queue)
{
	struct offwaketime_sum *sum = bpf_map_lookup_elem(&sums, key);
	struct offwaketime_sum first = {};

	if (!sum) {
		first.total_ns = time;
		first.queue_ns = queue;
		first.longest_ns = time;
		first.count = 1;
		if (bpf_map_update_elem(&sums, key, &first, BPF_NOEXIST))
			count_loss(LOST_SUM);
		return;
	}
	sum->total_ns += time;
	sum->queue_ns += queue;
	sum->count++;
	if (time > sum->longest_ns)
		sum->longest_ns = time;
}

/*
 * An early wake counts if no later one was seen: then it was this one, or the task would still be
 * blocked. One that is too old for that only kept the task from being blocked, some time ago.
 */
#define EARLIEST 10000000ULL /* ns */

static __always_inline __u64 time_of_wake(const struct offwaketime_blocked *entry)
{
	if (entry->woken)
		return entry->woken;
	return entry->early + EARLIEST > entry->since ? entry->early : 0;
}

/* The task of that entry has a CPU again. */
static __always_inline void end(const struct offwaketime_config *how,
				struct offwaketime_blocked *entry)
{
	__u64 now = bpf_ktime_get_ns(), time = now - entry->since;
	__u64 woken = time_of_wake(entry);
	/* Built in memory that is zero to the last byte: a hash compares all of it. */
	struct offwaketime_key key = {};

	if (time >= how->min_ns) {
		key.task = entry->task;
		if (woken)
			key.waker = entry->waker;
		else
			count_loss(LOST_WAKER);
		add(&key, time, !woken ? 0 : woken < entry->since ? time : now - woken);
	}
	entry->since = 0;
	entry->woken = 0;
	entry->early = 0;
}

/* ---- tracepoints ---- */

/*
 * A number from the event's record. Where it is differs between kernels, so the offset comes from
 * user space, and an offset that is not a constant the verifier accepts for no direct load from
 * `ctx`. A helper copies from whatever address it is given, and fails where there is nothing.
 */
static __always_inline __u64 read_field(void *ctx, __u32 offset, __u32 size)
{
	__u64 long_value = 0;
	__u32 value = 0;

	if (size == sizeof(long_value)) {
		bpf_probe_read_kernel(&long_value, sizeof(long_value), ctx + offset);
		return long_value;
	}
	bpf_probe_read_kernel(&value, sizeof(value), ctx + offset);
	return value;
}

/*
 * prev_state, as the tracepoint has it since 4.14, is a bit: 0x01 to 0x08 sleeping, waiting for a
 * disk, stopped, traced; 0x10 and 0x20 dead; 0x40 parked, 0x80 a kernel thread that is idle. None
 * of these: the task could go on, but another one is to run.
 */
#define STATE_BLOCKED (0x0f | 0x40 | 0x80)
#define STATE_DEAD    (0x10 | 0x20)

/* It is blocked from now on. Its entry stays when that is over, for the next time. */
static __always_inline void block(void *ctx, __u32 tid, struct offwaketime_blocked *entry)
{
	struct offwaketime_blocked first = {};

	if (entry) {
		describe_current(ctx, &entry->task);
		entry->since = bpf_ktime_get_ns();
		return;
	}
	describe_current(ctx, &first.task);
	first.since = bpf_ktime_get_ns();
	begin(tid, &first);
}

static __always_inline void leave(void *ctx, const struct offwaketime_config *how)
{
	__u64 state = read_field(ctx, how->prev_state, how->prev_state_size);
	__u64 both = bpf_get_current_pid_tgid();
	struct offwaketime_blocked *entry;
	__u32 tid = (__u32)both;

	if (!is_wanted(how, tid, both >> 32))
		return;
	entry = bpf_map_lookup_elem(&blocked, &tid);
	if (entry) {
		/* It ran just now, so it is not blocked, even if this program was left out then. */
		entry->since = 0;
		entry->woken = 0;
	}
	if (state & STATE_BLOCKED)
		block(ctx, tid, entry);
	else if (state & STATE_DEAD)
		bpf_map_delete_elem(&blocked, &tid);
	else if (entry)
		entry->early = 0;
}

SEC("tracepoint/sched/sched_switch")
int on_switch(void *ctx)
{
	struct offwaketime_config *how = read_config();
	struct offwaketime_blocked *entry;
	__u32 next;

	if (!how)
		return 0;
	leave(ctx, how);
	next = (__u32)read_field(ctx, how->next_pid, sizeof(next));
	entry = bpf_map_lookup_elem(&blocked, &next);
	if (entry && entry->since)
		end(how, entry);
	return 0;
}

/* Not sched_wakeup: that one may run where the task is going to, not where the waker is. */
SEC("tracepoint/sched/sched_waking")
int on_waking(void *ctx)
{
	struct offwaketime_config *how = read_config();

	if (how)
		wake(ctx, (__u32)read_field(ctx, how->waking_pid, sizeof(__u32)));
	return 0;
}

/* ---- kprobes: the same moments, by the kernel's functions ---- */

/*
 * try_to_wake_up(task, …) runs in the waker's context. What the argument points to has a layout
 * that differs from kernel to kernel; user space looks it up in the kernel's BTF.
 */
SEC("kprobe/try_to_wake_up")
int on_try_to_wake_up(struct pt_regs *ctx)
{
	struct offwaketime_config *how = read_config();

	if (how)
		wake(ctx, (__u32)read_field((void *)PT_REGS_PARM1(ctx), how->task_pid,
					    sizeof(__u32)));
	return 0;
}

/*
 * The current task is back: its stacks are still those that it left with. A task that was not
 * woken meanwhile has not been blocked, but waited for its turn.
 */
static __always_inline void come_back(void *ctx, const struct offwaketime_config *how)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct offwaketime_blocked *entry = bpf_map_lookup_elem(&blocked, &tid);

	if (!entry)
		return;
	if (entry->woken) {
		describe_current(ctx, &entry->task);
		end(how, entry);
	}
	bpf_map_delete_elem(&blocked, &tid);
}

/*
 * finish_task_switch(prev) runs as the next task already. It cannot be told whether `prev` is
 * blocked (its state may have changed meanwhile), so everyone is noted who leaves.
 */
SEC("kprobe/finish_task_switch")
int on_finish_task_switch(struct pt_regs *ctx)
{
	void *prev = (void *)PT_REGS_PARM1(ctx);
	struct offwaketime_config *how = read_config();
	struct offwaketime_blocked entry = {};
	__u32 tid, tgid;

	if (!how)
		return 0;
	tid = (__u32)read_field(prev, how->task_pid, sizeof(tid));
	tgid = (__u32)read_field(prev, how->task_tgid, sizeof(tgid));
	if (is_wanted(how, tid, tgid)) {
		entry.since = bpf_ktime_get_ns();
		begin(tid, &entry);
	}
	come_back(ctx, how);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
