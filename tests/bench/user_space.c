// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * user_space: the time that loaders themselves need, with bpf(2) stubbed out: open, maps,
 * relocate, load; not close.
 *
 *     user_space ROUNDS NAME OBJECT OBJECT_G TWIN
 *
 * OBJECT and OBJECT_G are one source built without and with -g, TWIN is it with BTF map
 * definitions, for libbpf. Prints "object NAME MAPS PROGRAMS INSNS RELOCS", then the lines of
 * measure_print() with ratios to libbpf. It first makes sure that the stub is in the way of
 * every loader and that all of them ask the kernel for the same.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "loaders.h"
#include "measure.h"
#include "stub.h"

enum {
	OURS,
	OURS_G,
	LIBBPF,
	CONTENDERS,
};

static bool check_stub(const struct contender *contender, const struct object_size *size)
{
	struct stub_counts counts;
	void *handle;

	/* libbpf tries out the kernel's features in its first load. */
	for (int i = 0; i < 2; i++) {
		stub_reset();
		handle = contender->load(contender->input);
		counts = stub_counted();
		if (!handle)
			return false;
		contender->close(handle);
	}
	if (counts.maps == size->maps && counts.programs == size->programs &&
	    counts.insns == size->insns)
		return true;
	fprintf(stderr,
		"bench: %s: %zu maps, %zu programs, %zu instructions came through the stub "
		"instead of %zu, %zu, %zu: nothing can be compared\n",
		contender->name, counts.maps, counts.programs, counts.insns, size->maps,
		size->programs, size->insns);
	return false;
}

static bool check_all(const struct contest *contest, const struct object_size *size)
{
	for (size_t i = 0; i < contest->count; i++)
		if (!check_stub(&contest->contenders[i], size))
			return false;
	return true;
}

/*
 * Keeps what is freed: else each round gives pages back and asks for them again, or does not,
 * as the rounds before left the heap. What new pages cost shows in memory.c.
 */
static void keep_heap(void)
{
	mallopt(M_MMAP_THRESHOLD, 16 << 20);
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

int main(int argc, char **argv)
{
	struct contender contenders[CONTENDERS] = {
		[OURS] = {.name = "ours", .load = ours_load, .close = ours_close},
		[OURS_G] = {.name = "ours_g", .load = ours_load, .close = ours_close},
		[LIBBPF] = {.name = "libbpf", .load = libbpf_load, .close = libbpf_close},
	};
	struct contest contest = {.contenders = contenders, .count = CONTENDERS};
	struct object_size size;
	bool good;

	if (argc != 3 + CONTENDERS) {
		fprintf(stderr, "usage: user_space ROUNDS NAME OBJECT OBJECT_G TWIN\n");
		return 2;
	}
	for (int i = 0; i < CONTENDERS; i++)
		contenders[i].input = argv[3 + i];
	contest.rounds = strtoul(argv[1], NULL, 10);
	measure_pin();
	keep_heap();
	good = ours_measure(argv[3], &size) && check_all(&contest, &size) &&
	       measure_run(&contest);
	if (good) {
		printf("object\t%s\t%zu\t%zu\t%zu\t%zu\n", argv[2], size.maps, size.programs,
		       size.insns, size.relocs);
		measure_print(&contest, argv[2], LIBBPF);
	}
	measure_release(&contest);
	return good ? 0 : 1;
}
