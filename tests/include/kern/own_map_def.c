// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A source with its own struct bpf_map_def that also includes bpf_helpers.h: -DBPF_NO_MAP_DEF.
 *
 * CFLAGS -DBPF_NO_MAP_DEF
 * EXPECT symbol sixteen 16
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries;
};

struct bpf_map_def SEC("maps") sixteen = {BPF_MAP_TYPE_ARRAY, 4, 4, 1};
