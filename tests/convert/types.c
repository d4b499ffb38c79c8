// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Types of map, and what the kernel wants of their keys and values. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

enum state { OFF, ON };

struct prefix {
	__u32 length, address;
};

struct bpf_map_def SEC("maps") ring = {
	.type = BPF_MAP_TYPE_RINGBUF,
	.key_size = 0,
	.value_size = 0,
	.max_entries = 4096,
};

struct bpf_map_def SEC("maps") queue = {
	.type = BPF_MAP_TYPE_QUEUE,
	.key_size = 0,
	.value_size = sizeof(__u32),
	.max_entries = 8,
};

struct bpf_map_def SEC("maps") events = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(int),
};

struct bpf_map_def SEC("maps") stacks = {
	.type = BPF_MAP_TYPE_STACK_TRACE,
	.key_size = sizeof(__u32),
	.value_size = 127 * sizeof(__u64),
	.max_entries = 64,
};

struct bpf_map_def SEC("maps") routes = {
	.type = BPF_MAP_TYPE_LPM_TRIE,
	.key_size = sizeof(struct prefix),
	.value_size = sizeof(__u32),
	.max_entries = 10,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") bytes = {
	.type = BPF_MAP_TYPE_LPM_TRIE,
	.key_size = sizeof(__u8[8]),
	.value_size = sizeof(__u32),
	.max_entries = 10,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") states = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(enum state),
	.value_size = sizeof(__u32),
	.max_entries = 2,
};

struct bpf_map_def SEC("maps") programs = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 4,
};

struct bpf_map_def SEC("maps") half = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = 64,
	.max_entries = 4,
};
