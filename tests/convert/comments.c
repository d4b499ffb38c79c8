// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Comments in every place, and none of them lost: "struct bpf_map_def SEC("maps") no = {" */
#include <linux/bpf.h>
#include "bpf_helpers.h"

char text[] = "struct bpf_map_def SEC(\"maps\") no = { 1 };";

/* 1 */ struct /* 2 */ bpf_map_def /* 3 */ SEC(/* 2a */ "maps") /* 4 */ counts /* 5 */ = /* 6 */ { /* 7 */
	/* 8 */ .type /* 8a */ = BPF_MAP_TYPE_ARRAY, /* 9, = } ; */
	// .key_size = 10
	.key_size = sizeof(__u32) /* 11 */ , .value_size = sizeof(__u64), // 12
	.max_entries = 2 /* 13 */ * /* 14 */ 3
	/* 15 */
} /* 16 */ ; /* 17 */
