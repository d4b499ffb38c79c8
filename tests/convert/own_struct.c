// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Structs that the file defines for itself. */
#include <linux/bpf.h>
#define BPF_NO_MAP_DEF
#include "bpf_helpers.h"

struct bpf_map_def {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
	unsigned int pinning;
	unsigned int owner;
};

typedef struct {
	__u32 type, key_size, value_size, max_entries;
} map_t;

struct bpf_map_def SEC("maps") pinned = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
	.pinning = 1,
	.owner = 1000, /* who may open it */
};

map_t SEC("maps") small = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 1,
};
