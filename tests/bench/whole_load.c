// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * whole_load: loading into the real kernel, from open to close, against the same system calls
 * with no loader around them.
 *
 *     whole_load ROUNDS NAME OBJECT OBJECT_G TWIN
 *
 * OBJECT and OBJECT_G are one source built without and with -g, TWIN is it with BTF map
 * definitions, for libbpf. Prints the lines of measure_print() with ratios to the bare system
 * calls, or "skip NAME REASON" where this process may not load programs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "loaders.h"
#include "measure.h"

enum {
	BARE,
	OURS,
	OURS_G,
	LIBBPF,
	CONTENDERS,
};

/* Why this process may not load programs, or NULL. */
static const char *refusal(const struct bare_plan *plan)
{
	void *loaded;

	if (geteuid())
		return "loading programs needs root";
	loaded = bare_load(plan);
	if (loaded)
		bare_close(loaded);
	else if (errno == EPERM)
		return "root may not load programs here (a container?)";
	return NULL;
}

static bool run(struct contest *contest, const char *name)
{
	bool good = measure_run(contest);

	if (good)
		measure_print(contest, name, BARE);
	measure_release(contest);
	return good;
}

int main(int argc, char **argv)
{
	struct contender contenders[CONTENDERS] = {
		[BARE] = {.name = "bare", .load = bare_load, .close = bare_close},
		[OURS] = {.name = "ours", .load = ours_load, .close = ours_close},
		[OURS_G] = {.name = "ours_g", .load = ours_load, .close = ours_close},
		[LIBBPF] = {.name = "libbpf", .load = libbpf_load, .close = libbpf_close},
	};
	struct contest contest = {
		.contenders = contenders, .count = CONTENDERS, .with_close = true};
	struct bare_plan *plan;
	const char *why;
	bool good;

	if (argc != 2 + CONTENDERS) {
		fprintf(stderr, "usage: whole_load ROUNDS NAME OBJECT OBJECT_G TWIN\n");
		return 2;
	}
	plan = bare_prepare(argv[3]);
	if (!plan)
		return 1;
	why = refusal(plan);
	if (why) {
		printf("skip\t%s\t%s\n", argv[2], why);
		bare_free(plan);
		return 0;
	}
	contenders[BARE].input = plan;
	for (int i = OURS; i < CONTENDERS; i++)
		contenders[i].input = argv[2 + i];
	contest.rounds = strtoul(argv[1], NULL, 10);
	measure_pin();
	good = run(&contest, argv[2]);
	bare_free(plan);
	return good ? 0 : 1;
}
