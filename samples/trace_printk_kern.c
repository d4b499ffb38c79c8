// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * trace_printk: a BPF program that prints, and a switch for it in a map.
 *
 * For each call of getpgid(), a system call that few programs make, it writes a line to the
 * kernel's trace buffer, like
 *
 *     sample 4711: bash calls getpgid(0x7b)
 *
 * but only while user space has the switch on: the way to leave debug output in a program that
 * runs for long. What it printed it also counts, so that the reader knows what it has missed.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"
#include "trace_printk.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* 0 */
	__type(value, struct trace_printk_config);
	__uint(max_entries, 1);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);   /* TRACE_PRINTK_… */
	__type(value, __u64); /* how many */
	__uint(max_entries, TRACE_PRINTK_COUNTS);
} counts SEC(".maps");

#else

struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* 0 */
	.value_size = sizeof(struct trace_printk_config),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),   /* TRACE_PRINTK_… */
	.value_size = sizeof(__u64), /* how many */
	.max_entries = TRACE_PRINTK_COUNTS,
};

#endif

#define COMM_SIZE 16 /* of a thread's name, TASK_COMM_LEN in the kernel */

/* One element for all CPUs: two of them may add at the same time. */
static __always_inline void count(__u32 what)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &what);

	if (value)
		__sync_fetch_and_add(value, 1);
}

/*
 * The format is a local array, which the compiler fills by instructions that carry its letters. So
 * nothing in the program refers to a constant in a section .rodata, which would have to become a
 * map of its own: loaders and kernels of that time had no such thing. The array is on the stack,
 * of 512 bytes in all, and its size goes along: a helper is never told to look for an end.
 *
 * Behind these two there is room for three values, no more: a helper has five arguments. Each is
 * 64 bits wide whatever the format says. %d, %u, %x, with l or ll, and %p take numbers, %s the
 * address of a string; for what else it finds the helper returns -EINVAL and prints nothing.
 *
 * There is no \n at the end. Since 5.9 a line is a trace event, which brings its own.
 */
static __always_inline long print(const struct trace_printk_config *settings, __u64 argument)
{
	char format[] = "sample %d: %s calls getpgid(0x%llx)";
	char name[COMM_SIZE] = {};

	bpf_get_current_comm(name, sizeof(name));
	return bpf_trace_printk(format, sizeof(format), settings->tag, name, argument);
}

SEC("tracepoint/syscalls/sys_enter_getpgid")
int getpgid_called(void *ctx)
{
	struct trace_printk_config *settings;
	__u64 argument = 0;
	__u32 zero = 0;

	settings = bpf_map_lookup_elem(&config, &zero);
	if (!settings)
		return 0;
	if (settings->pid && settings->pid != bpf_get_current_pid_tgid() >> 32)
		return 0;
	count(TRACE_PRINTK_SEEN);
	if (!settings->on)
		return 0;

	bpf_probe_read_kernel(&argument, sizeof(argument), ctx + settings->arg_offset);
	/* What it returns is how many bytes it printed, or a negative errno. */
	if (print(settings, argument) < 0)
		count(TRACE_PRINTK_REFUSED);
	else
		count(TRACE_PRINTK_PRINTED);
	return 0;
}

/* bpf_trace_printk() is for programs under the GPL only, and so is bpf_probe_read_kernel(). */
char _license[] SEC("license") = "Dual BSD/GPL";
