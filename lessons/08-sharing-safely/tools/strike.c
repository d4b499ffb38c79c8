// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * strike: runs the program of an object on chosen CPUs, as told, and prints what its map holds
 * then. For the checks of this lesson.
 *
 *     strike OBJECT PROGRAM MAP [=N,N,…] PHASE...
 *     strike --cpus         prints how many CPUs may be used
 *
 * A phase is CPU:SIZE:RUNS; several at the same time are joined by a plus: 0:100:1000+1:60:1000.
 * CPU counts those that may be used, from 0. Phases come one after the other, each on a thread of
 * its own. =N,N,… puts these numbers of 8 bytes into element 0 before the first. Prints
 *
 *     return 2              what the last run of each part of a phase returned
 *     cpu 0: 3 300 100      element 0 as numbers of 8 bytes, where it has a value for each CPU
 *     value: 3 300 100      where it has one for all
 *     others: 1             that other elements are not all zero, too
 *
 * Exit status: 0 it ran; 1 it could not be loaded or run; 2 wrong usage.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include "together.h"

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "strike: %s: %s\n", what, why);
	return EXIT_FAILURE;
}

/* ---- phases ---- */

static bool read_turn(const char *text, const int *cpus, int count, struct turn *turn)
{
	int nth;

	*turn = (struct turn){0};
	if (sscanf(text, "%d:%u:%u", &nth, &turn->size, &turn->runs) != 3 || nth >= count)
		return false;
	turn->cpu = cpus[nth];
	return true;
}

static int run_phase(int program_fd, char *text)
{
	struct turn turns[TURNS_MAX];
	int cpus[TURNS_MAX], count = 0, err;
	const int usable = usable_cpus(cpus);

	for (char *part = strtok(text, "+"); part; part = strtok(NULL, "+"))
		if (count == TURNS_MAX || !read_turn(part, cpus, usable, &turns[count++]))
			return fail(part, "this is no part of a phase here");
	err = run_together(program_fd, turns, count, NULL, NULL);
	if (err)
		return fail("the program cannot be run", strerror(-err));
	for (int i = 0; i < count; i++)
		printf("return %u\n", turns[i].returned);
	return EXIT_SUCCESS;
}

/* ---- the map ---- */

static bool per_cpu(const struct bpf_loader_map *map)
{
	return map->type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

/* Bytes of an element, as the kernel takes and gives it. */
static size_t element_size(const struct bpf_loader_map *map)
{
	const size_t step = (map->value_size + 7) / 8 * 8;

	return per_cpu(map) ? step * (size_t)libbpf_num_possible_cpus() : step;
}

static int put(const struct bpf_loader_map *map, const char *numbers)
{
	const size_t step = (map->value_size + 7) / 8, all = element_size(map) / 8;
	__u64 *element = calloc(all, 8);
	__u32 key = 0;
	int err;

	if (!element)
		return fail(map->name, "no memory");
	for (size_t i = 0; i < step && *numbers; i++) {
		char *end;

		element[i] = strtoull(numbers + 1, &end, 0);
		numbers = end;
	}
	for (size_t i = step; i < all; i++)
		element[i] = element[i - step];
	err = bpf_map_update_elem(map->fd, &key, element, BPF_ANY);
	free(element);
	return err ? fail(map->name, strerror(errno)) : EXIT_SUCCESS;
}

static void print_value(const char *name, const __u64 *value, size_t count)
{
	printf("%s:", name);
	for (size_t i = 0; i < count; i++)
		printf(" %llu", value[i]);
	putchar('\n');
}

static bool all_zero(const __u64 *value, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (value[i])
			return false;
	return true;
}

/* CPUs that may be used are numbered as in phases; another's value is shown if there is one. */
static void print_cpus(const __u64 *element, size_t step)
{
	int cpus[TURNS_MAX];
	const int usable = usable_cpus(cpus);
	char name[32];

	for (int cpu = 0, nth = 0; cpu < libbpf_num_possible_cpus(); cpu++) {
		const __u64 *value = element + (size_t)cpu * step;

		if (nth < usable && cpus[nth] == cpu)
			snprintf(name, sizeof(name), "cpu %d", nth++);
		else
			snprintf(name, sizeof(name), "another cpu");
		if (!all_zero(value, step))
			print_value(name, value, step);
	}
}

static int print_map(const struct bpf_loader_map *map)
{
	const size_t step = (map->value_size + 7) / 8, all = element_size(map) / 8;
	__u64 *element = calloc(all, 8);
	int others = 0;

	if (!element)
		return fail(map->name, "no memory");
	for (__u32 key = 0; !bpf_map_lookup_elem(map->fd, &key, element); key++) {
		if (key)
			others += !all_zero(element, all);
		else if (per_cpu(map))
			print_cpus(element, step);
		else
			print_value("value", element, step);
	}
	if (others)
		printf("others: %d\n", others);
	free(element);
	return EXIT_SUCCESS;
}

/* ---- from the beginning to the end ---- */

static int strike(struct bpf_loader *loader, char **args)
{
	const struct bpf_loader_program *program;
	const struct bpf_loader_map *map;
	int rc = EXIT_SUCCESS;

	if (bpf_loader_error(loader)) {
		fprintf(stderr, "%s%s\n", bpf_loader_log(loader), bpf_loader_error(loader));
		return EXIT_FAILURE;
	}
	program = bpf_loader_find_program(loader, args[0]);
	map = bpf_loader_find_map(loader, args[1]);
	if (!program || !map)
		return fail(program ? args[1] : args[0], "the object has none of that name");
	args += 2;
	if (*args && **args == '=')
		rc = put(map, *args++);
	for (; *args && !rc; args++)
		rc = run_phase(program->fd, *args);
	return rc ? rc : print_map(map);
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	struct bpf_loader *loader;
	int cpus[TURNS_MAX], rc;

	if (argc == 2 && !strcmp(argv[1], "--cpus")) {
		printf("%d\n", usable_cpus(cpus));
		return EXIT_SUCCESS;
	}
	if (argc < 5) {
		fprintf(stderr, "usage: strike OBJECT PROGRAM MAP [=N,N] PHASE...\n");
		return 2;
	}
	loader = bpf_loader_load_file(argv[1], &opts);
	rc = strike(loader, argv + 2);
	bpf_loader_close(loader);
	return rc;
}
