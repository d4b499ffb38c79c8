/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 4.18: attribute structs, and the perf ring readers of trace_helpers.h with a
 * callback that returns int. A program run by the kernel's test interface writes the samples.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <bpf/bpf.h>
#include "bpf_insn.h"
#include "perf-sys.h"
#include "trace_helpers.h"
#include "check.h"

static int seen;

struct message {
	__u64 magic;
};

static int print_bpf_output(void *data, int size)
{
	struct message e;

	/* A sample starts 12 bytes into its record, so its words are not aligned. */
	CHECK(size >= (int)sizeof(e));
	memcpy(&e, data, sizeof(e));
	CHECK(e.magic == 0x12345678);
	return ++seen < 3 ? PERF_EVENT_CONT : PERF_EVENT_DONE;
}

/* bpf_perf_event_output(skb, map, BPF_F_CURRENT_CPU, fp - 8, 8) */
static int load_writer(int map_fd)
{
	struct bpf_insn insns[] = {
		BPF_LD_IMM64(BPF_REG_2, 0x12345678),
		BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_2, -8),
		BPF_LD_MAP_FD(BPF_REG_2, map_fd),
		BPF_LD_IMM64(BPF_REG_3, BPF_F_CURRENT_CPU),
		BPF_MOV64_REG(BPF_REG_4, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_4, -8),
		BPF_MOV64_IMM(BPF_REG_5, 8),
		BPF_EMIT_CALL(BPF_FUNC_perf_event_output),
		BPF_EXIT_INSN(),
	};
	struct bpf_load_program_attr attr = {
		.prog_type = BPF_PROG_TYPE_SCHED_CLS,
		.name = "writer",
		.insns = insns,
		.insns_cnt = sizeof(insns) / sizeof(insns[0]),
		.license = "GPL",
	};
	static char log[1 << 16];

	return bpf_load_program_xattr(&attr, log, sizeof(log));
}

static int open_event(int map_fd, int cpu)
{
	struct perf_event_attr attr = {
		.sample_type = PERF_SAMPLE_RAW,
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.wakeup_events = 1,
	};
	int fd = sys_perf_event_open(&attr, -1, cpu, -1, 0);

	if (fd < 0)
		SKIP("perf_event_open: no BPF output event here");
	CHECK(bpf_map_update_elem(map_fd, &cpu, &fd, BPF_ANY) == 0);
	CHECK(ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) == 0);
	return fd;
}

int main(void)
{
	struct bpf_create_map_attr map = {
		.name = "events",
		.map_type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
		.key_size = sizeof(int),
		.value_size = sizeof(int),
		.max_entries = 1,
	};
	char packet[64] = {};
	cpu_set_t first;
	int map_fd, prog_fd, fd;

	CHECK(perf_event_poller(0, print_bpf_output) == PERF_EVENT_ERROR);
	CHECK_FAILS(perf_event_mmap(-1), EBADF);
	map_fd = bpf_create_map_xattr(&map);
	CHECK(map_fd >= 0);
	CHECK_FAILS(bpf_create_map_xattr(NULL), EINVAL);
	prog_fd = load_writer(map_fd);
	CHECK(prog_fd >= 0);
	/* The program writes to the event of the CPU that it runs on; there is one for CPU 0. */
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		SKIP("CPU 0 is not ours to run on");
	fd = open_event(map_fd, 0);
	CHECK(perf_event_mmap(fd) == 0);
	CHECK(bpf_prog_test_run(prog_fd, 3, packet, sizeof(packet), NULL, NULL, NULL, NULL) ==
	      0);
	CHECK(perf_event_poller(fd, print_bpf_output) == PERF_EVENT_DONE);
	CHECK(seen == 3);
	close(fd);
	CHECK(perf_event_poller(fd, print_bpf_output) == PERF_EVENT_ERROR);
	return 0;
}
