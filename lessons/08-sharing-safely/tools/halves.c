// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * halves: calls the learner's read_budget() and refill_budget() with a map that is made up, in
 * which programs draw on the budget all the time. Who looks without the lock gets one half from
 * before a change and the other half from after it, each time, and not once in a thousand times.
 * For the check of assignment 4; no root is needed.
 *
 *     halves read            on a budget of 1000
 *     halves refill NUMBER
 *     halves read-fails | refill-fails     the descriptor is not that of the map
 *
 * Prints
 *
 *     unlocked reads 0, unlocked writes 0, writes 1
 *     left 990, passed 10, together 1000      what was read, or what is in the map after the refill
 *     error -9                                or what the function returned
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sharing.h"

#define MODEL_FD    77
#define MODEL_CALLS 50 /* who asks more often waits for something that does not come */

static struct budget model_value = {.left = 991, .passed = {4, 0, 0, 0, 0, 5}};
static int model_calls, model_writes, model_unlocked_reads, model_unlocked_writes;

static void model_report(void)
{
	printf("unlocked reads %d, unlocked writes %d, writes %d\n", model_unlocked_reads,
	       model_unlocked_writes, model_writes);
}

static int model_error(int number)
{
	errno = number;
	return -1;
}

static int model_called(int fd, const void *key)
{
	__u32 index;

	if (++model_calls > MODEL_CALLS) {
		model_report();
		printf("asked more than %d times\n", MODEL_CALLS);
		exit(EXIT_SUCCESS);
	}
	memcpy(&index, key, sizeof(index));
	if (fd != MODEL_FD)
		return model_error(EBADF);
	return index ? model_error(ENOENT) : 0;
}

/* A program lets a packet pass. A copy of the value meanwhile has only one half of that. */
static void model_packet(struct budget *copy)
{
	model_value.left--;
	*copy = model_value;
	model_value.passed[5]++;
}

__attribute__((unused)) static int model_lookup(int fd, const void *key, struct budget *value,
						__u64 flags)
{
	struct budget half;

	if (model_called(fd, key))
		return -1;
	if (flags & ~(__u64)BPF_F_LOCK)
		return model_error(EINVAL);
	model_packet(&half);
	model_unlocked_reads += !flags;
	*value = flags ? model_value : half;
	return 0;
}

__attribute__((unused)) static int model_update(int fd, const void *key,
						const struct budget *value, __u64 flags)
{
	if (model_called(fd, key))
		return -1;
	if ((flags & ~(__u64)BPF_F_LOCK) > BPF_EXIST)
		return model_error(EINVAL);
	if (flags & BPF_NOEXIST)
		return model_error(EEXIST);
	model_writes++;
	model_unlocked_writes += !(flags & BPF_F_LOCK);
	model_value = *value;
	return 0;
}

#undef bpf_map_lookup_elem
#undef bpf_map_lookup_elem_flags
#undef bpf_map_update_elem
#define bpf_map_lookup_elem(fd, key, value)		 model_lookup(fd, key, value, 0)
#define bpf_map_lookup_elem_flags(fd, key, value, flags) model_lookup(fd, key, value, flags)
#define bpf_map_update_elem(fd, key, value, flags)	 model_update(fd, key, value, flags)

#include "lock_user.c"

static void model_show(int err, const struct budget *budget)
{
	unsigned long long passed = 0;

	for (int i = 0; i < SIZES; i++)
		passed += budget->passed[i];
	model_report();
	if (err)
		printf("error %d\n", err);
	else
		printf("left %llu, passed %llu, together %llu\n", budget->left, passed,
		       budget->left + passed);
}

int main(int argc, char **argv)
{
	const bool fails = argc == 2 && strstr(argv[1], "fails");
	const int fd = fails ? MODEL_FD + 1 : MODEL_FD;
	struct budget budget;

	memset(&budget, 0x55, sizeof(budget));
	if (argc >= 2 && !strncmp(argv[1], "read", 4)) {
		model_show(read_budget(fd, &budget), &budget);
	} else if (argc >= 2) {
		const int err = refill_budget(fd, argc == 3 ? strtoull(argv[2], NULL, 10) : 1);

		model_show(err, &model_value);
	}
	return EXIT_SUCCESS;
}
