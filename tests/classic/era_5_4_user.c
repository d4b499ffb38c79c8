/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A user program as people wrote it for Linux 5.4: <bpf/bpf.h> and <bpf/libbpf.h> beside
 * bpf_load.h, struct bpf_load_map_def, bpf_set_link_xdp_fd() with the program's id read back.
 *
 * Usage: era_5_4 INTERFACE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <assert.h>
#include <unistd.h>
#include <net/if.h>
#include <linux/if_link.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "bpf_load.h"
#include "trace_helpers.h"
#include "bpf_util.h"

static void attach_and_detach(int ifindex, int fd)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info), id = 0;

	assert(bpf_obj_get_info_by_fd(fd, &info, &size) == 0);
	if (bpf_set_link_xdp_fd(ifindex, fd, XDP_FLAGS_SKB_MODE) < 0) {
		printf("ERROR: link set xdp fd failed on %d\n", ifindex);
		exit(1);
	}
	assert(bpf_get_link_xdp_id(ifindex, &id, XDP_FLAGS_SKB_MODE) == 0 && id == info.id);
	assert(bpf_set_link_xdp_fd(ifindex, -1, XDP_FLAGS_SKB_MODE) == 0);
	assert(bpf_get_link_xdp_id(ifindex, &id, XDP_FLAGS_SKB_MODE) == 0 && id == 0);
}

int main(int argc, char **argv)
{
	struct bpf_load_map_def *def = &map_data[0].def;
	__u64 before = 0, after = 0;
	__u32 key = 0;
	char filename[256];

	snprintf(filename, sizeof(filename), "%s_kern.o", argv[0]);
	if (load_bpf_file(filename)) {
		printf("%s", bpf_log_buf);
		return 1;
	}
	assert(prog_cnt == 2 && event_fd[0] > 0 && event_fd[1] == 0);
	assert(def->type == BPF_MAP_TYPE_ARRAY && def->max_entries == 2);
	assert(load_kallsyms() == 0);

	assert(bpf_map_lookup_elem(map_fd[0], &key, &before) == 0);
	usleep(1000); /* at least one switch away from us */
	assert(bpf_map_lookup_elem(map_fd[0], &key, &after) == 0);
	printf("switches %s\n", after > before ? "seen" : "missed");
	attach_and_detach(if_nametoindex(argv[1]), prog_fd[1]);
	return 0;
}
