/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "bpf_legacy.h", where the selftests of Linux 5.5-5.10 put what libbpf did not take over:
 * packet loads, BPF_ANNOTATE_KV_PAIR, and the map definition with the fields that only
 * bpf_load.c read.
 */
#ifndef BPF_LEGACY_H
#define BPF_LEGACY_H

#include <bpf_annotate.h>
#include <bpf_load_bytes.h>

/* Same layout as struct bpf_map_def; the name of 5.5, when libbpf's had 5 fields. */
struct bpf_map_def_legacy {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
	unsigned int inner_map_idx;
	unsigned int numa_node;
};

#endif
