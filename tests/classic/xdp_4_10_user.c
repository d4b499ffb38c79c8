/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * XDP as Linux 4.10 and 4.11 had it: set_link_xdp_fd() with two arguments, the interface by its
 * number. Usage: xdp_4_10 IFINDEX SENDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <assert.h>
#include <linux/bpf.h>
#include "libbpf.h"
#include "bpf_load.h"
#include "bpf_util.h"
#include "xdp.h"

int main(int argc, char **argv)
{
	int ifindex = strtol(argv[1], NULL, 0);
	char filename[256];

	snprintf(filename, sizeof(filename), "%s_kern.o", argv[0]);
	if (load_bpf_file(filename)) {
		printf("%s", bpf_log_buf);
		return 1;
	}
	if (!prog_fd[0]) {
		printf("load_bpf_file: %s\n", strerror(errno));
		return 1;
	}
	if (set_link_xdp_fd(ifindex, prog_fd[0]) < 0) {
		printf("link set xdp fd failed\n");
		return 1;
	}
	send_frames(argv[2], 7);
	printf("dropped %ld\n", dropped_frames(7));
	assert(set_link_xdp_fd(ifindex, -1) == 0);
	send_frames(argv[2], 7);
	usleep(50000);
	printf("dropped %ld\n", dropped_frames(7));
	assert(set_link_xdp_fd(123456, prog_fd[0]) < 0);
	return 0;
}
