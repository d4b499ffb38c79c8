// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Kernel side of era_4_10_user.c, in the style of Linux 4.10: a tracepoint with a struct of its
 * own for the arguments, a hash by process, one value for each CPU, and a map through which user
 * space says what to count. The kernel's version is claimed, as kprobes needed it.
 */
#include <linux/ptrace.h>
#include <linux/version.h>
#include <uapi/linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") calls_by_process = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(u32),
	.value_size = sizeof(u64),
	.max_entries = 4096,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") calls_by_cpu = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(u64),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") wanted_call = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(long),
	.max_entries = 1,
};

struct sys_enter_args {
	unsigned long long unused;
	long id;
	unsigned long args[6];
};

SEC("tracepoint/raw_syscalls/sys_enter")
int count_call(struct sys_enter_args *ctx)
{
	u32 process = bpf_get_current_pid_tgid() >> 32, zero = 0;
	long *wanted = bpf_map_lookup_elem(&wanted_call, &zero);
	u64 *value, one = 1;

	if (!wanted || ctx->id != *wanted)
		return 0;
	value = bpf_map_lookup_elem(&calls_by_process, &process);
	if (value)
		__sync_fetch_and_add(value, 1);
	else
		bpf_map_update_elem(&calls_by_process, &process, &one, BPF_NOEXIST);
	value = bpf_map_lookup_elem(&calls_by_cpu, &zero);
	if (value)
		*value += 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
u32 _version SEC("version") = LINUX_VERSION_CODE;
