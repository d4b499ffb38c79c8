// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Two static maps. Relocations then name the section and hold the map's offset in the
 * instruction; by name alone the second map cannot be found.
 * -DIPROUTE2: struct bpf_elf_map.
 */
#include "matrix.h"

#ifdef IPROUTE2
#define DEFINITION struct bpf_elf_map
#define PROGRAM	   "classifier"
#else
#define DEFINITION struct bpf_map_def
#define PROGRAM	   "socket"
#endif

static DEFINITION SEC("maps") first = {VALUES(3)};
static DEFINITION SEC("maps") second = {VALUES(4)};

SEC(PROGRAM) int write_first(struct __sk_buff *skb)
{
	put(&first, 11);
	return 1;
}

SEC(PROGRAM) int write_second(struct __sk_buff *skb)
{
	put(&second, 22);
	return 2;
}
