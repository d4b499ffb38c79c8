// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_load_and_stats: loads xdp_prog_kern.o, attaches its program to an interface, and prints what
 * the program counts in xdp_stats_map: totals, and the rates since the report before.
 *
 *     sudo ./xdp_load_and_stats --dev INTERFACE [--interval SECONDS]
 *
 * ^C prints a last report, and detaches the program. You edit this file. Read it from the bottom:
 * main(), stats_poll(), then stats_collect() with map_collect(), then stats_print().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"
#include "bpf_util.h"
#include "common_kern_user.h"

#define NANOSEC_PER_SEC 1000000000ULL

/* What is known of one action, and when it was read, in nanoseconds. */
struct record {
	__u64 timestamp;
	struct datarec total;
};

struct stats_record {
	struct record stats[1]; // Assignment 3: one for each action.
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* ---- collecting ---- */

static __u64 gettime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOSEC_PER_SEC + now.tv_nsec;
}

static bool map_lookup(int fd, __u32 key, void *value)
{
	if (!bpf_map_lookup_elem(fd, &key, value))
		return true;
	fprintf(stderr, "ERR: xdp_stats_map[%u]: %s\n", key, strerror(errno));
	return false;
}

/* BPF_MAP_TYPE_ARRAY: one value for each key. */
static bool map_get_value_array(int fd, __u32 key, struct datarec *value)
{
	return map_lookup(fd, key, value);
}

/* How a value is read depends on the type of the map. */
static bool map_get_value(int fd, __u32 map_type, __u32 key, struct datarec *value)
{
	if (map_type == BPF_MAP_TYPE_ARRAY)
		return map_get_value_array(fd, key, value);
	// Assignment 4: BPF_MAP_TYPE_PERCPU_ARRAY, by map_get_value_percpu_array().
	fprintf(stderr, "ERR: cannot read a map of type %u\n", map_type);
	return false;
}

/* Reads the record of one action. False, after a message, if it cannot. */
static bool map_collect(int fd, __u32 map_type, __u32 key, struct record *rec)
{
	struct datarec value;

	rec->timestamp = gettime();
	if (!map_get_value(fd, map_type, key, &value))
		return false;
	rec->total.rx_packets = value.rx_packets;
	// Assignment 2: the bytes, too.
	return true;
}

static bool stats_collect(int map_fd, __u32 map_type, struct stats_record *record)
{
	// Assignment 3: for each action.
	return map_collect(map_fd, map_type, XDP_PASS, &record->stats[0]);
}

/* ---- printing ---- */

static const char *action2str(__u32 action)
{
	static const char *const names[XDP_ACTION_MAX] = {
		"XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT",
	};

	return action < XDP_ACTION_MAX ? names[action] : "?";
}

/* The seconds between two records. */
static double calc_period(const struct record *now, const struct record *before)
{
	return (double)(now->timestamp - before->timestamp) / NANOSEC_PER_SEC;
}

static void print_record(const char *name, const struct record *now,
			 const struct record *before)
{
	double period = calc_period(now, before);
	__u64 packets = now->total.rx_packets - before->total.rx_packets;

	printf("%-12s %9llu pkts (%7.0f pps)", name, now->total.rx_packets, packets / period);
	// Assignment 2: "%9llu bytes (%9.0f bits/s)", the total and the rate.
	printf(" period:%.3f\n", period);
}

static void stats_print(const struct stats_record *now, const struct stats_record *before)
{
	// Assignment 3: for each action.
	print_record(action2str(XDP_PASS), &now->stats[0], &before->stats[0]);
	fflush(stdout);
}

/* ---- the program and its map ---- */

/* Creates the map, loads the program. NULL after a message. */
static struct bpf_loader *load(const char *object)
{
	struct bpf_loader *loader = bpf_loader_load_file(object, NULL);

	if (!bpf_loader_error(loader))
		return loader;
	fprintf(stderr, "%sERR: %s\n", bpf_loader_log(loader), bpf_loader_error(loader));
	bpf_loader_close(loader);
	return NULL;
}

static int find_map_fd(const struct bpf_loader *loader, const char *name)
{
	int fd = bpf_loader_map_fd(loader, name);

	if (fd < 0)
		fprintf(stderr, "ERR: the object has no map '%s'\n", name);
	return fd;
}

static bool same(const char *what, __u32 found, __u32 expected)
{
	if (found != expected)
		fprintf(stderr, "ERR: xdp_stats_map: %s is %u, and this program expects %u\n",
			what, found, expected);
	return found == expected;
}

/*
 * Is the map what this program takes it for? The two sides are compiled one by one, so one of them
 * may know an older common_kern_user.h than the other.
 */
static bool check_map_fd_info(int fd, struct bpf_map_info *info)
{
	__u32 size = sizeof(*info);

	if (bpf_obj_get_info_by_fd(fd, info, &size)) {
		fprintf(stderr, "ERR: xdp_stats_map: no information: %s\n", strerror(errno));
		return false;
	}
	return same("key_size", info->key_size, sizeof(__u32)) &&
	       same("value_size", info->value_size, sizeof(struct datarec)) &&
	       same("max_entries", info->max_entries, XDP_ACTION_MAX);
}

/* Returns a descriptor that keeps the program attached until it is closed; -1 after a message. */
static int attach(const struct bpf_loader *loader, const char *dev)
{
	int program = bpf_loader_program_fd(loader, "xdp_stats1_func");
	int link = bpf_link_create(program, (int)if_nametoindex(dev), BPF_XDP, NULL);

	if (link < 0)
		fprintf(stderr, "ERR: %s: cannot attach: %s\n", dev, strerror(errno));
	return link;
}

static void wait_for(double seconds)
{
	struct timespec time = {.tv_sec = (time_t)seconds};

	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * NANOSEC_PER_SEC);
	nanosleep(&time, NULL); /* ^C ends it early */
}

static bool stats_poll(int map_fd, __u32 map_type, double interval)
{
	struct stats_record now = {0}, before;

	if (!stats_collect(map_fd, map_type, &now))
		return false;
	while (!stopped) {
		before = now;
		wait_for(interval);
		if (!stats_collect(map_fd, map_type, &now))
			return false;
		stats_print(&now, &before);
	}
	return true;
}

/* Attaches the program, and reports until ^C. */
static bool run(const struct bpf_loader *loader, const char *dev, double interval)
{
	int map_fd = find_map_fd(loader, "xdp_stats_map"), link;
	struct bpf_map_info info = {0};
	bool good;

	if (map_fd < 0 || !check_map_fd_info(map_fd, &info))
		return false;
	link = attach(loader, dev);
	if (link < 0)
		return false;
	printf("%s: map type %u, %u keys, values of %u bytes\n", info.name, info.type,
	       info.max_entries, info.value_size);
	fflush(stdout);
	good = stats_poll(map_fd, info.type, interval);
	close(link);
	return good;
}

static void usage(const char *program)
{
	fprintf(stderr, "usage: %s --dev INTERFACE [--interval SECONDS]\n", program);
	exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"dev", required_argument, NULL, 'd'},
		{"interval", required_argument, NULL, 'i'},
		{0},
	};
	const char *dev = NULL;
	double interval = 1;
	struct bpf_loader *loader;
	bool good;

	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'd')
			dev = optarg;
		else
			interval = option == 'i' ? atof(optarg) : 0;
	}
	if (!dev || !(interval > 0))
		usage(argv[0]);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	loader = load("xdp_prog_kern.o");
	good = loader && run(loader, dev, interval);
	bpf_loader_close(loader);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
