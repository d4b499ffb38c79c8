// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The tail calls of bpf_load.c: a program in section socket/N goes into slot N of the last
 * PROG_ARRAY. -DTARGET="kprobe/": of another type. -DNO_ARRAY: there is no such map.
 * -DSLOT="N": another slot than 3.
 */
#include "matrix.h"

#ifndef TARGET
#define TARGET "socket/"
#define INTO
#define RESULT(N) (10 + (N))
#else
#define RESULT(N) 1 /* what programs of every type may return */
#endif
#ifndef SLOT
#define SLOT "3"
#endif

#ifndef NO_ARRAY
struct bpf_map_def SEC("maps") other_jumps = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8};
struct bpf_map_def SEC("maps") jumps = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8};
#endif
struct bpf_map_def SEC("maps") values = {VALUES(8)};

#if defined(INTO) && !defined(NO_ARRAY)
SEC("socket") int into_0(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 0);
	return 100;
}

SEC("socket") int into_3(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 3);
	return 100;
}

SEC("socket") int into_7(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 7);
	return 100;
}
#endif

SEC(TARGET "0") int target_0(void *ctx)
{
	put(&values, 50);
	return RESULT(0);
}

SEC(TARGET SLOT) int target_3(void *ctx)
{
	put(&values, 53);
	return RESULT(3);
}
