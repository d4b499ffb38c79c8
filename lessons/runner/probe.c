// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * probe: runs one program of a learner's object on packets that are known, and says what came of it.
 *
 *     probe OBJECT PROGRAM WORD...
 *     probe --able         status 0 if this user may load programs here; else it says why not
 *
 * A packet is ipv4/udp/100 (also ipv6, and tcp, icmp or a number; 100 bytes with its Ethernet
 * header), arp/42, or hex:0011…. Each is handed to the program once, by BPF_PROG_TEST_RUN. In the
 * place of a packet, stack:aa has every byte of the stack be aa when the program begins, from here
 * on: what it then reads without having written it is no longer an accident. (Where it calls
 * functions that are not inlined, that is so for the upper part of the stack only.) MAP[SLOT]=NAME puts
 * the object's program NAME into a slot of a PROG_ARRAY, and MAP[SLOT]= empties the slot.
 *
 * On stdout, a line for what each packet's run returned, then one for each element of each map
 * that is not all zero; of a hash, for each that is there:
 *
 *     return 0
 *     map packets 17 1
 *
 * Keys and values of 1, 2, 4 and 8 bytes are numbers, others are hex; a value for each CPU is a
 * list with commas. What the loader or the verifier dislikes goes to stderr, as they say it.
 *
 * Exit status: 0 it ran; 1 the object could not be loaded or run; 2 wrong usage.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#define FRAME_MAX     4096
#define MAX_BPF_STACK 512 /* as in the kernel */

struct frame {
	unsigned char bytes[FRAME_MAX];
	size_t size;
};

static int fail(const char *what, const char *name, const char *why)
{
	fprintf(stderr, "%s '%s': %s\n", what, name, why);
	return EXIT_FAILURE;
}

/* ---- packets ---- */

static int protocol_number(const char *name)
{
	if (!strcmp(name, "udp"))
		return IPPROTO_UDP;
	if (!strcmp(name, "tcp"))
		return IPPROTO_TCP;
	return strcmp(name, "icmp") ? atoi(name) : IPPROTO_ICMP;
}

static void put_ipv4(struct frame *frame, int protocol)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.ttl = 64,
		.tot_len = htons(frame->size - ETH_HLEN),
		.protocol = protocol,
		.saddr = htonl(0xc0000201), /* 192.0.2.1, for documentation */
		.daddr = htonl(0xc0000202),
	};

	memcpy(frame->bytes + ETH_HLEN, &ip, sizeof(ip));
}

static void put_ipv6(struct frame *frame, int protocol)
{
	struct ip6_hdr ip = {0};

	ip.ip6_flow = htonl(6U << 28);
	ip.ip6_plen = htons(frame->size - ETH_HLEN - sizeof(ip));
	ip.ip6_nxt = protocol;
	ip.ip6_hlim = 64;
	memcpy(frame->bytes + ETH_HLEN, &ip, sizeof(ip));
}

static void set_ether_type(struct frame *frame, int type)
{
	frame->bytes[12] = type >> 8;
	frame->bytes[13] = type & 0xff;
}

static bool hex_frame(struct frame *frame, const char *digits)
{
	unsigned int byte;

	for (; sscanf(digits, "%2x", &byte) == 1 && frame->size < FRAME_MAX; digits += 2)
		frame->bytes[frame->size++] = byte;
	return frame->size >= ETH_HLEN && !*digits;
}

static bool make_frame(struct frame *frame, const char *text)
{
	char kind[8], protocol[8] = "0";

	*frame = (struct frame){0};
	if (!strncmp(text, "hex:", 4))
		return hex_frame(frame, text + 4);
	if (sscanf(text, "%7[^/]/%7[^/]/%zu", kind, protocol, &frame->size) != 3 &&
	    sscanf(text, "%7[^/]/%zu", kind, &frame->size) != 2)
		return false;
	if (frame->size < 42 || frame->size > FRAME_MAX)
		return false;
	if (!strcmp(kind, "ipv4")) {
		set_ether_type(frame, ETHERTYPE_IP);
		put_ipv4(frame, protocol_number(protocol));
	} else if (!strcmp(kind, "ipv6") && frame->size >= ETH_HLEN + sizeof(struct ip6_hdr)) {
		set_ether_type(frame, ETHERTYPE_IPV6);
		put_ipv6(frame, protocol_number(protocol));
	} else if (!strcmp(kind, "arp")) {
		set_ether_type(frame, ETHERTYPE_ARP);
	} else {
		return false;
	}
	return true;
}

/* ---- one run ---- */

/*
 * A test run takes the first 14 bytes for the Ethernet header. A socket filter on a packet socket
 * sees that header; in a test run it sees only what follows. So it gets 14 bytes more in front.
 */
static size_t hidden_bytes(const struct bpf_loader_program *program)
{
	return program->type == BPF_PROG_TYPE_SOCKET_FILTER ? ETH_HLEN : 0;
}

/* What is run: the program as it was loaded, or, as `fd`, the same behind what fills its stack. */
struct run {
	const struct bpf_loader *loader;
	const struct bpf_loader_program *program;
	const char *license;
	int fd;
};

/* One instruction for each 8 bytes. Jumps are relative, so nothing else changes. */
static int load_filled(const struct run *run, unsigned int byte, size_t words)
{
	const size_t count = run->program->insn_count + words;
	struct bpf_insn *insns = calloc(count, sizeof(*insns));
	int fd;

	if (!insns)
		return -1;
	for (size_t i = 0; i < words; i++)
		insns[i] = (struct bpf_insn){
			.code = BPF_ST | BPF_MEM | BPF_DW,
			.dst_reg = BPF_REG_10,
			.off = -8 * (int)(i + 1),
			.imm = byte * 0x01010101U,
		};
	memcpy(insns + words, run->program->insns, run->program->insn_count * sizeof(*insns));
	fd = bpf_prog_load(run->program->type, run->program->name, run->license, insns, count,
			   NULL);
	free(insns);
	return fd;
}

/* A function and those that it calls have 512 bytes together: where there are such, less is filled. */
static int fill_stack(struct run *run, unsigned int byte)
{
	int fd = -1;

	for (size_t words = MAX_BPF_STACK / 8; fd < 0 && words; words /= 2)
		fd = load_filled(run, byte, words);
	if (fd < 0)
		return fail("program with another stack", run->program->name, strerror(errno));
	if (run->fd != run->program->fd)
		close(run->fd);
	run->fd = fd;
	return EXIT_SUCCESS;
}

static int run_on(const struct run *run, const char *text)
{
	struct frame frame;
	unsigned char data[ETH_HLEN + FRAME_MAX] = {0};
	const size_t hidden = hidden_bytes(run->program);
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .repeat = 1);

	if (!make_frame(&frame, text)) {
		fprintf(stderr, "probe: '%s' is no packet\n", text);
		return 2;
	}
	memcpy(data + hidden, frame.bytes, frame.size);
	memcpy(data + 12, frame.bytes + 12, hidden ? 2 : 0);
	opts.data_size_in = hidden + frame.size;
	if (bpf_prog_test_run_opts(run->fd, &opts))
		return fail("program", run->program->name, strerror(errno));
	printf("return %u\n", opts.retval);
	return EXIT_SUCCESS;
}

/* ---- slots of a PROG_ARRAY ---- */

static int change_slot(const struct bpf_loader *loader, const char *text)
{
	const struct bpf_loader_map *map;
	char name[64], program[64] = "";
	int fd, err, read = 0;
	__u32 slot;

	if (sscanf(text, "%63[^[][%u]=%n%63s", name, &slot, &read, program) < 2 || !read) {
		fprintf(stderr, "probe: '%s' is not MAP[SLOT]=PROGRAM\n", text);
		return 2;
	}
	map = bpf_loader_find_map(loader, name);
	if (!map || map->type != BPF_MAP_TYPE_PROG_ARRAY)
		return fail("map", name, "the object has no PROG_ARRAY of that name");
	fd = bpf_loader_program_fd(loader, program);
	if (*program && fd < 0)
		return fail("program", program, "the object has none of that name");
	err = *program ? bpf_map_update_elem(map->fd, &slot, &fd, BPF_ANY)
		       : bpf_map_delete_elem(map->fd, &slot);
	return err ? fail("change", text, strerror(errno)) : EXIT_SUCCESS;
}

/* ---- all words ---- */

static int run_all(struct run *run, char **words)
{
	unsigned int byte;
	int rc = EXIT_SUCCESS;

	for (; *words && !rc; words++)
		if (sscanf(*words, "stack:%2x", &byte) == 1)
			rc = fill_stack(run, byte);
		else if (strchr(*words, '['))
			rc = change_slot(run->loader, *words);
		else
			rc = run_on(run, *words);
	if (run->fd != run->program->fd)
		close(run->fd);
	return rc;
}

/* ---- maps ---- */

static void print_bytes(const unsigned char *bytes, size_t size)
{
	unsigned long long number = 0;

	if (size == 1 || size == 2 || size == 4 || size == 8) {
		memcpy(&number, bytes,
		       size); /* little end first: BPF programs are built so here */
		printf("%llu", number);
		return;
	}
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
}

static bool all_zero(const unsigned char *bytes, size_t size)
{
	return !size || (!bytes[0] && !memcmp(bytes, bytes + 1, size - 1));
}

static bool per_cpu(__u32 type)
{
	return type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

/* Elements of an array are always there, those of a hash because somebody put them in. */
static bool made_when_wanted(__u32 type)
{
	return type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static void print_element(const struct bpf_loader_map *map, const void *key,
			  const unsigned char *value, size_t step, size_t cpus)
{
	if (!made_when_wanted(map->type) && all_zero(value, step * cpus))
		return;
	printf("map %s ", map->name);
	print_bytes(key, map->key_size);
	for (size_t cpu = 0; cpu < cpus; cpu++) {
		putchar(cpu ? ',' : ' ');
		print_bytes(value + cpu * step, map->value_size);
	}
	putchar('\n');
}

static int print_map(const struct bpf_loader_map *map)
{
	const size_t cpus = per_cpu(map->type) ? (size_t)libbpf_num_possible_cpus() : 1;
	const size_t step = cpus > 1 ? (map->value_size + 7) / 8 * 8 : map->value_size;
	unsigned char *key = calloc(2, map->key_size + 1);
	unsigned char *value = calloc(cpus, step + 8);
	const bool memory = key && value;
	bool first = true;

	while (memory && !bpf_map_get_next_key(map->fd, first ? NULL : key, key)) {
		first = false;
		if (!bpf_map_lookup_elem(map->fd, key, value))
			print_element(map, key, value, step, cpus);
	}
	free(key);
	free(value);
	return memory ? EXIT_SUCCESS : fail("map", map->name, "no memory");
}

static int print_maps(const struct bpf_loader *loader)
{
	int rc = EXIT_SUCCESS;

	for (size_t i = 0; i < bpf_loader_map_count(loader) && !rc; i++)
		rc = print_map(bpf_loader_map(loader, i));
	return rc;
}

/* ---- may this be done here at all? ---- */

static int able(void)
{
	const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K},
		{.code = BPF_JMP | BPF_EXIT},
	};
	const int fd =
		bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "able", "GPL", program, 2, NULL);

	if (fd >= 0) {
		close(fd);
		return EXIT_SUCCESS;
	}
	printf("%s\n", errno == EPERM ? "needs root" : strerror(errno));
	return EXIT_FAILURE;
}

static int probe(struct bpf_loader *loader, const char *name, char **words)
{
	struct run run = {.loader = loader, .license = bpf_loader_license(loader)};
	int rc;

	if (bpf_loader_error(loader)) {
		fprintf(stderr, "%s%s\n", bpf_loader_log(loader), bpf_loader_error(loader));
		return EXIT_FAILURE;
	}
	run.program = bpf_loader_find_program(loader, name);
	if (!run.program)
		return fail("program", name, "the object has none of that name");
	run.fd = run.program->fd;
	rc = run_all(&run, words);
	return rc ? rc : print_maps(loader);
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	struct bpf_loader *loader;
	int rc;

	if (argc == 2 && !strcmp(argv[1], "--able"))
		return able();
	if (argc < 3) {
		fprintf(stderr, "usage: probe OBJECT PROGRAM WORD...\n");
		return 2;
	}
	loader = bpf_loader_load_file(argv[1], &opts);
	rc = probe(loader, argv[2], argv + 3);
	bpf_loader_close(loader);
	return rc;
}
