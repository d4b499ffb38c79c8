// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * hammer: runs the program of an object on all CPUs at the same time, and compares what its map
 * holds then with what it should hold.
 *
 *     sudo ./hammer atomic_kern.o
 *     sudo ./hammer percpu_kern.o
 *     sudo ./hammer lock_kern.o [refill]     refill: fills the budget again and again meanwhile
 *
 * It is complete, and no assignment is about it. It calls the functions of percpu_user.c and
 * lock_user.c, which are yours.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include "sharing.h"
#include "together.h"
#include "user.h"

#define RUNS 2000000

/* One run of this program, from the object to the table. */
struct hammer {
	const struct bpf_loader_program *program;
	const struct bpf_loader_map *map;
	struct turn turns[TURNS_MAX];
	int cpus;
	/* of a budget */
	bool refill;
	__u64 budget;
	unsigned long looks, odd;
};

static int fail(const char *what, int err)
{
	fprintf(stderr, "hammer: %s: %s\n", what, strerror(-err));
	return err;
}

static void print_row(const char *name, __u64 expected, __u64 found)
{
	printf("%-8s %12llu %12llu %12lld\n", name, expected, found,
	       (long long)(found - expected));
}

static void print_head(const struct hammer *hammer)
{
	printf("CPUs: %d. Each ran %s %d times, all at the same time.\n", hammer->cpus,
	       hammer->program->name, RUNS);
	printf("%-8s %12s %12s %12s\n", "", "expected", "found", "difference");
}

/* ---- traffic ---- */

static void expect_traffic(const struct hammer *hammer, struct traffic *expected)
{
	for (int i = 0; i < hammer->cpus; i++) {
		expected->packets += RUNS;
		expected->bytes += (__u64)RUNS * hammer->turns[i].size;
		if (hammer->turns[i].size > expected->largest)
			expected->largest = hammer->turns[i].size;
	}
}

static int read_traffic(const struct hammer *hammer, struct traffic *found)
{
	__u32 key = 0;

	if (hammer->map->type == BPF_MAP_TYPE_PERCPU_ARRAY)
		return sum_cpus(hammer->map->fd, found);
	return bpf_map_lookup_elem(hammer->map->fd, &key, found) ? -errno : 0;
}

static int hammer_traffic(struct hammer *hammer)
{
	struct traffic expected = {0}, found = {0};
	int err;

	expect_traffic(hammer, &expected);
	err = run_together(hammer->program->fd, hammer->turns, hammer->cpus, NULL, NULL);
	if (err)
		return fail(hammer->program->name, err);
	err = read_traffic(hammer, &found);
	if (err)
		return fail("the map cannot be read", err);
	print_head(hammer);
	print_row("packets", expected.packets, found.packets);
	print_row("bytes", expected.bytes, found.bytes);
	if (hammer->map->type == BPF_MAP_TYPE_PERCPU_ARRAY)
		print_row("largest", expected.largest, found.largest);
	return 0;
}

/* ---- a budget ---- */

static __u64 all_passed(const struct budget *budget)
{
	__u64 sum = 0;

	for (int i = 0; i < SIZES; i++)
		sum += budget->passed[i];
	return sum;
}

/* Whatever the moment: what is left and what has passed are the budget, together. */
static void look(void *context)
{
	struct hammer *hammer = context;
	struct budget budget;

	if (read_budget(hammer->map->fd, &budget))
		return;
	hammer->looks++;
	hammer->odd += budget.left + all_passed(&budget) != hammer->budget;
	if (hammer->refill && hammer->looks % 4 == 0)
		refill_budget(hammer->map->fd, hammer->budget);
}

static void print_budget(const struct hammer *hammer, const struct budget *budget)
{
	print_head(hammer);
	if (!hammer->refill) {
		print_row("passed", hammer->budget, all_passed(budget));
		print_row("left", 0, budget->left);
	}
	print_row("together", hammer->budget, budget->left + all_passed(budget));
	printf("looked at %lu times meanwhile, and %lu times it was not %llu together\n",
	       hammer->looks, hammer->odd, hammer->budget);
}

/* The budget is for half of the packets. */
static int hammer_budget(struct hammer *hammer)
{
	struct budget budget = {0};
	int err;

	hammer->budget = (__u64)RUNS * hammer->cpus / 2;
	err = refill_budget(hammer->map->fd, hammer->budget);
	if (err)
		return fail("the budget cannot be filled", err);
	err = run_together(hammer->program->fd, hammer->turns, hammer->cpus, look, hammer);
	if (err)
		return fail(hammer->program->name, err);
	err = read_budget(hammer->map->fd, &budget);
	if (err)
		return fail("the budget cannot be read", err);
	print_budget(hammer, &budget);
	return 0;
}

/* ---- from the beginning to the end ---- */

/* The first CPU gets packets of 1500 bytes, the second of 1000, and so on in turns. */
static int run(struct hammer *hammer)
{
	int cpus[TURNS_MAX];

	hammer->cpus = usable_cpus(cpus);
	for (int i = 0; i < hammer->cpus; i++)
		hammer->turns[i] = (struct turn){
			.cpu = cpus[i], .size = i % 2 ? 1000 : 1500, .runs = RUNS};
	if (!strcmp(hammer->map->name, "shared_budget"))
		return hammer_budget(hammer);
	return hammer_traffic(hammer);
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	struct hammer hammer = {.refill = argc == 3 && !strcmp(argv[2], "refill")};
	struct bpf_loader *loader;
	int status = EXIT_FAILURE;

	if (argc != 2 && !hammer.refill) {
		fprintf(stderr, "usage: hammer OBJECT [refill]\n");
		return 2;
	}
	loader = bpf_loader_load_file(argv[1], &opts);
	if (bpf_loader_error(loader)) {
		fprintf(stderr, "%s%s\n", bpf_loader_log(loader), bpf_loader_error(loader));
	} else {
		hammer.program = bpf_loader_program(loader, 0);
		hammer.map = bpf_loader_map(loader, 0);
		if (hammer.program && hammer.map)
			status = run(&hammer) ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	bpf_loader_close(loader);
	return status;
}
