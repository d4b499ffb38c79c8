// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * memory: loads one object, once, and says what that took.
 *
 *     memory OBJECT
 *
 * Built once with -DBENCH_LIBBPF and once without. Prints "VmHWM RssAnon MICROSECONDS": the
 * most that was ever resident, shared libraries included, in kB; what is the process's own
 * once the object is loaded, in kB; and the time of the load. Unlike in user_space.c nothing
 * is warm here: every page that is touched has to be asked for.
 */
#include <stdio.h>
#include <string.h>

#include "loaders.h"
#include "measure.h"

#ifdef BENCH_LIBBPF
#define load   libbpf_load
#define unload libbpf_close
#else
#define load   ours_load
#define unload ours_close
#endif

struct status {
	long peak, own;
};

static bool read_status(struct status *status)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[128];
	int found = 0;

	while (file && fgets(line, sizeof(line), file)) {
		found += sscanf(line, "VmHWM: %ld", &status->peak) == 1;
		found += sscanf(line, "RssAnon: %ld", &status->own) == 1;
	}
	if (file)
		fclose(file);
	return found == 2;
}

int main(int argc, char **argv)
{
	struct status status;
	double us;
	void *loaded;

	if (argc != 2) {
		fprintf(stderr, "usage: memory OBJECT\n");
		return 2;
	}
	measure_pin();
	us = measure_now();
	loaded = load(argv[1]);
	us = measure_now() - us;
	if (!loaded)
		return 1;
	if (!read_status(&status)) {
		fprintf(stderr, "bench: /proc/self/status does not tell the memory in use\n");
		unload(loaded);
		return 1;
	}
	unload(loaded);
	printf("%ld %ld %.0f\n", status.peak, status.own, us);
	return 0;
}
