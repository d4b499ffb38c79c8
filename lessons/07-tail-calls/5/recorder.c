// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * recorder: calls the functions of a learner's slots.c over a stand-in for the kernel's array of
 * programs, and prints what the stand-in was asked to change, and what they returned.
 *
 *     recorder WORD...
 *
 *     holds:SLOT:FD       from now on, a program with descriptor FD is in the slot
 *     set:ARRAY:SLOT:FD   set_handler()
 *     empty:ARRAY:SLOT    empty_slot()
 *     id:ARRAY:SLOT       handler_id()
 *
 * The stand-in has 256 slots, and refuses what the kernel refuses, in the kernel's words. It has
 * one array, whatever the descriptor. The id of a program is its descriptor and 1000.
 *
 * The functions defined here go before those of the same name in libbpf. That is why <bpf/bpf.h>,
 * which may have macros of these names, is not included.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "slots.h"

#define SLOTS 256

static int slots[SLOTS]; /* descriptors; 0: empty */

/* As libbpf tells it. */
static int refused(int err)
{
	errno = err;
	return -err;
}

/* The end of the line about an update. */
static int answer(int err)
{
	if (err)
		printf(": %s", strerrorname_np(err));
	putchar('\n');
	return refused(err);
}

int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	const __u32 slot = *(const __u32 *)key;
	const int program = *(const int *)value;

	printf("update %d [%u] = %d", fd, slot, program);
	if (flags != BPF_ANY) {
		printf(", flags %llu", flags);
		return answer(EINVAL);
	}
	if (slot >= SLOTS)
		return answer(E2BIG);
	if (program <= 0)
		return answer(EBADF);
	slots[slot] = program;
	return answer(0);
}

int bpf_map_delete_elem(int fd, const void *key)
{
	const __u32 slot = *(const __u32 *)key;

	if (slot >= SLOTS)
		return refused(E2BIG);
	if (!slots[slot])
		return refused(ENOENT);
	slots[slot] = 0;
	printf("delete %d [%u]\n", fd, slot);
	return 0;
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	const __u32 slot = *(const __u32 *)key;

	(void)fd;
	if (slot >= SLOTS || !slots[slot])
		return refused(ENOENT);
	*(__u32 *)value = (__u32)slots[slot] + 1000;
	return 0;
}

static void tell(const char *function, int result)
{
	printf("%s: %s\n", function, result ? "not 0" : "0");
}

static int call(const char *word)
{
	int array, program;
	__u32 slot;

	if (sscanf(word, "holds:%u:%d", &slot, &program) == 2 && slot < SLOTS)
		slots[slot] = program;
	else if (sscanf(word, "set:%d:%u:%d", &array, &slot, &program) == 3)
		tell("set_handler", set_handler(array, slot, program));
	else if (sscanf(word, "empty:%d:%u", &array, &slot) == 2)
		tell("empty_slot", empty_slot(array, slot));
	else if (sscanf(word, "id:%d:%u", &array, &slot) == 2)
		printf("handler_id: %u\n", handler_id(array, slot));
	else
		return 2;
	return 0;
}

int main(int argc, char **argv)
{
	int rc = 0;

	for (int i = 1; i < argc && !rc; i++)
		rc = call(argv[i]);
	return rc;
}
