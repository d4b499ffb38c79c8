// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Global variables beside a legacy map. `counter` stands at offset 0 of .bss as `values` does
 * of maps: who compares offsets alone takes one for the other.
 * -DNO_MAP: the variables alone.
 */
#include "matrix.h"

__u64 counter;
__u64 counter_two;
static __u64 hidden;
__u64 initial = 0x1234567890abcdef;
static __u64 hidden_initial = 77;
const volatile __u64 fixed = 0xfeedface;
__u64 own_section SEC(".data.own") = 55;
__u64 own_zero SEC(".bss.own");

#ifndef NO_MAP
struct bpf_map_def SEC("maps") values = {VALUES(1)};

SEC("socket") int write_map(struct __sk_buff *skb)
{
	put(&values, 99);
	return 1;
}
#endif

SEC("socket") int count(struct __sk_buff *skb)
{
	counter += 1;
	counter_two += 2;
	hidden += 3;
	return (int)hidden;
}

SEC("socket") int read_initial(struct __sk_buff *skb)
{
	hidden_initial++;
	return initial == 0x1234567890abcdef ? (int)hidden_initial : -1;
}

SEC("socket") int read_fixed(struct __sk_buff *skb)
{
	return fixed == 0xfeedface;
}

SEC("socket") int use_own(struct __sk_buff *skb)
{
	own_zero = own_section++;
	return (int)own_zero;
}
