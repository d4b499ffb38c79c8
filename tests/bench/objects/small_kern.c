// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * small: what loading costs when there is nothing to load. One map, one program of seven
 * instructions, one relocation.
 */
#include <linux/bpf.h>
#include "bpf_helpers.h"

#ifdef BTF_MAPS
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} seen SEC(".maps");
#else
struct bpf_map_def SEC("maps") seen = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};
#endif

SEC("socket")
int forget(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_delete_elem(&seen, &key);
}

char _license[] SEC("license") = "GPL";
