// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Members by their place, in one line and in several. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") counts = { BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(__u32), sizeof(long), 16 };

struct bpf_map_def SEC("maps") seen = {
	BPF_MAP_TYPE_HASH, 4, 8, /* address, time */
	1024,
	BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") mixed = { BPF_MAP_TYPE_ARRAY, .max_entries = 8, .value_size = sizeof(int), .key_size = sizeof(int) };
