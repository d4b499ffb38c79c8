// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * ids: the ids of all BPF maps or programs that the kernel has, a line each.
 *
 *     ids map|prog
 *
 * bpftool opens what it lists. A PROG_ARRAY that is opened and closed again just after its last
 * owner has left, while the kernel is about to empty it, stays for good (seen in Linux 6.18): so
 * whoever waits for one to go must not open it.
 */
#include <bpf/bpf.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	int (*next)(__u32 before, __u32 * id);
	__u32 id = 0;

	if (argc != 2 || (strcmp(argv[1], "map") != 0 && strcmp(argv[1], "prog") != 0))
		errx(2, "usage: ids map|prog");
	next = argv[1][0] == 'm' ? bpf_map_get_next_id : bpf_prog_get_next_id;
	while (!next(id, &id))
		printf("%u\n", id);
	if (errno != ENOENT)
		err(1, "ids of each %s", argv[1]);
	return 0;
}
