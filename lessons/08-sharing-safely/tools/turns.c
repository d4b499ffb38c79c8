// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * turns: calls the learner's limit_packets() as a function of this program, and plays the other CPU
 * at the moments that matter: before the lock is taken, and after it is released. So what takes a
 * rare coincidence in the kernel happens each time, and no root is needed. For the check of
 * assignment 3.
 *
 *     turns LEFT PASSED BEFORE AFTER
 *     turns null              the look-up gives NULL
 *
 * The budget begins with LEFT and PASSED. BEFORE and AFTER say what the other CPU does: none; take,
 * it lets a packet pass; fill, it fills the budget with 50, none passed. BEFORE is done when the lock
 * is taken for the first time; AFTER each time that it is released. BEFORE can be take2 as well: as
 * take, but when the lock is taken for the second time. The packet has 300 bytes. Prints
 *
 *     locks 1                 how often the lock in the value was taken
 *     elsewhere 1             how often a lock outside of the value was taken
 *     offset 0                where in the value that lock is
 *     use taken and released  or what is wrong with how the lock is used
 *     verdict 2               what limit_packets() returned
 *     left 0, passed 1        passed: of all sizes together
 *
 * The last two are missing where the function could not go on. A helper is a call of a small number
 * as if it were an address; so the signal that this raises tells which one it was.
 */
#include <linux/bpf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_annotate.h"
#include "bpf_helpers.h"

#include "sharing.h"

#define MODEL_HELPERS 1000 /* their numbers are smaller */

static struct budget model_value;
static int model_locks, model_elsewhere;
static bool model_held, model_null;
static long model_offset;
static const char *model_before = "none", *model_after = "none";

static void model_report(const char *use)
{
	printf("locks %d\nelsewhere %d\noffset %ld\nuse %s\n", model_locks, model_elsewhere,
	       model_offset, use);
}

static void model_end(const char *use)
{
	model_report(use);
	exit(EXIT_SUCCESS);
}

static void model_fault(int number, siginfo_t *info, void *context)
{
	const unsigned long address = (unsigned long)info->si_addr;
	char use[64];

	(void)context;
	if (address >= MODEL_HELPERS) {
		signal(number, SIG_DFL);
		return;
	}
	snprintf(use, sizeof(use), "helper %lu called %s", address,
		 model_held ? "while the lock is held" : "before or after");
	model_end(use);
}

static void model_other_cpu(const char *what)
{
	if (!strcmp(what, "fill")) {
		model_value.left = 50;
		memset(model_value.passed, 0, sizeof(model_value.passed));
	} else if (!strcmp(what, "take") && model_value.left) {
		model_value.left--;
		model_value.passed[0]++;
	}
}

static bool model_in_value(const void *lock)
{
	const char *first = (const char *)&model_value, *byte = lock;

	return byte >= first && byte < first + sizeof(model_value);
}

static void model_lock(const void *lock)
{
	if (!model_in_value(lock)) {
		model_elsewhere++;
		return;
	}
	if (model_held)
		model_end("taken while it is held");
	model_held = true;
	model_locks++;
	model_offset = (const char *)lock - (const char *)&model_value;
	if (!strcmp(model_before, "take2"))
		model_other_cpu(model_locks == 2 ? "take" : "none");
	else if (model_locks == 1)
		model_other_cpu(model_before);
}

static void model_unlock(const void *lock)
{
	if (!model_in_value(lock))
		return;
	if (!model_held)
		model_end("released while it is not held");
	model_held = false;
	model_other_cpu(model_after);
}

/* An array of one element: any other key has none. */
static void *model_lookup(const void *key)
{
	__u32 index;

	memcpy(&index, key, sizeof(index));
	return index || model_null ? NULL : &model_value;
}

#undef bpf_map_lookup_elem
#undef bpf_spin_lock
#undef bpf_spin_unlock
#define bpf_map_lookup_elem(map, key) model_lookup(key)
#define bpf_spin_lock(lock)	      model_lock(lock)
#define bpf_spin_unlock(lock)	      model_unlock(lock)

#include "lock_kern.c"

static unsigned long long model_passed(void)
{
	unsigned long long sum = 0;

	for (int i = 0; i < SIZES; i++)
		sum += model_value.passed[i];
	return sum;
}

static void model_catch(void)
{
	struct sigaction action = {.sa_sigaction = model_fault, .sa_flags = SA_SIGINFO};

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

static void model_begin(char **words)
{
	model_value.left = strtoull(words[0], NULL, 10);
	model_value.passed[0] = strtoull(words[1], NULL, 10);
	model_before = words[2];
	model_after = words[3];
}

int main(int argc, char **argv)
{
	struct xdp_md packet = {.data_end = 300};
	int verdict;

	model_null = argc == 2;
	if (argc == 5)
		model_begin(argv + 1);
	else if (!model_null)
		return 2;
	model_catch();
	verdict = limit_packets(&packet);
	model_report(model_held ? "still held at the end" : "taken and released");
	printf("verdict %d\nleft %llu, passed %llu\n", verdict, model_value.left,
	       model_passed());
	return EXIT_SUCCESS;
}
