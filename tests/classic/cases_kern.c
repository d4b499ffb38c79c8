// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Objects for loads_user.c, one for each -D: CASE_GOOD, CASE_MAP (a map that the kernel does not
 * create), CASE_VERIFIER (a program that it refuses), CASE_LICENSE (a helper for GPL only),
 * CASE_ATTACH (a tracepoint that does not exist), CASE_NOTHING (no section that load_bpf_file()
 * knew), CASE_ORDER (programs with and without relocations), CASE_MAPS and CASE_PROGRAMS (as many
 * as the number says, up to 33), CASE_TAIL (a jump table).
 */
#include <uapi/linux/bpf.h>
#include "bpf_helpers.h"

#define ARRAY(NAME, KEY_SIZE)                   \
	struct bpf_map_def SEC("maps") NAME = { \
		.type = BPF_MAP_TYPE_ARRAY,     \
		.key_size = (KEY_SIZE),         \
		.value_size = sizeof(u32),      \
		.max_entries = 1,               \
	}

/* Reads the map, so that the section has a relocation. */
#define READER(SECTION, NAME, MAP)                            \
	SEC(SECTION) int NAME(void *ctx)                      \
	{                                                     \
		u32 key = 0;                                  \
		u32 *value = bpf_map_lookup_elem(&MAP, &key); \
		return value ? *value : 0;                    \
	}

#define CONSTANT(SECTION, NAME, VALUE)   \
	SEC(SECTION) int NAME(void *ctx) \
	{                                \
		return (VALUE);          \
	}

/* DO(0) ... DO(n - 1) for the n of -D, by eights. */
#define EIGHT(DO, T)   DO(T##0) DO(T##1) DO(T##2) DO(T##3) DO(T##4) DO(T##5) DO(T##6) DO(T##7)
#define THIRTY_TWO(DO) EIGHT(DO, 1) EIGHT(DO, 2) EIGHT(DO, 3) EIGHT(DO, 4)

#if defined(CASE_GOOD)
ARRAY(CASE_GOOD, sizeof(u32));
READER("socket", good, CASE_GOOD)
#elif defined(CASE_MAP)
ARRAY(odd_key, 3);
READER("socket", reader, odd_key)
#elif defined(CASE_VERIFIER)
ARRAY(numbers, sizeof(u32));
CONSTANT("socket1", accepted, 0)
SEC("socket2") int refused(void *ctx)
{
	u32 key = bpf_get_prandom_u32();

	/* no test for NULL */
	return *(u32 *)bpf_map_lookup_elem(&numbers, &key);
}
#elif defined(CASE_LICENSE)
SEC("tracepoint/sched/sched_switch") int refused(void *ctx)
{
	char format[] = "switch\n";

	return bpf_trace_printk(format, sizeof(format));
}
#elif defined(CASE_ATTACH)
CONSTANT("tracepoint/sched/no_such_event", nowhere, 0)
#elif defined(CASE_NOTHING)
CONSTANT("classifier", filter, 0)
#elif defined(CASE_ORDER)
ARRAY(numbers, sizeof(u32));
CONSTANT("socket1", first, 1)
READER("socket2", second, numbers)
CONSTANT("socket3", third, 3)
CONSTANT("classifier", unknown, 4)
READER("socket5", fifth, numbers)
#elif defined(CASE_TAIL)
ARRAY(numbers, sizeof(u32));
struct bpf_map_def SEC("maps") jumps = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(u32),
	.max_entries = 4,
};
CONSTANT("socket/2", second, 2)
#elif defined(CASE_MAPS)
#define ONE_MAP(N) ARRAY(map##N, sizeof(u32));
THIRTY_TWO(ONE_MAP)
#if CASE_MAPS > 32
ONE_MAP(99)
READER("socket", reader, map99)
#else
READER("socket", reader, map47)
#endif
#elif defined(CASE_PROGRAMS)
#define ONE_PROGRAM(N) CONSTANT("socket" #N, program##N, N)
#if CASE_PROGRAMS > 16
THIRTY_TWO(ONE_PROGRAM)
#else
EIGHT(ONE_PROGRAM, 1)
EIGHT(ONE_PROGRAM, 2)
#endif
#if CASE_PROGRAMS == 33 || CASE_PROGRAMS == 17
ONE_PROGRAM(99)
#endif
#endif

#ifdef CASE_LICENSE
char _license[] SEC("license") = "Proprietary";
#else
char _license[] SEC("license") = "GPL";
#endif
