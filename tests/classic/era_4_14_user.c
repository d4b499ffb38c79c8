/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A user program as people wrote it for Linux 4.14: load_bpf_file_fixup_map() with a callback that
 * changes definitions and brings a map of its own, map_data[] beside map_fd[], a map of maps,
 * a jump table that is filled by section names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <assert.h>
#include <linux/bpf.h>
#include "libbpf.h"
#include "bpf_load.h"

extern int prog_array_fd; /* in bpf_load.c, though not in its header */

static int own_map, called;

static void fixup_map(struct bpf_map_data *map, int idx)
{
	called |= 1 << idx;
	assert(map->fd == -1);
	if (!strcmp("near_node", map->name)) {
		assert(map->def.numa_node == 0);
		map->def.max_entries = 77;
	}
	if (!strcmp("jump_table", map->name)) {
		assert(map->def.type == BPF_MAP_TYPE_PROG_ARRAY);
		map->fd = own_map;
	}
}

static __u32 run(int fd, int length)
{
	char packet[128] = {0};
	__u32 result = 0, size = 0, duration;

	assert(bpf_prog_test_run(fd, 1, packet, length, NULL, &size, &result, &duration) == 0);
	return result;
}

int main(int argc, char **argv)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), key = 1, slot = 3, id = 0;
	__u64 count = 0;
	char filename[256];
	int i, counters;

	own_map = bpf_create_map(BPF_MAP_TYPE_PROG_ARRAY, sizeof(int), sizeof(int), 8, 0);
	assert(own_map >= 0);
	assert(prog_array_fd == -1);

	snprintf(filename, sizeof(filename), "%s_kern.o", argv[0]);
	if (load_bpf_file_fixup_map(filename, fixup_map)) {
		printf("%s", bpf_log_buf);
		return 1;
	}
	assert(called == 0xf && map_data_count == 4);
	for (i = 0; i < map_data_count; i++) {
		assert(map_data[i].fd == map_fd[i]);
		printf("map %d: %s at %zu\n", i, map_data[i].name, map_data[i].elf_offset);
	}
	assert(map_fd[2] == own_map && prog_array_fd == own_map);
	assert(map_data[3].def.max_entries == 77);
	assert(bpf_obj_get_info_by_fd(map_fd[3], &info, &size) == 0);
	assert(info.max_entries == 77 && !strcmp(info.name, "near_node"));

	/* the programs went into the table that we brought */
	assert(bpf_map_lookup_elem(own_map, &slot, &id) == 0 && id);
	assert(bpf_map_lookup_elem(own_map, &key, &id) == 0 && id);

	counters = bpf_create_map(BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(__u64), 4, 0);
	assert(bpf_map_update_elem(map_fd[1], &key, &counters, 0) == 0);
	/* a test run takes the Ethernet header off before a socket filter sees the length */
	for (i = 8; i < 12; i++)
		printf("length %d: %d\n", i, (int)run(prog_fd[0], 14 + i));
	run(prog_fd[0], 14 + 3 * 8 + 3);
	assert(bpf_map_lookup_elem(counters, &slot, &count) == 0);
	printf("counter 3: %llu\n", (unsigned long long)count);
	return 0;
}
