// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * traffic_show: prints what is counted in the map that is pinned at PATH.
 *
 *     sudo ./traffic_show PATH
 *
 * It is complete, but for open_traffic(). It knows nothing of who counts, or whether somebody does.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>

#include "open_traffic.h"
#include "say.h"
#include "traffic.h"

/* The kernel writes value_size bytes to &counter, however long that is. */
static int show(const char *path, int fd)
{
	for (__u32 protocol = 0; protocol < PROTOCOLS; protocol++) {
		struct counter counter;

		if (bpf_map_lookup_elem(fd, &protocol, &counter))
			return say_failed(path, "look up an element");
		if (counter.packets)
			printf("protocol %u: %llu packets, %llu bytes\n", protocol,
			       counter.packets, counter.bytes);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: traffic_show PATH\n");
		return 2;
	}
	fd = open_traffic(argv[1]);
	return fd < 0 || show(argv[1], fd) ? EXIT_FAILURE : EXIT_SUCCESS;
}
