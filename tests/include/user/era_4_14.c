/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 4.12-4.17: maps in maps, NUMA nodes and test runs by their first signatures,
 * the verifier's log on success, XDP by netlink (on the lo of a network namespace of its
 * own).
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <bpf/bpf.h>
#include "libbpf.h"
#include "check.h"

static const struct bpf_insn pass[] = {
	BPF_MOV64_IMM(BPF_REG_0, XDP_PASS),
	BPF_EXIT_INSN(),
};

static void test_maps(void)
{
	int inner, outer, key = 0;
	__u32 id = 0;

	inner = bpf_create_map_node(BPF_MAP_TYPE_HASH, 4, 8, 16, 0, -1);
	CHECK(inner >= 0);
	CHECK(bpf_create_map_node(BPF_MAP_TYPE_HASH, "named", 4, 8, 16, 0, 0) >= 0);
	CHECK_FAILS(bpf_create_map_node(BPF_MAP_TYPE_HASH, 4, 8, 16, 0, 100000), EINVAL);
	outer = bpf_create_map_in_map(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, inner, 2, 0);
	CHECK(outer >= 0);
	CHECK(bpf_map_update_elem(outer, &key, &inner, BPF_ANY) == 0);
	CHECK(bpf_map_lookup_elem(outer, &key, &id) == 0 && id);
	CHECK(bpf_create_map_in_map(BPF_MAP_TYPE_HASH_OF_MAPS, "named", 4, inner, 2, 0) >= 0);
	CHECK(bpf_create_map_in_map_node(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, inner, 2, 0, 0) >= 0);
	CHECK(bpf_create_map_in_map_node(BPF_MAP_TYPE_ARRAY_OF_MAPS, "named", 4, inner, 2, 0,
					 0) >= 0);
	CHECK_FAILS(bpf_create_map_in_map(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, -1, 2, 0), EBADF);
	CHECK(bpf_create_map_name(BPF_MAP_TYPE_ARRAY, "a_name_too_long_for_it", 4, 4, 1, 0) >=
	      0);
}

static void test_verify(void)
{
	static char log[1 << 16];

	CHECK(bpf_verify_program(BPF_PROG_TYPE_XDP, pass, 2, 1, "GPL", 0, log, sizeof(log)) >=
	      0);
	CHECK(strstr(log, "processed"));
	CHECK(bpf_verify_program(BPF_PROG_TYPE_XDP, pass, 2, BPF_F_STRICT_ALIGNMENT, "GPL", 0,
				 log, sizeof(log), 1) >= 0);
	CHECK_FAILS(bpf_verify_program(BPF_PROG_TYPE_XDP, pass, 1, 0, "GPL", 0, log,
				       sizeof(log), 1),
		    EINVAL);
	CHECK(bpf_load_program_name(BPF_PROG_TYPE_XDP, "named", pass, 2, "GPL", 0, NULL, 0) >=
	      0);
}

static void test_run(int prog_fd)
{
	char in[64] = {1, 2, 3}, out[128] = {};
	__u32 size = 0, retval = 0, duration = 0;

	CHECK(bpf_prog_test_run(prog_fd, 10, in, sizeof(in), out, &size, &retval, &duration) ==
	      0);
	CHECK(size == sizeof(in) && retval == XDP_PASS && !memcmp(in, out, sizeof(in)));
	CHECK(bpf_prog_test_run(prog_fd, 1, in, sizeof(in), NULL, NULL, NULL, NULL) == 0);
	CHECK_FAILS(bpf_prog_test_run(-1, 1, in, sizeof(in), NULL, NULL, NULL, NULL), EBADF);
}

static void test_xdp(int prog_fd)
{
	const int lo = 1;
	__u32 id = 99;

	if (unshare(CLONE_NEWNET))
		SKIP("no network namespace to be had here");
	CHECK(bpf_get_link_xdp_id(lo, &id, 0) == 0 && id == 0);
	CHECK(bpf_set_link_xdp_fd(lo, prog_fd, XDP_FLAGS_SKB_MODE) == 0);
	CHECK(bpf_get_link_xdp_id(lo, &id, XDP_FLAGS_SKB_MODE) == 0 && id);
	CHECK(bpf_set_link_xdp_fd(lo, prog_fd,
				  XDP_FLAGS_SKB_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST) == -EBUSY);
	CHECK(bpf_set_link_xdp_fd(lo, -1, XDP_FLAGS_SKB_MODE) == 0);
	CHECK(bpf_get_link_xdp_id(lo, &id, 0) == 0 && id == 0);
	CHECK(bpf_set_link_xdp_fd(12345, prog_fd, 0) == -ENODEV);
}

int main(void)
{
	int prog_fd;

	test_maps();
	test_verify();
	prog_fd = bpf_load_program(BPF_PROG_TYPE_XDP, pass, 2, "GPL", 0, NULL, 0);
	CHECK(prog_fd >= 0);
	test_run(prog_fd);
	test_xdp(prog_fd);
	return 0;
}
