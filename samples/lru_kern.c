// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lru: the same keys, looked up in four maps that are too small for all of them.
 *
 * Each map is used as a cache is: look the key up, and if it is not there, put it in. A HASH that
 * is full refuses: what came first stays. An LRU map takes an element away that has not been used
 * lately, and gives its place to the new key, so inserting nearly always works.
 *
 * The program is not attached to anything: user space runs it by BPF_PROG_TEST_RUN, on a made-up
 * packet whose payload is keys.
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "lru.h"

/* The user program can ask for another number (--entries). */
#define ENTRIES 1000

/* From <errno.h>, which is for user space. */
#define E2BIG 7

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64); /* how often it was found */
	__uint(max_entries, ENTRIES);
} plain SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, ENTRIES);
} lru SEC(".maps");

/* One list of what was used when for each CPU, and the entries shared out among them: CPUs do not
 * wait for each other, and one that has no place left takes none from another. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, ENTRIES);
	__uint(map_flags, BPF_F_NO_COMMON_LRU);
} lru_own SEC(".maps");

/* A value for each CPU; the keys, and the order in which they were used, are common to all. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, ENTRIES);
} lru_percpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* KIND_… */
	__type(value, struct outcome);
	__uint(max_entries, KINDS);
} outcomes SEC(".maps");

/* Which key of the packet is the next. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} cursor SEC(".maps");

#else

struct bpf_map_def SEC("maps") plain = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64), /* how often it was found */
	.max_entries = ENTRIES,
};

struct bpf_map_def SEC("maps") lru = {
	.type = BPF_MAP_TYPE_LRU_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = ENTRIES,
};

/* One list of what was used when for each CPU, and the entries shared out among them: CPUs do not
 * wait for each other, and one that has no place left takes none from another. */
struct bpf_map_def SEC("maps") lru_own = {
	.type = BPF_MAP_TYPE_LRU_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = ENTRIES,
	.map_flags = BPF_F_NO_COMMON_LRU,
};

/* A value for each CPU; the keys, and the order in which they were used, are common to all. */
struct bpf_map_def SEC("maps") lru_percpu = {
	.type = BPF_MAP_TYPE_LRU_PERCPU_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = ENTRIES,
};

struct bpf_map_def SEC("maps") outcomes = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* KIND_… */
	.value_size = sizeof(struct outcome),
	.max_entries = KINDS,
};

/* Which key of the packet is the next. */
struct bpf_map_def SEC("maps") cursor = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 1,
};

#endif

static __always_inline void insert(void *map, __u32 key, struct outcome *outcome)
{
	const __u64 zero = 0;
	int err; /* not long: up to Linux 6.3 the upper half of what comes back is left over */

	/* What an LRU map takes away for it, it does not say. */
	err = bpf_map_update_elem(map, &key, &zero, BPF_NOEXIST);
	switch (err) {
	case 0: outcome->inserted++; break;
	case -E2BIG: outcome->full++; break;
	default: outcome->failed++;
	}
}

/*
 * Looks for the key in one of the maps. In the compiled program this stands four times, each time
 * with another map: the verifier wants to know which one it is.
 *
 * No atomic instructions: the one thread of user space that runs this program waits for each run.
 */
static __always_inline void visit(void *map, __u32 kind, __u32 key)
{
	struct outcome *outcome = bpf_map_lookup_elem(&outcomes, &kind);
	__u64 *found;

	if (!outcome)
		return;
	/* In an LRU map, to be looked up is to be used: the kernel notes it with the element. */
	found = bpf_map_lookup_elem(map, &key);
	if (found) {
		(*found)++;
		outcome->hits++;
	} else {
		insert(map, key, outcome);
	}
}

SEC("socket")
int visit_next(struct __sk_buff *skb)
{
	const __u32 zero = 0;
	__u32 *next = bpf_map_lookup_elem(&cursor, &zero);
	__u32 key;

	if (!next || bpf_skb_load_bytes(skb, *next * sizeof(key), &key, sizeof(key)) < 0)
		return 0;
	(*next)++;
	visit(&plain, KIND_HASH, key);
	visit(&lru, KIND_LRU, key);
	visit(&lru_own, KIND_OWN_LISTS, key);
	visit(&lru_percpu, KIND_PERCPU, key);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
