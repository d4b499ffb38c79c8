/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 4.10: "libbpf.h" for the macros and <bpf/bpf.h>, a bpf_log_buf of the
 * program's own, bpf_load_program() by number of instructions, cgroups.
 */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <arpa/inet.h>

#include <linux/bpf.h>

#include "libbpf.h"
#include "sock_example.h"
#include "cgroup_helpers.h"
#include "check.h"

#define FOO "/foo"
#define BAR "/foo/bar/"

char bpf_log_buf[BPF_LOG_BUF_SIZE];

static int prog_load(int verdict)
{
	struct bpf_insn prog[] = {
		BPF_MOV64_IMM(BPF_REG_0, verdict), /* r0 = verdict */
		BPF_EXIT_INSN(),
	};
	size_t insns_cnt = sizeof(prog) / sizeof(struct bpf_insn);

	return bpf_load_program(BPF_PROG_TYPE_CGROUP_SKB, prog, insns_cnt, "GPL", 0,
				bpf_log_buf, BPF_LOG_BUF_SIZE);
}

/* Whether a packet to this machine leaves the process. */
static int can_send(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	int sock = socket(AF_INET, SOCK_DGRAM, 0);
	ssize_t sent;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sent = sendto(sock, "x", 1, 0, (struct sockaddr *)&to, sizeof(to));
	close(sock);
	return sent == 1;
}

static void test_attach(int foo, int bar)
{
	int drop = prog_load(0), allow = prog_load(1);

	CHECK(drop > 0 && allow > 0);
	CHECK(bpf_prog_attach(drop, foo, BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_OVERRIDE) == 0);
	CHECK(!can_send());
	CHECK(bpf_prog_attach(allow, bar, BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_OVERRIDE) == 0);
	CHECK(can_send());
	CHECK(bpf_prog_detach(bar, BPF_CGROUP_INET_EGRESS) == 0);
	CHECK(!can_send());
	CHECK(bpf_prog_detach(foo, BPF_CGROUP_INET_EGRESS) == 0);
	CHECK(can_send());
	CHECK_FAILS(bpf_prog_detach(foo, BPF_CGROUP_INET_EGRESS), ENOENT);
}

int main(void)
{
	struct bpf_insn bad[] = {BPF_EXIT_INSN()};
	unsigned long long id;
	struct stat st;
	int foo, bar;

	CHECK(bpf_load_program(BPF_PROG_TYPE_CGROUP_SKB, bad, 1, "GPL", 0, bpf_log_buf,
			       BPF_LOG_BUF_SIZE) == -1);
	CHECK(strstr(bpf_log_buf, "R0 !read_ok"));
	CHECK(create_and_get_cgroup(FOO) == -1 && join_cgroup(FOO) == 1);
	cleanup_cgroup_environment();
	if (setup_cgroup_environment())
		SKIP("no cgroup2 to be had here");
	/* A check that fails must not leave cgroups behind. */
	atexit(cleanup_cgroup_environment);
	foo = create_and_get_cgroup(FOO);
	bar = create_and_get_cgroup(BAR);
	CHECK(foo >= 0 && bar >= 0 && join_cgroup(BAR) == 0);
	CHECK(create_and_get_cgroup("/../escape") == -1);
	CHECK(join_cgroup("/nowhere") == 1);
	/* On a 64-bit machine the id is the number of the inode. */
	id = get_cgroup_id(FOO);
	CHECK(id && !fstat(foo, &st) && (sizeof(long) < 8 || id == st.st_ino));
	test_attach(foo, bar);
	cleanup_cgroup_environment();
	/* The directory that foo is open on is gone. */
	CHECK(!fstat(foo, &st) && faccessat(foo, "cgroup.procs", F_OK, 0));
	cleanup_cgroup_environment();
	return 0;
}
