// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * trace_output: sends an event to user space for each call of getpgid(), through a perf buffer.
 *
 * A map of type PERF_EVENT_ARRAY has a slot for each CPU. User space puts a perf event into each,
 * and the ring that belongs to it is memory that both sides see: bpf_perf_event_output() copies
 * an event into the ring of the CPU it runs on, user space reads it there without a system call.
 * When a ring is full the event is lost. The kernel does not wait, so the program counts.
 *
 * This source is compiled twice, with one definition of the maps or the other; see sockex1_kern.c.
 */
#include <linux/bpf.h>
#include <linux/errno.h>

#include "bpf_helpers.h"
#include "trace_output.h"

#ifdef BTF_MAPS

/* No max_entries: how many CPUs there are is only known where it is loaded. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));   /* CPU */
	__uint(value_size, sizeof(__u32)); /* file descriptor of a perf event */
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct counts);
	__uint(max_entries, 1);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32); /* WATCH_… or a process id */
	__uint(max_entries, 1);
} watched SEC(".maps");

#else

/* max_entries is 0: the loader puts in how many CPUs there are. Old sources guessed. */
struct bpf_map_def SEC("maps") events = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = sizeof(__u32),   /* CPU */
	.value_size = sizeof(__u32), /* file descriptor of a perf event */
};

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct counts),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") watched = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32), /* WATCH_… or a process id */
	.max_entries = 1,
};

#endif

static __always_inline int is_watched(__u32 pid)
{
	const __u32 zero = 0;
	const __u32 *whom = bpf_map_lookup_elem(&watched, &zero);

	return whom && (*whom == WATCH_EVERYONE || *whom == pid);
}

/*
 * Neither addition has to be atomic. The value is this CPU's own, and a program on a tracepoint
 * is not interrupted by another: the kernel would leave out the second.
 */
static __always_inline void count_result(struct counts *mine, long result)
{
	if (result == -ENOSPC)
		mine->refused++;
	else if (result)
		mine->failed++;
}

/*
 * On the way into the system call. The name of the section says where to attach, and the kernel
 * calls the program for nothing but this one system call.
 */
SEC("tracepoint/syscalls/sys_enter_getpgid")
int send_event(void *ctx)
{
	const __u32 zero = 0;
	struct event event;
	struct counts *mine;

	/* The upper half is what user space calls the process id, the lower one the thread's. */
	event.pid = bpf_get_current_pid_tgid() >> 32;
	if (!is_watched(event.pid))
		return 0;
	mine = bpf_map_lookup_elem(&counts, &zero);
	if (!mine)
		return 0;

	/* Every member is written, or what was on the stack before would leak to user space. */
	event.sequence = mine->produced++;
	event.cookie = EVENT_COOKIE;
	event.cpu = bpf_get_smp_processor_id();

	/*
	 * BPF_F_CURRENT_CPU: the slot of this CPU. No other would do, a ring has one writer. The
	 * result tells of a full ring at once; the reader will hear of it later, or never.
	 */
	count_result(mine, bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event,
						 sizeof(event)));
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
