/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * offwaketime: what its program in the kernel and the one in user space have in common.
 *
 * A "task" is what the scheduler runs, a thread; tid is its number, tgid that of its process (which
 * user space calls pid).
 */
#ifndef SAMPLES_OFFWAKETIME_H
#define SAMPLES_OFFWAKETIME_H

#include <linux/types.h>

#define COMM_LENGTH 16	/* TASK_COMM_LEN, the kernel's length of a task's name */
#define STACK_DEPTH 127 /* frames; what sysctl kernel.perf_event_max_stack allows at first */

/* One element: what the programs are told before they are attached. */
struct offwaketime_config {
	__u32 own_tid; /* the reporting thread, which waits for the next report: left out */
	__u32 tgid;    /* only tasks of this process; 0: all */
	__u64 min_ns;  /* shorter times are left out */

	/* bytes from the start of the tracepoints' records */
	__u32 prev_state, prev_state_size; /* sched_switch */
	__u32 next_pid;
	__u32 waking_pid; /* sched_waking */

	/* bytes from the start of struct task_struct; for the kprobes */
	__u32 task_pid, task_tgid;
};

/* A stack in map `more_stacks` has this added to its id. */
#define MORE_STACKS (1 << 24)

/* Who somebody is, and where: ids of stacks, or the negative errno of the loss. */
struct offwaketime_task {
	__u32 tid, tgid;
	__s32 kernel_stack, user_stack;
	char comm[COMM_LENGTH];
};

/* A task that is blocked, or was; the key is its tid. */
struct offwaketime_blocked {
	__u64 since; /* ns, of a clock that does not jump; 0: it is not blocked now */
	__u64 woken; /* 0: nobody has woken it yet */
	__u64 early; /* it was woken at that time, on its way to being blocked; 0: it was not */
	struct offwaketime_task task; /* kprobes know only the time */
	struct offwaketime_task waker;
};

/* What time is added up by: the same task at the same place, woken from the same place. */
struct offwaketime_key {
	struct offwaketime_task task, waker; /* a waker that was not seen is all zero */
};

struct offwaketime_sum {
	__u64 total_ns; /* from leaving the CPU to having one again */
	__u64 queue_ns; /* of that: awake, and waiting for a CPU */
	__u64 longest_ns;
	__u64 count;
};

/* What could not be counted, or not wholly; indexes of map `lost`. */
enum {
	LOST_BLOCKED,	   /* no room in `blocked`: this block is not counted */
	LOST_SUM,	   /* no room in `sums`: likewise */
	LOST_COLLISION,	   /* -EEXIST: other stacks have its places in both stack maps */
	LOST_MEMORY,	   /* -ENOMEM: a stack map is full */
	LOST_KERNEL_FAULT, /* -EFAULT: no kernel frame could be read */
	LOST_USER_FAULT,   /* -EFAULT: no user frame; all kernel threads are such */
	LOST_WAKER,	   /* nobody was seen waking it; the time is counted without a waker */
	LOST_KINDS,
};

#endif
