// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Ten thousand relocations: ten programs that take the addresses of two maps over and over,
 * and then write into one.
 */
#include "matrix.h"

struct bpf_map_def SEC("maps") aside = {VALUES(1)};
struct bpf_map_def SEC("maps") values = {VALUES(16)};

#define PROGRAM(N)                                                                           \
	SEC("socket" #N) int write_##N(struct __sk_buff *skb)                                \
	{                                                                                    \
		__u32 key = N;                                                               \
		__u64 value = 1000 + N;                                                      \
                                                                                             \
		asm volatile(".rept 500\n r0 = aside ll\n r0 = values ll\n .endr" ::: "r0"); \
		bpf_map_update_elem(&values, &key, &value, BPF_ANY);                         \
		return N;                                                                    \
	}

PROGRAM(0)
PROGRAM(1)
PROGRAM(2)
PROGRAM(3)
PROGRAM(4)
PROGRAM(5)
PROGRAM(6)
PROGRAM(7)
PROGRAM(8)
PROGRAM(9)
