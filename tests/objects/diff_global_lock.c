// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: a lock among the global variables. The kernel finds it by the BTF of the
 * section, which the map for it must carry.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} values SEC(".maps");

struct bpf_spin_lock lock SEC(".data.locked");
__u64 guarded SEC(".data.locked");

SEC("tc") int count(struct __sk_buff *skb)
{
	bpf_spin_lock(&lock);
	guarded++;
	bpf_spin_unlock(&lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
