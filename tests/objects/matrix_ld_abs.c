// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Classic BPF's packet loads. In a sub-program the verifier must know by BTF that it returns
 * an int. -DIN_MAIN: no sub-program.
 */
#include "matrix.h"
#include <bpf_load_bytes.h>

#ifdef IN_MAIN
#define PLACE static __always_inline
#else
#define PLACE static SUBPROGRAM
#endif

PLACE int packet_byte(struct __sk_buff *skb)
{
	return load_byte(skb, 0) + 1;
}

SEC("socket") int first_byte(struct __sk_buff *skb)
{
	return packet_byte(skb) + 40;
}
