/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * race.h: another CPU, which is always there at the worst moment. The checks put it before a
 * learner's source, and compile that once more.
 *
 * Whoever makes an entry that is not there comes too late: just before, the other CPU has made it,
 * and counted 100 packets in it. This is what happens now and then on a machine that gets two
 * packets of a new flow at once; here it happens each time.
 */
#ifndef LESSON_RACE_H
#define LESSON_RACE_H

#include <linux/bpf.h>

#include "bpf_helpers.h"

static __always_inline long update_in_a_race(void *map, const void *key, const void *value,
					     __u64 flags)
{
	const __u64 packets = 100;

	bpf_map_update_elem(map, key, &packets, BPF_NOEXIST);
	return bpf_map_update_elem(map, key, value, flags);
}

#undef bpf_map_update_elem
#define bpf_map_update_elem(map, key, value, flags) update_in_a_race(map, key, value, flags)

#endif
