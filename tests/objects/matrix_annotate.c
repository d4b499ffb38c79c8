// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * BPF_ANNOTATE_KV_PAIR gives a legacy map the types of its key and value. Without them the
 * kernel refuses bpf_spin_lock in a value and any storage map. -DNO_ANNOTATION: without.
 * -DWRONG: of another size than the map's. -DNO_MAP: for a map that is not there. -DMEMBERS: of
 * other members. -DTODAY: for a map in .maps, whose definition says more than the annotation.
 */
#include "matrix.h"
#include <bpf_annotate.h>

struct locked {
	struct bpf_spin_lock lock;
	__u32 spare;
	__u64 value;
};

struct bpf_map_def SEC("maps") locks = {BPF_MAP_TYPE_HASH, sizeof(__u32), sizeof(struct locked),
					5};
struct bpf_map_def SEC("maps") plain = {VALUES(1)};

#ifdef WRONG
BPF_ANNOTATE_KV_PAIR(plain, __u32, __u32);
#endif
#ifdef NO_MAP
BPF_ANNOTATE_KV_PAIR(lock, __u32, struct locked);
#endif
#ifdef MEMBERS
struct ____btf_map_plain {
	__u32 index;
	__u64 value;
} ____btf_map_plain SEC(".maps.plain") = {};
#endif
#ifdef TODAY
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct locked);
	__uint(max_entries, 5);
} today SEC(".maps");
BPF_ANNOTATE_KV_PAIR(today, __s32, struct locked);
#endif
#ifndef NO_ANNOTATION
BPF_ANNOTATE_KV_PAIR(locks, __u32, struct locked);
#endif

SEC("classifier") int add(struct __sk_buff *skb)
{
	struct locked empty = {};
	struct locked *found;
	__u32 key = 3;

	bpf_map_update_elem(&locks, &key, &empty, BPF_NOEXIST);
	found = bpf_map_lookup_elem(&locks, &key);
	if (!found)
		return 2;
#ifndef NO_LOCK
	bpf_spin_lock(&found->lock);
	found->value += 7;
	bpf_spin_unlock(&found->lock);
#else
	found->value += 7;
#endif
	put(&plain, 8);
	return 1;
}
