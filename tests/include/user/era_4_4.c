/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 4.4: map flags as the fifth argument, pins, perf_event_open() and a perf
 * event array that the program reads by hand from the mapped ring.
 */
#include <stdio.h>
#include <unistd.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <linux/perf_event.h>
#include <linux/bpf.h>
#include "libbpf.h"
#include "bpf_insn.h"
#include "check.h"

static int open_output(int group_fd)
{
	struct perf_event_attr attr = {
		.sample_type = PERF_SAMPLE_RAW,
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
	};

	return perf_event_open(&attr, -1 /*pid*/, 0 /*cpu*/, group_fd, 0);
}

static void test_perf_array(void)
{
	int fd, pmu_fd, key = 0;

	pmu_fd = open_output(-1);
	if (pmu_fd < 0 && (errno == ENOENT || errno == ENOSYS || errno == EACCES))
		SKIP("perf_event_open: no BPF output event here");
	CHECK(pmu_fd >= 0);
	fd = bpf_create_map(BPF_MAP_TYPE_PERF_EVENT_ARRAY, sizeof(int), sizeof(int), 2, 0);
	CHECK(fd >= 0);
	CHECK(bpf_update_elem(fd, &key, &pmu_fd, BPF_ANY) == 0);
	CHECK(ioctl(pmu_fd, PERF_EVENT_IOC_ENABLE, 0) == 0);
	key = 5;
	CHECK_FAILS(bpf_update_elem(fd, &key, &pmu_fd, BPF_ANY), E2BIG);
	CHECK_FAILS(open_output(100000), EBADF);
	close(pmu_fd);
	close(fd);
}

static void test_pins(int fd)
{
	CHECK_FAILS(bpf_obj_pin(fd, "/no/such/dir/map"), ENOENT);
	CHECK_FAILS(bpf_obj_get("/no/such/dir/map"), ENOENT);
	/* A place that is there, but is no BPF file system. */
	CHECK_FAILS(bpf_obj_pin(fd, "/dev/shm/map"), EPERM);
}

int main(void)
{
	struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY};
	struct bpf_insn prog[] = {
		BPF_MOV32_IMM(BPF_REG_1, 7),
		BPF_MOV32_REG(BPF_REG_0, BPF_REG_1),
		BPF_EXIT_INSN(),
	};
	int fd;

	CHECK(setrlimit(RLIMIT_MEMLOCK, &r) == 0);
	fd = bpf_create_map(BPF_MAP_TYPE_HASH, 4, 4, 8, BPF_F_NO_PREALLOC);
	CHECK(fd >= 0);
	test_pins(fd);
	CHECK(bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, prog, sizeof(prog), "GPL", 0) >= 0);
	test_perf_array();
	return 0;
}
