/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * XDP as Linux 4.12 to 4.15 had it: set_link_xdp_fd() with flags. Usage: xdp_4_12 IFINDEX SENDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <assert.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include "libbpf.h"
#include "bpf_load.h"
#include "bpf_util.h"
#include "xdp.h"

static __u32 xdp_flags = XDP_FLAGS_UPDATE_IF_NOEXIST | XDP_FLAGS_SKB_MODE;

int main(int argc, char **argv)
{
	int ifindex = strtol(argv[1], NULL, 0);
	char filename[256];

	snprintf(filename, sizeof(filename), "%s_kern.o", argv[0]);
	if (load_bpf_file(filename)) {
		printf("%s", bpf_log_buf);
		return 1;
	}
	if (set_link_xdp_fd(ifindex, prog_fd[0], xdp_flags) < 0) {
		printf("link set xdp fd failed\n");
		return 1;
	}
	/* there is one already */
	assert(set_link_xdp_fd(ifindex, prog_fd[0], xdp_flags) < 0);
	send_frames(argv[2], 9);
	printf("dropped %ld\n", dropped_frames(9));
	assert(set_link_xdp_fd(ifindex, -1, XDP_FLAGS_SKB_MODE) == 0);
	return 0;
}
