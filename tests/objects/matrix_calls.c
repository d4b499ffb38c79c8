// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Sub-programs: static and global, in .text and in the program's own section, nested, with a
 * map and without. Each adds a digit to what its caller returns, so that the return value of
 * a program tells the path it took.
 * -DPLAIN: none of them uses a map, so that .text has no relocations.
 */
#include "matrix.h"

struct bpf_map_def SEC("maps") other = {VALUES(1)};
struct bpf_map_def SEC("maps") called = {VALUES(2)};

#ifdef PLAIN
#define CALLED(VALUE) asm volatile("" ::: "memory")
#else
#define CALLED(VALUE) put(&called, VALUE)
#endif

static SUBPROGRAM int static_leaf(struct __sk_buff *skb)
{
	CALLED(7);
	return skb->len ? 3 : 0;
}

static SUBPROGRAM int static_branch(struct __sk_buff *skb)
{
	return 10 * static_leaf(skb) + (skb->len ? 4 : 0);
}

SUBPROGRAM int global_leaf(struct __sk_buff *skb)
{
	CALLED(8);
	return skb->len ? 5 : 0;
}

SUBPROGRAM int global_branch(struct __sk_buff *skb)
{
	return 10 * global_leaf(skb) + (skb->len ? 6 : 0);
}

static SUBPROGRAM __attribute__((section("socket"))) int neighbour(struct __sk_buff *skb)
{
	CALLED(9);
	return 10 * static_leaf(skb) + (skb->len ? 8 : 0);
}

SEC("socket") int call_static(struct __sk_buff *skb)
{
	return static_leaf(skb);
}

SEC("socket") int call_nested_static(struct __sk_buff *skb)
{
	return static_branch(skb);
}

SEC("socket") int call_global(struct __sk_buff *skb)
{
	return global_leaf(skb);
}

SEC("socket") int call_nested_global(struct __sk_buff *skb)
{
	return global_branch(skb);
}

SEC("socket") int call_neighbour(struct __sk_buff *skb)
{
	return neighbour(skb);
}

/* All of them, each more than once, in an order that is not theirs. */
SEC("socket1") int call_all(struct __sk_buff *skb)
{
	int result = global_branch(skb);

	result = 100 * result + static_branch(skb);
	result = 10 * result + global_leaf(skb);
	put(&other, result);
	return 10 * result + static_leaf(skb);
}
