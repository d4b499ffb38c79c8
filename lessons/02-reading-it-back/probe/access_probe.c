// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * access_probe: calls the functions of a learner's map_access.c on a map that is known, and prints
 * what came of it.
 *
 *     access_probe [kernel] MAP STEP...
 *
 *       array:ENTRIES[:VALUE_SIZE]     the map, with keys of 4 bytes, and values of 16
 *       hash:ENTRIES[:VALUE_SIZE]
 *       put:KEY=PACKETS/BYTES          an element put in
 *       fill:N                         elements 1 to N, each with as many packets as its key says
 *       vanish:KEY                     somebody else deletes it when it is looked up
 *       appear:KEY=PACKETS/BYTES       somebody else puts it in just before it is updated
 *       no-map                         from here on, the descriptor is one that is not open
 *       dump                           what is in the map: of an array, what is not zero
 *       read:KEY  sum  clear:KEY  report:QUIET  add:KEY,…      the functions of the learner's
 *
 * Each step prints its name and what came of it; elements, in the order of their keys, or only how
 * many, if they are many.
 *
 * Without `kernel` it needs no root (see access_maps.h). Exit status 0 if it came to the end.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "access_maps.h"
#include "counts.h"

#define EARLIER	  EINTR /* what errno is before each call */
#define SHOWN_MAX 2000
#define KEYS_MAX  16
#define LINES_MAX 12
#define VALUE_MAX 4096

struct shown {
	__u32 key;
	struct count count;
};

static int map;
static __u32 map_type, value_size = sizeof(struct count);
static struct shown shown[SHOWN_MAX];
static int shown_count;

/* What is in the memory that a function gets, or has left on its stack, is none of its results. */
static const struct count unset = {0xaaaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa};

static void print_result(int result)
{
	if (result > 0)
		printf("%d, and that is not negative\n", result);
	else if (result == -EARLIER)
		printf("%s, from an earlier call that failed\n", strerrorname_np(EARLIER));
	else if (result < 0)
		printf("%s\n", strerrorname_np(-result));
	else
		printf("0\n");
}

static void print_count(const struct count *count)
{
	if (!memcmp(count, &unset, sizeof(unset)))
		printf("nothing was written\n");
	else
		printf("%llu packets, %llu bytes\n", count->packets, count->bytes);
}

/* ---- elements, seen or shown ---- */

static int by_key(const void *a, const void *b)
{
	const __u32 first = ((const struct shown *)a)->key;
	const __u32 second = ((const struct shown *)b)->key;

	return (first > second) - (first < second);
}

static void print_shown(const char *how)
{
	qsort(shown, shown_count, sizeof(shown[0]), by_key);
	if (shown_count > LINES_MAX)
		printf("%s: %d, from %u to %u\n", how, shown_count, shown[0].key,
		       shown[shown_count - 1].key);
	for (int i = 0; i < shown_count && shown_count <= LINES_MAX; i++) {
		printf("%s %u: ", how, shown[i].key);
		print_count(&shown[i].count);
	}
	shown_count = 0;
}

void show_count(__u32 key, const struct count *count)
{
	if (shown_count == SHOWN_MAX) {
		printf("show_count() was called %d times\n", SHOWN_MAX);
		exit(EXIT_FAILURE);
	}
	shown[shown_count++] = (struct shown){key, *count};
}

static void dump(void)
{
	static unsigned char value[VALUE_MAX];
	const struct count *count = (const struct count *)value;
	__u32 key, *before = NULL;

	while (!bpf_map_get_next_key(map, before, &key)) {
		before = &key;
		if (bpf_map_lookup_elem(map, &key, value))
			continue;
		if (map_type == BPF_MAP_TYPE_HASH || count->packets || count->bytes)
			show_count(key, count);
	}
	if (!shown_count)
		printf("in map: %s\n",
		       map_type == BPF_MAP_TYPE_HASH ? "nothing" : "only zeros");
	print_shown("in map");
}

static __u32 element(const char *text, struct count *count)
{
	__u32 key;

	if (sscanf(text, "%u=%llu/%llu", &key, &count->packets, &count->bytes) != 3) {
		fprintf(stderr, "access_probe: '%s' is not KEY=PACKETS/BYTES\n", text);
		exit(EXIT_FAILURE);
	}
	return key;
}

static void put(const char *text)
{
	static unsigned char value[VALUE_MAX];
	const __u32 key = element(text, (struct count *)value);

	if (bpf_map_update_elem(map, &key, value, BPF_ANY)) {
		fprintf(stderr, "access_probe: put:%s: %s\n", text, strerror(errno));
		exit(EXIT_FAILURE);
	}
}

static void appear(const char *text)
{
	static struct count count;

	access_maps_appear(element(text, &count), &count);
}

static void fill(__u32 elements)
{
	char text[64];

	for (__u32 key = 1; key <= elements; key++) {
		snprintf(text, sizeof(text), "%u=%u/0", key, key);
		put(text);
	}
}

/* ---- the learner's functions ---- */

/* errno of an earlier call, and what another function left on the stack: neither may matter. */
static __attribute__((noinline)) void prepare(void)
{
	volatile unsigned char left[8192];

	for (size_t i = 0; i < sizeof(left); i++)
		left[i] = 0xaa;
	errno = EARLIER;
}

static void step_read(const char *key)
{
	struct count count = unset;
	int result;

	prepare();
	result = read_count(map, strtoul(key, NULL, 0), &count);
	printf("read %s: ", key);
	if (result)
		print_result(result);
	else
		print_count(&count);
}

static void step_sum(void)
{
	struct count sum = unset;
	int result;

	prepare();
	result = sum_array(map, &sum);
	printf("sum: ");
	if (result)
		print_result(result);
	else
		print_count(&sum);
}

static void step_clear(const char *key)
{
	int result;

	prepare();
	result = clear_count(map, strtoul(key, NULL, 0));
	printf("clear %s: ", key);
	print_result(result);
}

static void step_report(const char *quiet)
{
	int result;

	prepare();
	result = report_counts(map, strtoull(quiet, NULL, 0));
	print_shown("shown");
	printf("report %s: ", quiet);
	if (result < 0)
		print_result(result);
	else
		printf("%d\n", result);
}

static void step_add(char *list)
{
	struct added added;
	__u32 keys[KEYS_MAX];
	unsigned int n = 0;
	int result;

	for (char *key = strtok(list, ","); key && n < KEYS_MAX; key = strtok(NULL, ","))
		keys[n++] = strtoul(key, NULL, 0);
	memset(&added, 0xaa, sizeof(added));
	prepare();
	result = add_keys(map, keys, n, &added);
	printf("add: ");
	if (result)
		print_result(result);
	else
		printf("%u added, %u already, %u no room\n", added.added, added.already,
		       added.no_room);
}

/* ---- what is to be done ---- */

static void make_map(__u32 type, const char *sizes)
{
	__u32 entries;

	map_type = type;
	if (sscanf(sizes, "%u:%u", &entries, &value_size) < 1 || value_size > VALUE_MAX)
		exit(2);
	map = access_maps_create(type, sizeof(__u32), value_size, entries);
	if (map >= 0)
		return;
	fprintf(stderr, "access_probe: the map cannot be created: %s\n", strerror(errno));
	exit(EXIT_FAILURE);
}

/* What stands behind `name` in `step`; NULL if it is another step. */
static char *after(char *step, const char *name)
{
	const size_t length = strlen(name);

	return strncmp(step, name, length) ? NULL : step + length;
}

static bool prepared(char *step)
{
	char *rest;

	if (after(step, "kernel"))
		access_maps_in_kernel = true;
	else if ((rest = after(step, "array:")))
		make_map(BPF_MAP_TYPE_ARRAY, rest);
	else if ((rest = after(step, "hash:")))
		make_map(BPF_MAP_TYPE_HASH, rest);
	else if ((rest = after(step, "put:")))
		put(rest);
	else if ((rest = after(step, "fill:")))
		fill(strtoul(rest, NULL, 0));
	else if ((rest = after(step, "vanish:")))
		access_maps_vanish(strtoul(rest, NULL, 0));
	else if ((rest = after(step, "appear:")))
		appear(rest);
	else if (after(step, "no-map"))
		map = 999;
	else
		return false;
	return true;
}

static bool called(char *step)
{
	char *rest;

	if (after(step, "dump"))
		dump();
	else if ((rest = after(step, "read:")))
		step_read(rest);
	else if (after(step, "sum"))
		step_sum();
	else if ((rest = after(step, "clear:")))
		step_clear(rest);
	else if ((rest = after(step, "report:")))
		step_report(rest);
	else if ((rest = after(step, "add:")))
		step_add(rest);
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	setvbuf(stdout, NULL, _IOLBF, 0);      /* what was printed before a crash is printed */
	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* kernels before 5.11 count maps there */
	for (int i = 1; i < argc; i++)
		if (!prepared(argv[i]) && !called(argv[i]))
			return 2;
	return EXIT_SUCCESS;
}
