// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * traffic_count: counts the packets that arrive on lo, in a map that is pinned at PATH.
 *
 *     sudo ./traffic_count [--replace] PATH [SECONDS]
 *
 * 5 seconds without SECONDS; ^C ends it early. --replace is for assignment 3. Read it from main().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpf_load.h"
#include "open_traffic.h"
#include "say.h"
#include "sock_example.h"

static bool replace;
static const char *path;
static int seconds = 5;

static bool read_arguments(int argc, char **argv)
{
	int next = 1;

	replace = argc > 1 && !strcmp(argv[1], "--replace");
	if (replace)
		next++;
	if (next == argc || argc > next + 2)
		return false;
	path = argv[next++];
	if (next < argc)
		seconds = atoi(argv[next]);
	return true;
}

/* Sees to what has the path already. False, after a message, if it has to stay and does not fit. */
static bool prepare(void)
{
	/* Assignment 3: remove it with --replace; else open the map that is there, if one is. */
	return true;
}

/*
 * The loader calls this for a map before it creates it. If it finds a descriptor in map->fd then,
 * it creates none, and uses that.
 */
static void choose_map(struct bpf_map_data *map, int index)
{
	(void)index;
	/* Assignment 3: use the map that was pinned, if one was. */
	(void)map;
}

/* Makes the map, unless there is one, and loads the program: map_fd[0] and prog_fd[0]. */
static bool load(void)
{
	if (!load_bpf_file_fixup_map("traffic_kern.o", choose_map))
		return true;
	fprintf(stderr, "%s", bpf_log_buf);
	return false;
}

/* From here on the kernel runs the program for each packet on lo, until this process ends. */
static bool attach(void)
{
	const int sock = open_raw_sock("lo");

	if (sock < 0)
		return false;
	if (!setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, prog_fd, sizeof(prog_fd[0])))
		return true;
	perror("lo: cannot attach the program");
	return false;
}

/* Gives the map its path. False, after a message, if that cannot be done. */
static bool pin(void)
{
	/* Assignment 1: pin the map at `path`. */
	return true;
}

/* Until ^C, or for so many seconds. There is nothing to do: the kernel counts. */
static void wait_for_the_end(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGALRM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	printf("counting, in %s\n", path);
	fflush(stdout);
	alarm(seconds);
	if (seconds > 0)
		sigwaitinfo(&signals, NULL);
}

int main(int argc, char **argv)
{
	if (!read_arguments(argc, argv)) {
		fprintf(stderr, "usage: traffic_count [--replace] PATH [SECONDS]\n");
		return 2;
	}
	if (!prepare() || !load() || !attach() || !pin())
		return EXIT_FAILURE;
	wait_for_the_end();
	return EXIT_SUCCESS;
}
