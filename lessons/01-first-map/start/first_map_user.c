// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * first_map_user: loads first_map_kern.o, makes it the filter of a socket on lo, and tells what
 * the socket got and what the program counted.
 *
 *     sudo ./first_map_user [SECONDS]        5 seconds without it; ^C ends it early
 *
 * It is complete, and no assignment is about it. The interesting lines are three: load_bpf_file(),
 * setsockopt() and bpf_map_lookup_elem().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf_load.h"
#include "sock_example.h"

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void receive(int sock)
{
	struct pollfd readable = {.fd = sock, .events = POLLIN};
	unsigned long packets = 0, bytes = 0;
	char packet[2048];
	ssize_t size;
	bool last;

	do {
		poll(&readable, 1, 100);
		last = stopped; /* what came before the end is still read */
		while ((size = recv(sock, packet, sizeof(packet), 0)) >= 0) {
			packets++;
			bytes += size;
		}
	} while (!last);
	printf("the socket got %lu packets, %lu bytes\n", packets, bytes);
}

static void print_map(int fd)
{
	for (__u32 key = 0; key < 256; key++) {
		__u64 value = 0;

		if (!bpf_map_lookup_elem(fd, &key, &value) && value)
			printf("packets[%u] = %llu\n", key, value);
	}
}

int main(int argc, char **argv)
{
	int sock;

	signal(SIGALRM, stop);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	if (load_bpf_file("first_map_kern.o")) {
		fprintf(stderr, "%s", bpf_log_buf);
		return EXIT_FAILURE;
	}
	sock = open_raw_sock("lo");
	if (sock < 0 ||
	    setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, prog_fd, sizeof(prog_fd[0]))) {
		fprintf(stderr, "lo: cannot listen with a filter: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	printf("listening on lo\n");
	fflush(stdout);
	alarm(argc > 1 ? atoi(argv[1]) : 5);
	receive(sock);
	print_map(map_fd[0]);
	close(sock);
	return EXIT_SUCCESS;
}
