// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Much that cannot be converted, between two that can. */
#include <linux/bpf.h>
#include "bpf_helpers.h"
#include "left_header.h"

#define DEFINE(name) struct bpf_map_def SEC("maps") name = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 }
#define INITIALISER { BPF_MAP_TYPE_ARRAY, 4, 4, 1 }

struct bpf_map_def SEC("maps") good = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 1,
};

DEFINE(by_macro);

struct bpf_map_def SEC("maps") whole = INITIALISER;

struct bpf_map_def SEC("maps") conditional = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
#ifdef LARGE
	.max_entries = 1000,
#else
	.max_entries = 1,
#endif
};

extern struct bpf_map_def declared;
struct bpf_map_def SEC("maps") declared = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };

struct bpf_map_def SEC("maps") // why not
	commented = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };

struct bpf_map_def __attribute__((section("maps"), used, aligned(8))) aligned = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };

struct bpf_map_def SEC("maps") one_of_one[1] = { { BPF_MAP_TYPE_ARRAY, 4, 4, 1 } };

static struct bpf_map_def __attribute__((section("maps"))) unused = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };

struct bpf_map_def SEC("maps") last = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 2,
};

SEC("socket1")
int count(struct __sk_buff *skb)
{
	static struct bpf_map_def SEC("maps") within = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };

	return 0;
}
