/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * race.h: another CPU, which is always there at the worst moment. The checks put it before a
 * learner's source, and compile that once more.
 *
 * Whoever looks up what is not there is told so; and before he can do anything about it, the other
 * CPU has made the entry, and counted 100 packets in it. This is what happens now and then
 * on a machine that gets two packets of a new flow at once; here it happens each time.
 */
#ifndef LESSON_RACE_H
#define LESSON_RACE_H

#include <linux/bpf.h>

#include "bpf_helpers.h"

static __always_inline void *lookup_in_a_race(void *map, const void *key)
{
	const __u64 packets = 100;
	void *found = bpf_map_lookup_elem(map, key);

	if (!found)
		bpf_map_update_elem(map, key, &packets, BPF_NOEXIST);
	return found;
}

#undef bpf_map_lookup_elem
#define bpf_map_lookup_elem(map, key) lookup_in_a_race(map, key)

#endif
