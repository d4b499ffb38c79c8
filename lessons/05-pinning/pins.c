// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * pins: what the checks of this lesson do with pins: make them, and look at them.
 *
 *     pins kind PATH                  nothing, a map, a program, a directory, a file
 *     pins id PATH                    the id of the map or program that is pinned there
 *     pins about PATH                 the map: "type 2, value 16, entries 256"
 *     pins get PATH                   its elements that are not zero: "17: 3 packets 129 bytes"
 *     pins map PATH TYPE VALUE ENTRIES [KEY NUMBER NUMBER]...
 *                                     makes a map `traffic` with these elements, and pins it
 *     pins program PATH               pins a program
 *     pins send NUMBER                sends datagrams to a port of lo where nobody listens: frames
 *                                     of 43 bytes. Returns when the kernel has seen each arrive
 *
 * A key has 4 bytes. What is of interest in a value is its first two numbers of 8 bytes. Exit
 * status 0, or 1 after a message: then this machine or the check is at fault.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALUE_MAX 65536

static int fail(const char *what, const char *path)
{
	fprintf(stderr, "pins: %s %s: %s\n", what, path, strerror(errno));
	return EXIT_FAILURE;
}

/* ---- what is there ---- */

/* A descriptor's kind, as the kernel has it: "anon_inode:bpf-map". */
static bool is_kind(int fd, const char *kind)
{
	char link[64], what[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, what, sizeof(what) - 1);
	what[length > 0 ? length : 0] = '\0';
	return strstr(what, kind);
}

static const char *kind(const char *path)
{
	const int fd = bpf_obj_get(path);
	struct stat status;

	if (fd >= 0)
		return is_kind(fd, "bpf-map") ? "a map" : "a program";
	if (lstat(path, &status))
		return "nothing";
	return S_ISDIR(status.st_mode) ? "a directory" : "a file";
}

/* The info of a program begins like that of a map: with type and id. */
static int open_pin(const char *path, struct bpf_map_info *info)
{
	const int fd = bpf_obj_get(path);
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	if (fd >= 0)
		bpf_obj_get_info_by_fd(fd, info, &size);
	return fd;
}

static int id(const char *path)
{
	struct bpf_map_info info;

	open_pin(path, &info);
	return printf("%u\n", info.id) < 0;
}

static int about(const char *path)
{
	struct bpf_map_info info;

	if (strcmp(kind(path), "a map") != 0)
		return puts(kind(path)) < 0;
	open_pin(path, &info);
	return printf("type %u, value %u, entries %u\n", info.type, info.value_size,
		      info.max_entries) < 0;
}

static int get(const char *path)
{
	static __u64 value[VALUE_MAX / sizeof(__u64)];
	struct bpf_map_info info;
	const int fd = open_pin(path, &info);

	for (__u32 key = 0; key < info.max_entries; key++)
		if (!bpf_map_lookup_elem(fd, &key, value) && (value[0] || value[1]))
			printf("%u: %llu packets %llu bytes\n", key, value[0], value[1]);
	return EXIT_SUCCESS;
}

/* ---- making some ---- */

static int make_map(char **arguments)
{
	static __u64 value[VALUE_MAX / sizeof(__u64)];
	const int fd = bpf_map_create(atoi(arguments[1]), "traffic", sizeof(__u32),
				      atoi(arguments[2]), atoi(arguments[3]), NULL);

	if (fd < 0)
		return fail("create the map for", arguments[0]);
	for (char **element = arguments + 4; element[0]; element += 3) {
		const __u32 key = atoi(element[0]);

		value[0] = strtoull(element[1], NULL, 0);
		value[1] = strtoull(element[2], NULL, 0);
		if (bpf_map_update_elem(fd, &key, value, BPF_ANY))
			return fail("fill the map for", arguments[0]);
	}
	return bpf_obj_pin(fd, arguments[0]) ? fail("pin", arguments[0]) : EXIT_SUCCESS;
}

static int make_program(const char *path)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K},
		{.code = BPF_JMP | BPF_EXIT},
	};
	const int fd =
		bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "traffic", "GPL", nothing, 2, NULL);

	return fd < 0 || bpf_obj_pin(fd, path) ? fail("pin", path) : EXIT_SUCCESS;
}

/* ---- traffic ---- */

/* The answer, ICMP, comes after the datagram has gone through all that looks at it. */
static int send_datagrams(int number)
{
	const struct sockaddr_in nobody = {
		.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct pollfd answer = {.fd = socket(AF_INET, SOCK_DGRAM, 0)};

	if (connect(answer.fd, (const struct sockaddr *)&nobody, sizeof(nobody)))
		return fail("send to", "lo");
	for (; number > 0; number--) {
		if (send(answer.fd, "x", 1, 0) != 1 || poll(&answer, 1, 5000) != 1)
			return fail("send to", "lo");
		recv(answer.fd, NULL, 0, MSG_DONTWAIT); /* takes the error from the socket */
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "kind"))
		return puts(kind(argv[2])) < 0;
	if (!strcmp(what, "id"))
		return id(argv[2]);
	if (!strcmp(what, "about"))
		return about(argv[2]);
	if (!strcmp(what, "get"))
		return get(argv[2]);
	if (!strcmp(what, "map") && argc > 5 && argc % 3 == 0)
		return make_map(argv + 2);
	if (!strcmp(what, "program"))
		return make_program(argv[2]);
	if (!strcmp(what, "send"))
		return send_datagrams(atoi(argv[2]));
	fprintf(stderr, "usage: see the head of pins.c\n");
	return 2;
}
