// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sum: calls the learner's sum_cpus() with a map that is made up: no root, and as many CPUs as we
 * like. For the check of assignment 2.
 *
 *     sum CPUS WHICH
 *
 * CPUS possible CPUs; CPU number N, from 0, has seen N + 1 million packets, N * 100 million bytes,
 * and no packet larger than 100 + N bytes. But CPU number WHICH has seen a larger one, of 9000
 * bytes. Prints
 *
 *     buffer too small: 24 bytes of 7200     where that can be seen; or
 *     packets 6000000, bytes 300000000, largest 9000     what it left in its result; or
 *     error -2                               what it returned
 *
 * With WHICH -1, the look-up fails with ENOENT.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sharing.h"

#define MODEL_FD 77

static int model_cpus, model_which;

/* The learner's file may do without. */
__attribute__((unused)) static int model_possible_cpus(void)
{
	return model_cpus;
}

static struct traffic model_value(int cpu)
{
	struct traffic value = {(cpu + 1) * 1000000ULL, cpu * 100000000ULL, 100 + cpu};

	if (cpu == model_which)
		value.largest = 9000;
	return value;
}

/* As the kernel does it, who does not know how much room there is. `room` is known here only. */
__attribute__((unused)) static int model_lookup(int fd, const void *key, void *values,
						size_t room)
{
	const size_t size = (size_t)model_cpus * sizeof(struct traffic);
	__u32 index;

	memcpy(&index, key, sizeof(index));
	errno = fd == MODEL_FD ? ENOENT : EBADF;
	if (model_which < 0 || index || fd != MODEL_FD)
		return -1;
	if (room < size) {
		printf("buffer too small: %zu bytes of %zu\n", room, size);
		exit(EXIT_SUCCESS);
	}
	for (int cpu = 0; cpu < model_cpus; cpu++) {
		const struct traffic value = model_value(cpu);

		memcpy((char *)values + (size_t)cpu * sizeof(value), &value, sizeof(value));
	}
	return 0;
}

/* The compiler often knows how much room there is behind a pointer; else it says: very much. */
#if defined(__has_builtin) && __has_builtin(__builtin_dynamic_object_size)
#define MODEL_ROOM(pointer) __builtin_dynamic_object_size(pointer, 0)
#else
#define MODEL_ROOM(pointer) __builtin_object_size(pointer, 0)
#endif

#undef bpf_map_lookup_elem
#undef bpf_map_lookup_elem_flags
#define libbpf_num_possible_cpus()	     model_possible_cpus()
#define bpf_map_lookup_elem(fd, key, values) model_lookup(fd, key, values, MODEL_ROOM(values))
#define bpf_map_lookup_elem_flags(fd, key, values, flags) \
	model_lookup(fd, key, values, MODEL_ROOM(values))

#include "percpu_user.c"

int main(int argc, char **argv)
{
	struct traffic total = {1000, 1000, 100000}; /* what a caller may have left there */
	int err;

	if (argc != 3)
		return 2;
	model_cpus = atoi(argv[1]);
	model_which = atoi(argv[2]);
	err = sum_cpus(MODEL_FD, &total);
	if (err)
		printf("error %d\n", err);
	else
		printf("packets %llu, bytes %llu, largest %llu\n", total.packets, total.bytes,
		       total.largest);
	return EXIT_SUCCESS;
}
