// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Both forms in one file, as our samples have them, and a choice by -D. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

#ifdef BTF_MAPS
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} counts SEC(".maps");
#else
struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};
#endif

#if SIZE > 1
struct bpf_map_def SEC("maps") more = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = SIZE,
};
#endif
