/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 4.1: samples/bpf/libbpf.h alone, four-argument bpf_create_map(), a program
 * spelled out in macros and loaded by its size in bytes, a raw socket on lo. Counts the UDP
 * packets that it sends to itself.
 */
#include <stdio.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <string.h>
#include <stdlib.h>
#include <errno.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <netinet/in.h>
#include <stddef.h>
#include "libbpf.h"
#include "check.h"

#define PACKETS 3

static void test_map(void)
{
	int key, next_key, fd, seen = 0;
	long long value;

	fd = bpf_create_map(BPF_MAP_TYPE_HASH, sizeof(key), sizeof(value), 2);
	CHECK(fd >= 0);
	key = 1;
	value = 1234;
	CHECK(bpf_update_elem(fd, &key, &value, BPF_ANY) == 0);
	CHECK_FAILS(bpf_update_elem(fd, &key, &value, BPF_NOEXIST), EEXIST);
	CHECK_FAILS(bpf_update_elem(fd, &key, &value, -1), EINVAL);
	value = 0;
	CHECK(bpf_lookup_elem(fd, &key, &value) == 0 && value == 1234);
	key = 2;
	CHECK_FAILS(bpf_lookup_elem(fd, &key, &value), ENOENT);
	CHECK(bpf_update_elem(fd, &key, &value, BPF_NOEXIST) == 0);
	key = 3;
	CHECK_FAILS(bpf_update_elem(fd, &key, &value, BPF_NOEXIST), E2BIG);
	key = 0;
	while (bpf_get_next_key(fd, &key, &next_key) != -1) {
		seen += next_key;
		key = next_key;
		CHECK(seen <= 3);
	}
	CHECK(errno == ENOENT && seen == 3);
	CHECK(bpf_delete_elem(fd, &key) == 0);
	CHECK_FAILS(bpf_delete_elem(fd, &key), ENOENT);
	CHECK_FAILS(bpf_lookup_elem(-1, &key, &value), EBADF);
	close(fd);
}

static void test_refused(void)
{
	struct bpf_insn prog[] = {
		BPF_MOV64_REG(BPF_REG_0, BPF_REG_2),
		BPF_EXIT_INSN(),
	};

	CHECK(bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, prog, sizeof(prog), "GPL", 0) == -1);
	CHECK(errno == EACCES && strstr(bpf_log_buf, "R2 !read_ok"));
	CHECK_FAILS(bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, prog, 7, "GPL", 0), EINVAL);
	CHECK(sizeof(bpf_log_buf) == LOG_BUF_SIZE);
}

static int load_counter(int map_fd)
{
	struct bpf_insn prog[] = {
		BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
		BPF_LD_ABS(BPF_B, ETH_HLEN + offsetof(struct iphdr, protocol)),
		BPF_STX_MEM(BPF_W, BPF_REG_10, BPF_REG_0, -4),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_MAP_FD(BPF_REG_1, map_fd),
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 2),
		BPF_MOV64_IMM(BPF_REG_1, 1),
		BPF_RAW_INSN(BPF_STX | BPF_XADD | BPF_DW, BPF_REG_0, BPF_REG_1, 0, 0),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};

	return bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, prog, sizeof(prog), "GPL", 0);
}

static void send_packets(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	int i, sock = socket(AF_INET, SOCK_DGRAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(sock >= 0);
	for (i = 0; i < PACKETS; i++)
		sendto(sock, "x", 1, 0, (struct sockaddr *)&to, sizeof(to));
	close(sock);
}

int main(void)
{
	int map_fd, prog_fd, sock, key = IPPROTO_UDP;
	long long count = 0;

	test_map();
	test_refused();
	map_fd = bpf_create_map(BPF_MAP_TYPE_ARRAY, sizeof(key), sizeof(count), 256);
	CHECK(map_fd >= 0);
	prog_fd = load_counter(map_fd);
	CHECK(prog_fd >= 0 && bpf_log_buf[0] == '\0');
	CHECK_FAILS(open_raw_sock("no-such-dev"), ENODEV);
	sock = open_raw_sock("lo");
	CHECK(sock >= 0);
	CHECK(!setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog_fd, sizeof(prog_fd)));
	send_packets();
	CHECK(bpf_lookup_elem(map_fd, &key, &count) == 0);
	CHECK(count >= PACKETS);
	return 0;
}
