/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Every call of <bpf/bpf.h> that libbpf 1.0 kept and changed: -1 and errno again, by name and
 * through a pointer to the function. Success values pass through.
 */
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include "check.h"

static int fd, prog_fd, key = 1, value = 2, other;
static __u32 count, id;

static void test_elements(void)
{
	CHECK_FAILS(bpf_map_lookup_elem(fd, &key, &value), ENOENT);
	CHECK_FAILS(bpf_map_lookup_elem_flags(fd, &key, &value, BPF_F_LOCK), EINVAL);
	CHECK_FAILS(bpf_map_lookup_and_delete_elem(-1, &key, &value), EBADF);
	CHECK_FAILS(bpf_map_lookup_and_delete_elem_flags(-1, &key, &value, 0), EBADF);
	CHECK_FAILS(bpf_map_update_elem(fd, &key, &value, BPF_EXIST), ENOENT);
	CHECK_FAILS(bpf_map_delete_elem(fd, &key), ENOENT);
	CHECK_FAILS(bpf_map_get_next_key(fd, NULL, &other), ENOENT);
	CHECK_FAILS(bpf_map_freeze(-1), EBADF);
	CHECK(bpf_map_update_elem(fd, &key, &value, BPF_ANY) == 0);
	CHECK(bpf_map_get_next_key(fd, NULL, &other) == 0 && other == key);
	CHECK_FAILS(bpf_map_get_next_key(fd, &key, &other), ENOENT);
}

static void test_batches(void)
{
	count = 1;
	CHECK_FAILS(bpf_map_delete_batch(-1, &key, &count, NULL), EBADF);
	CHECK_FAILS(bpf_map_update_batch(-1, &key, &value, &count, NULL), EBADF);
	CHECK_FAILS(bpf_map_lookup_batch(-1, NULL, &other, &key, &value, &count, NULL), EBADF);
	CHECK_FAILS(
		bpf_map_lookup_and_delete_batch(-1, NULL, &other, &key, &value, &count, NULL),
		EBADF);
}

static void test_attachments(void)
{
	const enum bpf_attach_type type = BPF_CGROUP_INET_INGRESS;

	CHECK_FAILS(bpf_prog_attach(-1, -1, type, 0), EBADF);
	CHECK_FAILS(bpf_prog_attach_xattr(-1, -1, type, NULL), EBADF);
	CHECK_FAILS(bpf_prog_detach(-1, type), EBADF);
	CHECK_FAILS(bpf_prog_detach2(-1, -1, type), EBADF);
	CHECK_FAILS(bpf_prog_query(-1, type, 0, &id, NULL, &count), EBADF);
	CHECK_FAILS(bpf_prog_bind_map(-1, fd, NULL), EBADF);
	CHECK_FAILS(bpf_raw_tracepoint_open("no_such_tracepoint", prog_fd), EINVAL);
	CHECK_FAILS(bpf_link_create(-1, -1, type, NULL), EBADF);
	CHECK_FAILS(bpf_link_detach(-1), EBADF);
	CHECK_FAILS(bpf_link_update(-1, prog_fd, NULL), EBADF);
	CHECK_FAILS(bpf_iter_create(-1), EBADF);
}

static void test_ids(void)
{
	const __u32 last = 0x7ffffff0;

	CHECK_FAILS(bpf_prog_get_next_id(last, &id), ENOENT);
	CHECK_FAILS(bpf_map_get_next_id(last, &id), ENOENT);
	CHECK_FAILS(bpf_btf_get_next_id(last, &id), ENOENT);
	CHECK_FAILS(bpf_link_get_next_id(last, &id), ENOENT);
	CHECK_FAILS(bpf_prog_get_fd_by_id(0), ENOENT);
	CHECK_FAILS(bpf_map_get_fd_by_id(0), ENOENT);
	CHECK_FAILS(bpf_btf_get_fd_by_id(0), ENOENT);
	CHECK_FAILS(bpf_link_get_fd_by_id(0), ENOENT);
	CHECK(bpf_map_get_next_id(0, &id) == 0 && id);
}

static void test_info(void)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info), type;
	__u64 offset, address;
	char buf[64];

	CHECK(bpf_obj_get_info_by_fd(-1, &info, &len) == -1);
	CHECK(errno == EBADF || errno == EBADFD);
	CHECK(bpf_obj_get_info_by_fd(fd, &info, &len) == 0 && info.max_entries == 4);
	len = sizeof(buf);
	CHECK_FAILS(bpf_task_fd_query(getpid(), 1 << 20, 0, buf, &len, &id, &type, &offset,
				      &address),
		    EBADF);
	CHECK_FAILS(bpf_enable_stats((enum bpf_stats_type)77), EINVAL);
	CHECK_FAILS(bpf_obj_get("/no/such/pin"), ENOENT);
	CHECK_FAILS(bpf_obj_pin(fd, "/no/such/pin"), ENOENT);
}

static void test_runs(void)
{
	struct bpf_prog_test_run_attr attr = {.prog_fd = prog_fd, .data_size_out = 5};
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	char log[64];

	CHECK_FAILS(bpf_prog_test_run_opts(-1, &opts), EBADF);
	CHECK_FAILS(bpf_prog_test_run_xattr(&attr), EINVAL);
	CHECK_FAILS(bpf_load_btf("junk", 4, log, sizeof(log), false), EINVAL);
}

int main(void)
{
	static const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int (*look)(int, const void *, void *) = bpf_map_lookup_elem;
	int (*create)(enum bpf_map_type, int, int, int, __u32) = bpf_create_map;
	int keys = 0;

	fd = create(BPF_MAP_TYPE_HASH, sizeof(key), sizeof(value), 4, 0);
	prog_fd = bpf_load_program(BPF_PROG_TYPE_SOCKET_FILTER, insns, 2, "GPL", 0, NULL, 0);
	CHECK(fd >= 0 && prog_fd >= 0);
	CHECK_FAILS(look(-1, &key, &value), EBADF);
	test_elements();
	/* The loop that 1.0 made endless. */
	while (bpf_map_get_next_key(fd, &other, &other) != -1)
		CHECK(++keys <= 4);
	test_batches();
	test_attachments();
	test_ids();
	test_info();
	test_runs();
	return 0;
}
