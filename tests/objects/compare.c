// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare: one source, many objects that differ in one thing each, for `bpfload compare`.
 *
 * As it is: maps in SEC("maps"). With BTF_MAPS: the same ones in SEC(".maps"). Besides that:
 *
 *     TYPE, ENTRIES   of map 'counts', instead of a hash of 256
 *     NO_CONFIG       map 'config' is missing
 *     STEP            what the program adds, instead of 1
 *     VALUE           another type of the same size for counts' values (with BTF_MAPS)
 *     LINKAGE         of function 'judge', instead of static: the same code, but then the verifier
 *                     may not take it that `strict` is always 0, and leaves in what is behind it
 *     TRIE_FLAGS      of map 'routes', which a loader completes, instead of BPF_F_NO_PREALLOC
 *     SECTION         of the program, instead of "socket"
 *     LICENSE         instead of "GPL"
 *     ANNOTATE        map 'counts' says its types by BPF_ANNOTATE_KV_PAIR
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"

#ifndef TYPE
#define TYPE BPF_MAP_TYPE_HASH
#endif
#ifndef ENTRIES
#define ENTRIES 256
#endif
#ifndef STEP
#define STEP 1
#endif
#ifndef VALUE
#define VALUE struct tally
#endif
#ifndef LINKAGE
#define LINKAGE static
#endif
#ifndef TRIE_FLAGS
#define TRIE_FLAGS BPF_F_NO_PREALLOC
#endif
#ifndef SECTION
#define SECTION "socket"
#endif
#ifndef LICENSE
#define LICENSE "GPL"
#endif

struct tally {
	__u64 packets;
	__u64 bytes;
};

struct other_tally {
	__u32 packets, errors;
	__u64 bytes;
};

#ifdef BTF_MAPS

struct {
	__uint(type, TYPE);
	__type(key, __u32);
	__type(value, VALUE);
	__uint(max_entries, ENTRIES);
} counts SEC(".maps");

#ifndef NO_CONFIG
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 4);
} config SEC(".maps");
#endif

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(key_size, 8);
	__uint(value_size, 4);
	__uint(max_entries, 16);
	__uint(map_flags, TRIE_FLAGS);
} routes SEC(".maps");

#else

struct bpf_map_def SEC("maps") counts = {
	.type = TYPE,
	.key_size = 4,
	.value_size = sizeof(VALUE),
	.max_entries = ENTRIES,
};

#ifdef ANNOTATE
BPF_ANNOTATE_KV_PAIR(counts, __u32, struct tally);
#endif

#ifndef NO_CONFIG
struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 4,
};
#endif

struct bpf_map_def SEC("maps") routes = {
	.type = BPF_MAP_TYPE_LPM_TRIE,
	.key_size = 8,
	.value_size = 4,
	.max_entries = 16,
	.map_flags = TRIE_FLAGS,
};

#endif

LINKAGE __attribute__((noinline)) int judge(__u32 strict)
{
	if (strict)
		return (int)strict * 3 + 2;
	return STEP;
}

SEC(SECTION)
int count(struct __sk_buff *skb)
{
	__u32 key = 0, strict = 0;
	struct tally *tally = bpf_map_lookup_elem(&counts, &key);

	/* The compiler is not to know what the verifier does. */
	asm volatile("" : "+r"(strict));
	if (tally)
		tally->packets += (__u32)judge(strict);
#ifndef NO_CONFIG
	return bpf_map_lookup_elem(&config, &key) != 0;
#else
	return 0;
#endif
}

char _license[] SEC("license") = LICENSE;
