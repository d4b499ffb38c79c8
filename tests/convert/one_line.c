// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* All in one line, one of them with a comment in it. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") a = { .type = BPF_MAP_TYPE_ARRAY, .key_size = sizeof(int), .value_size = sizeof(int), .max_entries = 1 };
	struct bpf_map_def SEC("maps") b = {.type=BPF_MAP_TYPE_ARRAY,.key_size=sizeof(int),.value_size=sizeof(int),.max_entries=2,};
struct bpf_map_def SEC("maps") c = { .type = BPF_MAP_TYPE_ARRAY, .key_size = sizeof(int), /* index */ .value_size = sizeof(int), .max_entries = 3 };
