// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Pins of gobpf (a name space in the definition) and of goebpf (a whole path).
 * -DNAMESPACE="DIR", -DGOEBPF -DPATH="/PATH".
 */
#include "matrix.h"

#ifndef NAMESPACE
#define NAMESPACE ""
#endif
#ifndef PATH
#define PATH "/"
#endif

struct gobpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags, pinning;
	char namespace[256];
};

struct goebpf_map_def {
	__u32 map_type, key_size, value_size, max_entries, map_flags;
	void *inner_map_def;
	const char *persistent_path;
};

#ifdef GOEBPF
struct goebpf_map_def SEC("maps") shared = {VALUES(4), .persistent_path = PATH};
/* Sizes of 0 are goebpf's way to leave them to the loader. */
struct goebpf_map_def SEC("maps") jumps = {BPF_MAP_TYPE_PROG_ARRAY, .max_entries = 2};
#else
struct gobpf_map_def SEC("maps/shared") anything = {
	VALUES(4),
	.pinning = sizeof(NAMESPACE) > 1 ? 2 : 0,
	.namespace = NAMESPACE,
};
#define shared anything
#endif

SEC("socket") int count(struct __sk_buff *skb)
{
	put(&shared, 6);
	return 1;
}
