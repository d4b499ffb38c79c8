// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A struct that somebody made longer than any loader knows. -DTAIL=N: the last word, which
 * nobody understands; zero is harmless.
 */
#ifndef SIZE
#define SIZE 40
#endif
#ifndef TAIL
#define TAIL 0
#endif
#include "matrix.h"

struct bpf_map_def SEC("maps") values = {VALUES(3), .own[(SIZE - 28) / 4 - 1] = TAIL};

SEC("socket") int write_values(struct __sk_buff *skb)
{
	put(&values, 5);
	return 1;
}
