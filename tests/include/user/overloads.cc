// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The user-side headers in C++, all at once: also the calls with several signatures.
#include "libbpf.h"
#include "bpf_insn.h"
#include "bpf_rlimit.h"
#include "bpf_util.h"
#include "cgroup_helpers.h"
#include "perf-sys.h"
#include "sock_example.h"
#include "trace_helpers.h"
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "check.h"

static void on_sample(void *, int, void *, __u32)
{
}

static void test_maps()
{
	int key = 1, next, fd = bpf_create_map(BPF_MAP_TYPE_HASH, 4, 4, 8);

	CHECK(fd >= 0 && bpf_create_map(BPF_MAP_TYPE_HASH, 4, 4, 8, 0) >= 0);
	CHECK_FAILS(bpf_map_lookup_elem(fd, &key, &next), ENOENT);
	CHECK_FAILS(bpf_get_next_key(fd, &key, &next), ENOENT);
	CHECK(bpf_create_map_in_map(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, fd, 2, 0) >= 0);
	CHECK(bpf_map_create(BPF_MAP_TYPE_HASH, nullptr, 4, 4, 8, nullptr) >= 0);
}

static void test_loads()
{
	struct bpf_insn insns[] = {BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN()};
	struct bpf_object *obj;
	int fd;

	CHECK(bpf_prog_load(BPF_PROG_TYPE_XDP, insns, sizeof(insns), "GPL", 0) >= 0);
	CHECK(bpf_prog_load(BPF_PROG_TYPE_XDP, insns, sizeof(insns), "GPL") >= 0);
	CHECK(bpf_prog_load(BPF_PROG_TYPE_XDP, nullptr, "GPL", insns, 2, nullptr) >= 0);
	CHECK(bpf_prog_load("/no/such/object.o", BPF_PROG_TYPE_XDP, &obj, &fd) == -ENOENT);
	CHECK(!bpf_map__def(nullptr));
}

static void test_buffers()
{
	struct perf_buffer_opts opts = {};

	opts.sample_cb = on_sample;
	CHECK(libbpf_get_error(perf_buffer__new(-1, 8, &opts)));
	CHECK(!perf_buffer__new(-1, 8, on_sample, nullptr, nullptr, nullptr));
}

int main()
{
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	CHECK(setrlimit(RLIMIT_MEMLOCK, &all) == 0 && bpf_num_possible_cpus() > 0);
	libbpf_set_print(nullptr);
	test_maps();
	test_loads();
	test_buffers();
	return 0;
}
