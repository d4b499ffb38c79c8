// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A pinned map beside one that is not. -DPINNING=N: PIN_OBJECT_NS 1, PIN_GLOBAL_NS 2, or an id of
 * the pinning file. -DENTRIES=N: another size. -DREJECTED: a program that no verifier accepts,
 * so that the load fails after the map was pinned.
 */
#include "matrix.h"

#ifndef PINNING
#define PINNING 0
#endif
#ifndef ENTRIES
#define ENTRIES 4
#endif

struct bpf_elf_map SEC("maps") alone = {VALUES(1)};
struct bpf_elf_map SEC("maps") shared = {VALUES(ENTRIES), .pinning = PINNING};

SEC("classifier") int count(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&shared, &key);

	if (value)
		*value += 1;
	put(&alone, 5);
	return 1;
}

#ifdef REJECTED
SEC("classifier") int rejected(struct __sk_buff *skb)
{
	return *(volatile int *)((char *)skb + 16384);
}
#endif
