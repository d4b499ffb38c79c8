// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: sections of tracing programs. None is attached.
 */
#include <linux/bpf.h>
#include <linux/bpf_perf_event.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16);
	__uint(key_size, 4);
	__uint(value_size, 80);
} stacks SEC(".maps");

static __always_inline int send(void *ctx)
{
	__u64 value = bpf_get_stackid(ctx, &stacks, 0);

	return bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &value, sizeof(value));
}

#define PROGRAM(SECTION, NAME)            \
	SEC(SECTION) int NAME(void *ctx)  \
	{                                 \
		return send(ctx) ? 0 : 0; \
	}

PROGRAM("kprobe/do_nanosleep", on_kprobe)
PROGRAM("kretprobe/do_nanosleep", on_kretprobe)
PROGRAM("uprobe//bin/sh:main", on_uprobe)
PROGRAM("uretprobe//bin/sh:main", on_uretprobe)
PROGRAM("tracepoint/sched/sched_switch", on_tracepoint)
PROGRAM("tp/sched/sched_wakeup", on_tp)
PROGRAM("raw_tracepoint/sched_switch", on_raw_tracepoint)
PROGRAM("raw_tp/sched_wakeup", on_raw_tp)
PROGRAM("perf_event", on_perf_event)

char _license[] SEC("license") = "GPL";
