/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A user program as people wrote it for Linux 4.10: <bpf/bpf.h> calls by their names of that year,
 * maps walked until bpf_map_get_next_key() returns -1, values of all CPUs in one lookup.
 *
 * A tracepoint counts its own getppid() calls; prints what the maps say of them.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <errno.h>
#include <assert.h>
#include <sys/syscall.h>
#include <linux/bpf.h>
#include "libbpf.h"
#include "bpf_load.h"
#include "bpf_util.h"

static int processes(void)
{
	__u32 key = -1, next_key;
	int count = 0;

	while (bpf_map_get_next_key(map_fd[0], &key, &next_key) != -1) {
		key = next_key;
		count++;
	}
	assert(errno == ENOENT);
	return count;
}

static __u64 sum_of_cpus(void)
{
	__u64 values[bpf_num_possible_cpus()], sum = 0;
	__u32 key = 0;
	int i;

	assert(bpf_map_lookup_elem(map_fd[1], &key, values) == 0);
	for (i = 0; i < bpf_num_possible_cpus(); i++)
		sum += values[i];
	return sum;
}

int main(int argc, char **argv)
{
	char filename[256];
	__u32 key = 0, me = getpid();
	long wanted = -1;
	__u64 calls = 0;
	int i;

	snprintf(filename, sizeof(filename), "%s_kern.o", argv[0]);
	if (load_bpf_file(filename)) {
		printf("%s", bpf_log_buf);
		return 1;
	}
	/* the program runs already, and counts nothing yet */
	assert(bpf_map_update_elem(map_fd[2], &key, &wanted, BPF_ANY) == 0);
	assert(bpf_map_lookup_elem(map_fd[0], &me, &calls) == -1 && errno == ENOENT);
	assert(event_fd[0] > 0);

	wanted = __NR_getppid;
	assert(bpf_map_update_elem(map_fd[2], &key, &wanted, BPF_ANY) == 0);
	for (i = 0; i < 42; i++)
		syscall(__NR_getppid);
	wanted = -1;
	assert(bpf_map_update_elem(map_fd[2], &key, &wanted, BPF_ANY) == 0);

	assert(bpf_map_lookup_elem(map_fd[0], &me, &calls) == 0);
	printf("%llu calls\n", (unsigned long long)calls);
	/* other processes may call it too: each of them once at least, on some CPU */
	assert(sum_of_cpus() >= calls + processes() - 1);
	assert(bpf_map_delete_elem(map_fd[0], &me) == 0);
	assert(bpf_map_delete_elem(map_fd[0], &me) == -1 && errno == ENOENT);
	return 0;
}
