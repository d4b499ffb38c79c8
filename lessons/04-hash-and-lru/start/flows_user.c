// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * flows_user: loads flows_kern.o, makes it the filter of a socket on an interface, and shows at the
 * end what it counted.
 *
 *     sudo ./flows_user [SECONDS [INTERFACE]]     5 seconds on lo without; ^C ends it early
 *
 * It is complete, and no assignment is about it. Maps that the object does not have are left out.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf_load.h"
#include "flows.h"
#include "sock_example.h"

#define ROWS 8 /* that are shown of a map */

struct row {
	unsigned char key[sizeof(struct flow)];
	__u64 packets;
};

typedef void print_key(const void *key);

static const char *address_text(__u32 address)
{
	static char text[2][INET_ADDRSTRLEN];
	static int turn;

	turn = !turn;
	return inet_ntop(AF_INET, &address, text[turn], sizeof(text[turn]));
}

static void print_destination(const void *key)
{
	__u32 address;

	memcpy(&address, key, sizeof(address));
	printf("  %-15s", address_text(address));
}

static void print_flow(const void *key)
{
	struct flow flow;

	memcpy(&flow, key, sizeof(flow));
	printf("  %-15s > %-15s protocol %3u port %5u", address_text(flow.source),
	       address_text(flow.destination), flow.protocol, flow.port);
}

/* Most packets first; then by the bytes of the key. */
static int compare_rows(const void *a, const void *b)
{
	const struct row *left = a, *right = b;

	if (left->packets != right->packets)
		return left->packets < right->packets ? 1 : -1;
	return memcmp(left->key, right->key, sizeof(left->key));
}

/* Reads at most `room` rows. Returns how many. */
static size_t read_rows(int fd, struct row *rows, size_t room)
{
	const void *before = NULL;
	size_t count = 0;

	while (count < room && !bpf_map_get_next_key(fd, before, rows[count].key)) {
		before = rows[count].key;
		if (bpf_map_lookup_elem(fd, before, &rows[count].packets))
			break; /* it went away meanwhile */
		count++;
	}
	qsort(rows, count, sizeof(*rows), compare_rows);
	return count;
}

static void print_map(const struct bpf_loader *loader, const char *name, size_t key_size,
		      print_key *print)
{
	const struct bpf_loader_map *map = bpf_loader_find_map(loader, name);
	struct row *rows;
	size_t count;

	if (!map || map->key_size != key_size || map->value_size != sizeof(__u64))
		return;
	rows = calloc(map->max_entries, sizeof(*rows));
	if (!rows)
		return;
	count = read_rows(map->fd, rows, map->max_entries);
	printf("%s: %zu of %u entries in use\n", name, count, map->max_entries);
	for (size_t i = 0; i < count && i < ROWS; i++) {
		print(rows[i].key);
		printf(" %6llu\n", rows[i].packets);
	}
	if (count > ROWS)
		printf("  and %zu more\n", count - ROWS);
	free(rows);
}

static void print_counter(const struct bpf_loader *loader, const char *name)
{
	const int fd = bpf_loader_map_fd(loader, name);
	const __u32 zero = 0;
	__u64 value;

	if (fd >= 0 && !bpf_map_lookup_elem(fd, &zero, &value))
		printf("%s: %llu\n", name, value);
}

static void print_maps(const struct bpf_loader *loader)
{
	print_map(loader, "destinations", sizeof(__u32), print_destination);
	print_map(loader, "flows", sizeof(struct flow), print_flow);
	print_counter(loader, "lost");
	print_counter(loader, "created");
}

/* Until one of these signals, the program runs for each packet, without help from here. */
static void wait_for_the_end(int seconds)
{
	sigset_t ends;
	int which;

	sigemptyset(&ends);
	sigaddset(&ends, SIGALRM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL); /* so that none is lost before we wait for it */
	printf("listening\n");
	fflush(stdout);
	alarm(seconds);
	sigwait(&ends, &which);
}

static int listen_and_print(struct bpf_loader *loader, int seconds, const char *interface)
{
	int sock;

	if (bpf_loader_error(loader)) {
		fprintf(stderr, "%s%s\n", bpf_loader_log(loader), bpf_loader_error(loader));
		return EXIT_FAILURE;
	}
	sock = open_raw_sock(interface);
	if (sock < 0)
		return EXIT_FAILURE;
	if (bpf_loader_attach_socket(loader, bpf_loader_program(loader, 0), sock)) {
		fprintf(stderr, "%s\n", bpf_loader_error(loader));
		return EXIT_FAILURE;
	}
	wait_for_the_end(seconds);
	print_maps(loader);
	close(sock);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct bpf_loader *loader = bpf_loader_load_file("flows_kern.o", NULL);
	int status;

	status = listen_and_print(loader, argc > 1 ? atoi(argv[1]) : 5,
				  argc > 2 ? argv[2] : "lo");
	bpf_loader_close(loader);
	return status;
}
