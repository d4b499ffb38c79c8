/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 5.4-5.10: perf_buffer__new() with its callbacks in the options, several perf
 * rings, probes, a test run by attributes, messages of libbpf to a function of the program's
 * own.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "bpf_insn.h"
#include "perf-sys.h"
#include "trace_helpers.h"
#include "check.h"

static int samples;

/* A sample starts 12 bytes into its record, so its words are not aligned. */
static int is_77(const void *data, size_t size)
{
	__u64 value = 0;

	if (size >= sizeof(value))
		memcpy(&value, data, sizeof(value));
	return value == 77;
}

static void print_bpf_output(void *ctx, int cpu, void *data, __u32 size)
{
	CHECK(ctx == &samples && cpu >= 0 && is_77(data, size));
	samples++;
}

static enum bpf_perf_event_ret print_one(void *data, int size)
{
	CHECK(is_77(data, (size_t)size));
	samples++;
	return samples == 2 ? LIBBPF_PERF_EVENT_DONE : LIBBPF_PERF_EVENT_CONT;
}

static int load_writer(int map_fd)
{
	struct bpf_insn insns[] = {
		BPF_ST_MEM(BPF_DW, BPF_REG_10, -8, 77),
		BPF_LD_MAP_FD(BPF_REG_2, map_fd),
		BPF_LD_IMM64(BPF_REG_3, BPF_F_CURRENT_CPU),
		BPF_MOV64_REG(BPF_REG_4, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_4, -8),
		BPF_MOV64_IMM(BPF_REG_5, 8),
		BPF_EMIT_CALL(BPF_FUNC_perf_event_output),
		BPF_JMP32_IMM(BPF_JEQ, BPF_REG_0, 0, 1),
		BPF_MOV64_IMM(BPF_REG_0, 1),
		BPF_EXIT_INSN(),
	};

	return bpf_load_program(BPF_PROG_TYPE_SCHED_CLS, insns,
				sizeof(insns) / sizeof(insns[0]), "GPL", 0, NULL, 0);
}

static void run(int prog_fd, int times)
{
	char packet[64] = {};
	struct bpf_prog_test_run_attr attr = {
		.prog_fd = prog_fd,
		.repeat = times,
		.data_in = packet,
		.data_size_in = sizeof(packet),
		.data_out = packet,
		.data_size_out = sizeof(packet),
	};

	CHECK(bpf_prog_test_run_xattr(&attr) == 0);
	CHECK(attr.retval == 0 && attr.data_size_out == sizeof(packet));
}

static void test_perf_buffer(int map_fd, int prog_fd)
{
	struct perf_buffer_opts pb_opts = {};
	struct perf_buffer *pb;

	pb_opts.sample_cb = print_bpf_output;
	pb_opts.ctx = &samples;
	pb = perf_buffer__new(map_fd, 8, &pb_opts);
	if (libbpf_get_error(pb))
		SKIP("perf_buffer__new: no perf events here");
	run(prog_fd, 5);
	CHECK(perf_buffer__poll(pb, 1000) > 0 && samples == 5);
	perf_buffer__free(pb);
	CHECK(libbpf_get_error(perf_buffer__new(-1, 8, &pb_opts)));
	pb = perf_buffer__new(
		map_fd, 8,
		&(struct perf_buffer_opts){.sample_cb = print_bpf_output, .ctx = &samples});
	CHECK(!libbpf_get_error(pb));
	perf_buffer__free(pb);
}

static void test_poller_multi(int map_fd, int prog_fd)
{
	struct perf_event_attr attr = {
		.sample_type = PERF_SAMPLE_RAW,
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.wakeup_events = 1,
	};
	struct perf_event_mmap_page *headers[64];
	int cpu, fds[64], n = libbpf_num_possible_cpus();

	for (cpu = 0; cpu < n && cpu < 64; cpu++) {
		fds[cpu] = sys_perf_event_open(&attr, -1, cpu, -1, 0);
		if (fds[cpu] < 0)
			SKIP("a possible CPU that is not online");
		CHECK(bpf_map_update_elem(map_fd, &cpu, &fds[cpu], BPF_ANY) == 0);
		CHECK(ioctl(fds[cpu], PERF_EVENT_IOC_ENABLE, 0) == 0);
		CHECK(perf_event_mmap_header(fds[cpu], &headers[cpu]) == 0);
	}
	samples = 0;
	run(prog_fd, 2);
	CHECK(perf_event_poller_multi(fds, headers, cpu, print_one) == LIBBPF_PERF_EVENT_DONE);
	CHECK(samples == 2);
	CHECK(perf_event_poller_multi(fds, headers, 0, print_one) == LIBBPF_PERF_EVENT_ERROR);
}

static void test_probes(void)
{
	CHECK(bpf_probe_prog_type(BPF_PROG_TYPE_SOCKET_FILTER, 0));
	CHECK(!bpf_probe_prog_type((enum bpf_prog_type)9999, 0));
	CHECK(bpf_probe_map_type(BPF_MAP_TYPE_HASH, 0));
	CHECK(!bpf_probe_map_type((enum bpf_map_type)9999, 0));
	CHECK(bpf_probe_helper(BPF_FUNC_map_lookup_elem, BPF_PROG_TYPE_XDP, 0));
	CHECK(!bpf_probe_helper(BPF_FUNC_override_return, BPF_PROG_TYPE_XDP, 0));
	CHECK(!bpf_probe_map_type(BPF_MAP_TYPE_HASH, 1) && errno == ENOTSUP);
	CHECK(bpf_probe_large_insn_limit(0) && !bpf_probe_large_insn_limit(1));
}

static int warnings;

__attribute__((format(printf, 1, 2))) static int count_warning(const char *format, ...)
{
	warnings += !strcmp(format, "%s");
	return 0;
}

static void test_messages(void)
{
	libbpf_set_print(count_warning, NULL, NULL);
	CHECK(libbpf_get_error(bpf_object__open("/no/such/object.o")) && warnings > 0);
	libbpf_set_print(NULL);
}

int main(void)
{
	int map_fd, prog_fd;

	test_messages();
	test_probes();
	map_fd = bpf_create_map(BPF_MAP_TYPE_PERF_EVENT_ARRAY, sizeof(int), sizeof(int),
				libbpf_num_possible_cpus(), 0);
	CHECK(map_fd >= 0);
	prog_fd = load_writer(map_fd);
	CHECK(prog_fd >= 0);
	test_perf_buffer(map_fd, prog_fd);
	test_poller_multi(map_fd, prog_fd);
	return 0;
}
