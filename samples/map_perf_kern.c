// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_perf: how fast maps are, measured where they are used: inside BPF.
 *
 * Each program here does PERF_BATCH times one thing to one map. User space has them run, many
 * times and on as many CPUs as it likes, by BPF_PROG_TEST_RUN: no packet, no event is needed.
 *
 * There are ten kinds of maps to measure and three maps below. What a map is, is decided when it
 * is created: user space changes type, size and flags of `table` before that (struct
 * bpf_loader_opts, fixup_map). To the programs all are alike, as long as the keys are.
 *
 * This source is compiled twice, with one definition of the maps or the other.
 */
#include <linux/bpf.h>

#include "bpf_endian.h"
#include "bpf_helpers.h"
#include "map_perf.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_HASH); /* or an array, per-CPU, LRU: see map_perf_user.c */
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 64);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct perf_prefix);
	__type(value, __u64);
	__uint(max_entries, 64);
} trie SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE); /* or a stack; there are no keys in it */
	__uint(value_size, sizeof(__u64));
	__uint(max_entries, 64);
} line SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct perf_work);
	__uint(max_entries, 1);
} work SEC(".maps");

#else

struct bpf_map_def SEC("maps") table = {
	.type = BPF_MAP_TYPE_HASH, /* or an array, per-CPU, LRU: see map_perf_user.c */
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 64,
};

struct bpf_map_def SEC("maps") trie = {
	.type = BPF_MAP_TYPE_LPM_TRIE,
	.key_size = sizeof(struct perf_prefix),
	.value_size = sizeof(__u64),
	.max_entries = 64,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") line = {
	.type = BPF_MAP_TYPE_QUEUE, /* or a stack; there are no keys in it */
	.value_size = sizeof(__u64),
	.max_entries = 64,
};

struct bpf_map_def SEC("maps") work = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct perf_work),
	.max_entries = 1,
};

#endif

/*
 * The loop that all have in common. The verifier must see that it ends, and does so by going
 * through it, all 64 times; that is allowed since Linux 5.3. Before, the compiler had to write the
 * body down 64 times; now the pragma tells it not to.
 *
 * OPERATION is an expression that is true if it worked. Counting is for this CPU's element alone,
 * and once after the loop, so that it does not weigh on what is measured.
 */
#define REPEAT(OPERATION)                                                                    \
	do {                                                                                 \
		struct perf_work *mine;                                                      \
		__u32 zero = 0, done = 0;                                                    \
                                                                                             \
		mine = bpf_map_lookup_elem(&work, &zero);                                    \
		if (!mine)                                                                   \
			return 0;                                                            \
		_Pragma("clang loop unroll(disable)") for (__u32 i = 0; i < PERF_BATCH; i++) \
		{                                                                            \
			__u32 key = mine->next + i;                                          \
			__u64 value __attribute__((unused)) = key;                           \
                                                                                             \
			done += (OPERATION) ? 1 : 0;                                         \
		}                                                                            \
		mine->next += PERF_BATCH;                                                    \
		mine->done += done;                                                          \
		mine->missed += PERF_BATCH - done;                                           \
		return 0;                                                                    \
	} while (0)

/* Hashes and arrays. An update creates what is not there; an array has everything already. */

SEC("socket")
int table_update(struct __sk_buff *skb)
{
	REPEAT(!bpf_map_update_elem(&table, &key, &value, BPF_ANY));
}

SEC("socket")
int table_lookup(struct __sk_buff *skb)
{
	REPEAT(bpf_map_lookup_elem(&table, &key));
}

SEC("socket")
int table_delete(struct __sk_buff *skb)
{
	REPEAT(!bpf_map_delete_elem(&table, &key));
}

/* Addresses, each as a prefix of all its bits: a trie that is as deep as it can be. */
static __always_inline struct perf_prefix prefix(__u32 key)
{
	return (struct perf_prefix){.bits = 32, .address = bpf_htonl(key)};
}

SEC("socket")
int trie_update(struct __sk_buff *skb)
{
	REPEAT(({
		struct perf_prefix at = prefix(key);

		!bpf_map_update_elem(&trie, &at, &value, BPF_ANY);
	}));
}

SEC("socket")
int trie_lookup(struct __sk_buff *skb)
{
	REPEAT(({
		struct perf_prefix at = prefix(key);

		bpf_map_lookup_elem(&trie, &at);
	}));
}

SEC("socket")
int trie_delete(struct __sk_buff *skb)
{
	REPEAT(({
		struct perf_prefix at = prefix(key);

		!bpf_map_delete_elem(&trie, &at);
	}));
}

/* Queues and stacks have three operations of their own; they copy values, and give no pointers. */

SEC("socket")
int line_update(struct __sk_buff *skb)
{
	REPEAT(!bpf_map_push_elem(&line, &value, BPF_ANY));
}

SEC("socket")
int line_lookup(struct __sk_buff *skb)
{
	REPEAT(!bpf_map_peek_elem(&line, &value));
}

SEC("socket")
int line_delete(struct __sk_buff *skb)
{
	REPEAT(!bpf_map_pop_elem(&line, &value));
}

char _license[] SEC("license") = "Dual BSD/GPL";
