// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * iproute2's tail calls: a program in section ID/KEY goes into slot KEY of the PROG_ARRAY with
 * that id. Numbers may be decimal or hexadecimal. A program that has jumped returns the
 * target's number, one that has not 100. -DEXTRA="N/M": one more such section.
 */
#include "matrix.h"

struct bpf_elf_map SEC("maps") hex = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8, .id = 0xabccba};
struct bpf_elf_map SEC("maps") decimal = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8, .id = 42};
/* Of the same id, but not an array of programs. */
struct bpf_elf_map SEC("maps") values = {VALUES(8), .id = 42};

#define INTO(MAP, SLOT)                                                  \
	SEC("classifier") int into_##MAP##_##SLOT(struct __sk_buff *skb) \
	{                                                                \
		put(&values, SLOT);                                      \
		bpf_tail_call(skb, &MAP, SLOT);                          \
		return 100;                                              \
	}

INTO(hex, 0)
INTO(hex, 3)
INTO(hex, 5)
INTO(decimal, 0)
INTO(decimal, 3)
INTO(decimal, 5)

SEC("0xabccba/0") int target_1(struct __sk_buff *skb)
{
	return 1;
}

SEC("0xabccba/0x5") int target_2(struct __sk_buff *skb)
{
	return 2;
}

SEC("42/3") int target_3(struct __sk_buff *skb)
{
	return 3;
}

SEC("0x2a/0") int target_4(struct __sk_buff *skb)
{
	return 4;
}

#ifdef EXTRA
SEC(EXTRA) int target_5(struct __sk_buff *skb)
{
	return 5;
}
#endif
