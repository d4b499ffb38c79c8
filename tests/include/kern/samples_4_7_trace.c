// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of the tracing samples of Linux 4.2-4.9: kernel headers for a type or a constant,
 * registers by PT_REGS_*() of bpf_helpers.h, the _(P) macro, a version section.
 *
 * EXPECT section kprobe/try_to_wake_up
 * EXPECT section kretprobe/kmem_cache_alloc_node
 * EXPECT section version
 * EXPECT symbol _version 4
 * EXPECT symbol stacks 28
 * EXPECT insn call 27
 */
#include <linux/skbuff.h>
#include <linux/netdevice.h>
#include <uapi/linux/bpf.h>
#include <uapi/linux/ptrace.h>
#include <uapi/linux/perf_event.h>
#include <linux/version.h>
#include <linux/sched.h>
#include "bpf_helpers.h"

#define _(P)                                               \
	({                                                 \
		typeof(P) value = 0;                       \
		bpf_probe_read(&value, sizeof(value), &P); \
		value;                                     \
	})

struct wake {
	char name[TASK_COMM_LEN];
	u32 stack;
};

struct bpf_map_def SEC("maps") wakes = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(long),
	.value_size = sizeof(struct wake),
	.max_entries = 1000,
};

struct bpf_map_def SEC("maps") stacks = {
	.type = BPF_MAP_TYPE_STACK_TRACE,
	.key_size = sizeof(u32),
	.value_size = PERF_MAX_STACK_DEPTH * sizeof(u64),
	.max_entries = 1000,
};

SEC("kprobe/try_to_wake_up")
int waker(struct pt_regs *ctx)
{
	struct task_struct *task = (void *)PT_REGS_PARM1(ctx);
	long key = (long)task;
	struct wake wake = {};

	bpf_get_current_comm(&wake.name, sizeof(wake.name));
	wake.stack = bpf_get_stackid(ctx, &stacks, BPF_F_FAST_STACK_CMP);
	bpf_map_update_elem(&wakes, &key, &wake, BPF_ANY);
	return 0;
}

SEC("kretprobe/kmem_cache_alloc_node")
int allocated(struct pt_regs *ctx)
{
	long ip = 0, *slot = (long *)PT_REGS_RC(ctx);
	char fmt[] = "%p from %lx, first word %lx\n";

	BPF_KRETPROBE_READ_RET_IP(ip, ctx);
	bpf_trace_printk(fmt, sizeof(fmt), slot, ip, _(*slot));
	return 0;
}
char _license[] SEC("license") = "GPL";
u32 _version SEC("version") = LINUX_VERSION_CODE;
