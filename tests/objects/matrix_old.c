// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Several maps, programs and jumps: the test takes away what old LLVM did not write (types
 * and sizes of symbols, the machine number) and wants the same maps and programs.
 * -DIPROUTE2: struct bpf_elf_map.
 */
#include "matrix.h"

#ifdef IPROUTE2
#define DEFINITION struct bpf_elf_map
#define FIRST	   "classifier"
#define SECOND	   "action"
#else
#define DEFINITION struct bpf_map_def
#define FIRST	   "socket"
#define SECOND	   "socket2"
#endif

DEFINITION SEC("maps") one = {VALUES(3)};
DEFINITION SEC("maps") two = {BPF_MAP_TYPE_HASH, 4, 8, 5};
DEFINITION SEC("maps") three = {VALUES(7)};

/* A loop and branches, so that there are labels in the section. */
SEC(FIRST) int first(struct __sk_buff *skb)
{
	__u64 value = 0;

	for (__u32 i = 0; i < 4; i++)
		if (skb->cb[i] || skb->len > i)
			value += i;
	put(&one, 100 + value);
	put(&two, 200 + value);
	return 1;
}

SEC(SECOND) int second(struct __sk_buff *skb)
{
	put(&three, skb->len > 10 ? 300 : 301);
	return 2;
}
