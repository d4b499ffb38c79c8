// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * counts_user: loads the counts_kern.o that lies beside it, hands it packets, and does with its maps
 * what it is told.
 *
 *     sudo ./counts_user "send 17 53 3" "protocols read 17" …
 *
 * Each argument is a command; without arguments, each line of the standard input. MAP is protocols
 * or ports. Maps are new each time, and gone when the program ends.
 *
 *     send PROTOCOL PORT TIMES   the kernel runs the program on so many packets of 100 bytes
 *     MAP update KEY PACKETS any|noexist|exist        one call of libbpf's, and what came of it
 *     MAP delete KEY
 *     MAP next [KEY]             the key behind KEY; without it, the first
 *     MAP read KEY               what you write: map_access.c
 *     MAP sum
 *     MAP clear KEY
 *     MAP report [QUIET]
 *     MAP add KEY...
 *
 * It is complete, and no assignment is about it. Exit status 0; 1 where the object cannot be
 * loaded; 2 for a command that is none.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_load.h"
#include "counts.h"

#define WORDS_MAX 16

static __u32 number(const char *word)
{
	return word ? strtoul(word, NULL, 0) : 0;
}

static void print_result(int result)
{
	if (result < 0)
		printf("%s\n", strerrorname_np(-result));
	else
		printf("ok\n");
}

/* ---- packets ---- */

/* The kernel takes 14 bytes off a packet that is made up, before it runs a socket filter on it. */
struct packet {
	struct ethhdr taken, ether;
	struct iphdr ip;
	struct udphdr udp;
	char data[58];
} __attribute__((packed));

static int send_packets(char **words)
{
	struct packet packet = {
		.taken.h_proto = htons(ETH_P_IP),
		.ether.h_proto = htons(ETH_P_IP),
		.ip = {.version = 4, .ihl = 5, .protocol = number(words[0])},
		.udp.dest = htons(number(words[1])),
	};
	const __u32 times = number(words[2]);
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = &packet,
		    .data_size_in = sizeof(packet));

	if (!times)
		return -EINVAL;
	opts.repeat = times;
	return bpf_prog_test_run_opts(prog_fd[0], &opts) ? -errno : 0;
}

/* ---- commands about a map ---- */

static int flag(const char *word)
{
	if (word && !strcmp(word, "noexist"))
		return BPF_NOEXIST;
	return word && !strcmp(word, "exist") ? BPF_EXIST : BPF_ANY;
}

static void do_update(int fd, char **words)
{
	const __u32 key = number(words[0]);
	const struct count count = {.packets = number(words[1])};
	int err = bpf_map_update_elem(fd, &key, &count, flag(words[2]));

	print_result(err < 0 ? -errno : 0);
}

static void do_delete(int fd, char **words)
{
	const __u32 key = number(words[0]);
	int err = bpf_map_delete_elem(fd, &key);

	print_result(err < 0 ? -errno : 0);
}

static void do_next(int fd, char **words)
{
	const __u32 key = number(words[0]);
	__u32 next;
	int err = bpf_map_get_next_key(fd, words[0] ? &key : NULL, &next);

	if (err < 0)
		print_result(-errno);
	else
		printf("%u\n", next);
}

static void print_count(int err, const struct count *count)
{
	if (err)
		print_result(err);
	else
		printf("%llu packets, %llu bytes\n", count->packets, count->bytes);
}

static void do_read(int fd, char **words)
{
	struct count count = {0};
	int err = read_count(fd, number(words[0]), &count);

	print_count(err, &count);
}

static void do_sum(int fd, char **words)
{
	struct count sum = {0};
	int err = sum_array(fd, &sum);

	(void)words;
	print_count(err, &sum);
}

static void do_clear(int fd, char **words)
{
	print_result(clear_count(fd, number(words[0])));
}

void show_count(__u32 key, const struct count *count)
{
	printf("  %5u  ", key);
	print_count(0, count);
}

static void do_report(int fd, char **words)
{
	int shown;

	putchar('\n');
	shown = report_counts(fd, number(words[0]));
	printf("  in all: ");
	if (shown < 0)
		print_result(shown);
	else
		printf("%d\n", shown);
}

static void do_add(int fd, char **words)
{
	__u32 keys[WORDS_MAX];
	struct added added = {0};
	unsigned int n;
	int err;

	for (n = 0; words[n]; n++)
		keys[n] = number(words[n]);
	err = add_keys(fd, keys, n, &added);
	if (err < 0)
		print_result(err);
	else
		printf("%u added, %u already there, no room for %u\n", added.added,
		       added.already, added.no_room);
}

static const struct command {
	const char *name;
	void (*run)(int fd, char **words);
} commands[] = {
	{"update", do_update}, {"delete", do_delete}, {"next", do_next},     {"read", do_read},
	{"sum", do_sum},       {"clear", do_clear},   {"report", do_report}, {"add", do_add},
};

/* ---- what it is told ---- */

static int descriptor(const char *map)
{
	for (int i = 0; i < map_data_count; i++)
		if (!strcmp(map_data[i].name, map))
			return map_data[i].fd;
	return -1;
}

static bool run_on_map(char **words)
{
	const int fd = descriptor(words[0]);

	for (size_t i = 0; words[1] && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (fd < 0 || strcmp(commands[i].name, words[1]) != 0)
			continue;
		commands[i].run(fd, words + 2);
		return true;
	}
	return false;
}

/* Prints the command, and behind it what comes of it. Words that are not there are NULL. */
static bool run_command(char *text)
{
	char *words[WORDS_MAX + 1] = {NULL};
	size_t n = 0;

	printf("%s: ", text);
	for (char *word = strtok(text, " "); word && n < WORDS_MAX; word = strtok(NULL, " "))
		words[n++] = word;
	if (n && !strcmp(words[0], "send"))
		print_result(send_packets(words + 1));
	else if (!n || !run_on_map(words))
		return printf("no such command\n"), false;
	return true;
}

static bool run_lines(void)
{
	char line[256];
	bool all = true;

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		all = run_command(line) && all;
		fflush(stdout);
	}
	return all;
}

/* Loads the object in the folder of `program`. Says why not, if so. */
static bool load_beside(const char *program)
{
	const char *slash = strrchr(program, '/');
	const int folder = slash ? (int)(slash + 1 - program) : 0;
	char path[4096];

	snprintf(path, sizeof(path), "%.*scounts_kern.o", folder, program);
	if (!load_bpf_file(path))
		return true;
	fprintf(stderr, "%s", bpf_log_buf);
	return false;
}

int main(int argc, char **argv)
{
	bool all = true;

	if (!load_beside(argv[0]))
		return EXIT_FAILURE;
	for (int i = 1; i < argc; i++)
		all = run_command(argv[i]) && all;
	if (argc == 1)
		all = run_lines();
	return all ? EXIT_SUCCESS : 2;
}
