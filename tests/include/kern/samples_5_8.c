// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of samples/bpf in Linux 5.5-5.10: <bpf/...> headers, bpf_legacy.h, both kinds of map
 * definition, registers from bpf_tracing.h without -D__TARGET_ARCH_xxx.
 *
 * EXPECT section .maps
 * EXPECT section maps
 * EXPECT symbol legacy 28
 * EXPECT symbol same_by_old_name 28
 * EXPECT section kprobe/kfree_skb
 * EXPECT insn skb[0]
 * EXPECT btf
 */
#include <linux/ptrace.h>
#include <linux/version.h>
#include <uapi/linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "bpf_legacy.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, long);
	__type(value, u64);
	__uint(max_entries, 64);
} modern SEC(".maps");

struct bpf_map_def SEC("maps") legacy = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(u64),
	.max_entries = 1,
};

struct bpf_map_def_legacy SEC("maps") same_by_old_name = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = sizeof(u32),
	.value_size = sizeof(u32),
	.max_entries = 1,
	.inner_map_idx = 0,
};

SEC("kprobe/kfree_skb")
int BPF_KPROBE(freed, void *skb, long second)
{
	long from = 0, key = (long)skb ^ second;
	u64 one = 1;

	BPF_KPROBE_READ_RET_IP(from, ctx);
	bpf_map_update_elem(&modern, &key, &one, BPF_ANY);
	return from == PT_REGS_IP(ctx);
}

SEC("socket")
int first_byte(struct __sk_buff *skb)
{
	return load_byte(skb, 0) == bpf_htons(1);
}
char _license[] SEC("license") = "GPL";
u32 _version SEC("version") = LINUX_VERSION_CODE;
