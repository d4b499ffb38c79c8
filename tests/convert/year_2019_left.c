// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Definitions in the first form of .maps that are left as they are. */
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct {
	int type, max_entries;
	__u32 *key, *value;
} comment SEC(".maps") = {
	.type = BPF_MAP_TYPE_ARRAY,
	.max_entries = 1, /* which would be lost */
};

struct {
	int type, max_entries;
	__u32 *key, *value;
} behind SEC(".maps") // which would swallow the semicolon
	= {.type = BPF_MAP_TYPE_ARRAY, .max_entries = 1};

struct {
	int type /* in between */, max_entries;
	__u32 *key, *value;
} between SEC(".maps") = {.type = BPF_MAP_TYPE_ARRAY, .max_entries = 1};

struct {
	int type;
#ifdef MORE
	int map_flags;
#endif
	int max_entries;
	__u32 *key, *value;
} directive SEC(".maps") = {.type = BPF_MAP_TYPE_ARRAY, .max_entries = 1};

struct array_of_words {
	int type, max_entries;
	__u32 *key, *value;
};
typedef struct array_of_words words;

struct array_of_words elsewhere SEC(".maps") = {.type = BPF_MAP_TYPE_ARRAY, .max_entries = 1};
words by_typedef SEC(".maps") = {.type = BPF_MAP_TYPE_ARRAY, .max_entries = 1};

struct {
	int type, max_entries;
	__u32 *key, *value;
} one SEC(".maps") = {BPF_MAP_TYPE_ARRAY, 1}, two SEC(".maps") = {BPF_MAP_TYPE_ARRAY, 2};

#define MAP(name)                                                                                  \
	struct {                                                                                   \
		int type, max_entries;                                                             \
		__u32 *key, *value;                                                                \
	} name SEC(".maps") = {BPF_MAP_TYPE_ARRAY, 1}

MAP(made);

struct {
	int (type), max_entries;
	__u32 *key, *value;
} parentheses SEC(".maps") = {BPF_MAP_TYPE_ARRAY, 1};

struct {
	int type, max_entries;
	__u32 *key;
	struct {
		__u32 first, second;
	} *value;
} among SEC(".maps") = {BPF_MAP_TYPE_ARRAY, 1};

struct {
	int type, max_entries;
	__u32 *key, *value;
} good SEC(".maps") = {.type = BPF_MAP_TYPE_ARRAY, .max_entries = 1};

SEC("socket") int look(void *ctx)
{
	static struct {
		int type, max_entries;
		__u32 *key, *value;
	} local SEC(".maps") = {BPF_MAP_TYPE_ARRAY, 1};
	int key = 0;

	return bpf_map_lookup_elem(&local, &key) != 0;
}
