/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Loads each object that it is given by load_bpf_file(), one after the other, and prints what the
 * globals of bpf_load.h say after each: a line for the load, one for each map and program.
 * Programs that do not open are as good as any: the exit status is 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include "bpf_load.h"

extern int prog_array_fd;

static void print_map(int i)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(map_fd[i], &info, &size))
		printf("map_fd[%d] is no map\n", i);
	else
		printf("map_fd[%d] %s %s\n", i, info.name,
		       map_data[i].fd == map_fd[i] ? map_data[i].name : "(not map_data's)");
}

static void print_program(int i)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(prog_fd[i], &info, &size))
		printf("prog_fd[%d] is no program\n", i);
	else
		printf("prog_fd[%d] %s\n", i, info.name);
}

int main(int argc, char **argv)
{
	int i, n, result;

	for (i = 1; i < argc; i++) {
		bpf_log_buf[0] = '\0';
		result = load_bpf_file(argv[i]);
		printf("result %d maps %d programs %d jumps %s log %s\n", result,
		       map_data_count, prog_cnt, prog_array_fd < 0 ? "no" : "yes",
		       bpf_log_buf[0] ? "yes" : "no");
		fflush(stdout);
		if (bpf_log_buf[0])
			fprintf(stderr, "log: %s\n", bpf_log_buf);
		for (n = 0; n < map_data_count; n++)
			print_map(n);
		for (n = 0; n < prog_cnt; n++)
			print_program(n);
	}
	return 0;
}
