// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* No maps of the old kind. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} new_one SEC(".maps");
