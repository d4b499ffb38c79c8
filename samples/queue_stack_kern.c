// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * queue_stack: pushes to a queue and a stack, pops from them, and looks without taking.
 *
 * The two map types are alike but for the end that gives: a queue gives the oldest element, a
 * stack the youngest. Neither has keys. So there is no lookup: there are three helpers of their
 * own, which copy the element; nobody ever gets its address.
 *
 * Nothing is attached. User space runs each program once for each number, by BPF_PROG_TEST_RUN, and
 * hands it its order in a map.
 *
 * This source is compiled twice, with one definition of the maps or the other; see sockex1_kern.c.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"
#include "queue_stack.h"

#ifdef BTF_MAPS

/* There is no key, so nothing is said of one. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__type(value, __u32);
	__uint(max_entries, ROOM);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__type(value, __u32);
	__uint(max_entries, ROOM);
} stack SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct order);
	__uint(max_entries, 1);
} order SEC(".maps");

#else

/* No key: key_size is 0, as is everything that is not mentioned. */
struct bpf_map_def SEC("maps") queue = {
	.type = BPF_MAP_TYPE_QUEUE,
	.value_size = sizeof(__u32),
	.max_entries = ROOM,
};

struct bpf_map_def SEC("maps") stack = {
	.type = BPF_MAP_TYPE_STACK,
	.value_size = sizeof(__u32),
	.max_entries = ROOM,
};

struct bpf_map_def SEC("maps") order = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct order),
	.max_entries = 1,
};

#endif

static __always_inline struct order *get_order(void)
{
	const __u32 zero = 0;

	return bpf_map_lookup_elem(&order, &zero);
}

/*
 * -E2BIG: the map is full, and the flags were BPF_ANY. With BPF_EXIST the oldest element makes
 * room: of the queue the one that would have come next, of the stack the one that would have
 * come last. The helper locks the map, so programs on all CPUs may push and pop at once.
 */
SEC("socket")
int push(struct __sk_buff *skb)
{
	struct order *what = get_order();

	if (!what)
		return 0;
	what->error[QUEUE] = bpf_map_push_elem(&queue, &what->number[QUEUE], what->flags);
	what->error[STACK] = bpf_map_push_elem(&stack, &what->number[STACK], what->flags);
	return 0;
}

/* Takes an element out. -ENOENT: there is none; then the helper writes zeros. */
SEC("socket")
int pop(struct __sk_buff *skb)
{
	struct order *what = get_order();

	if (!what)
		return 0;
	what->error[QUEUE] = bpf_map_pop_elem(&queue, &what->number[QUEUE]);
	what->error[STACK] = bpf_map_pop_elem(&stack, &what->number[STACK]);
	return 0;
}

/* A copy of what pop would take. By the time it is looked at, another may have taken it. */
SEC("socket")
int peek(struct __sk_buff *skb)
{
	struct order *what = get_order();

	if (!what)
		return 0;
	what->error[QUEUE] = bpf_map_peek_elem(&queue, &what->number[QUEUE]);
	what->error[STACK] = bpf_map_peek_elem(&stack, &what->number[STACK]);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
