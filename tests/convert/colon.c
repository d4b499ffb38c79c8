// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* The designators of old GNU C. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") old = {
	type: BPF_MAP_TYPE_HASH,
	key_size: sizeof(__u32),
	value_size: sizeof(__u64),
	max_entries: 10,
};
