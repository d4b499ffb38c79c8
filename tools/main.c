// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * bpfload: BPF objects on the command line. Finds the subcommand and lets it run.
 *
 * Exit status of all subcommands: 0 done, 1 failed, 2 wrong usage.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "output.h"

#ifndef BPF_LOAD_VERSION
#define BPF_LOAD_VERSION "1.0"
#endif

static const struct command *const commands[] = {
	&command_load, &command_explain, &command_html, &command_convert, &command_compare,
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void print_usage(FILE *stream)
{
	fputs("usage: bpfload COMMAND [OPTION]... OBJECT\n\n", stream);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-8s  %s\n", commands[i]->name, commands[i]->line);
	fputs("\n"
	      "  bpfload help COMMAND   all about one command\n"
	      "  bpfload --version      versions of bpfload and of libbpf\n"
	      "\n"
	      "OBJECT is a file that clang -target bpf -c has written, or - for standard\n"
	      "input. Its maps may be defined in SEC(\"maps\") (struct bpf_map_def, struct\n"
	      "bpf_elf_map) or in SEC(\".maps\"). Colour is for a terminal only, and not "
	      "where\n"
	      "NO_COLOR is set.\n",
	      stream);
}

static int unknown_command(const char *name)
{
	complain("there is no command '%s'", name);
	print_usage(stderr);
	return EXIT_USAGE;
}

static int help(const char *name)
{
	const struct command *command;

	if (!name) {
		print_usage(stdout);
		return finish_output();
	}
	command = find_command(name);
	if (!command)
		return unknown_command(name);
	fputs(command->help, stdout);
	return finish_output();
}

static int version(void)
{
	printf("bpfload %s (libbpf %s)\n", BPF_LOAD_VERSION, libbpf_version_string() + 1);
	return finish_output();
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help(NULL);
	if (!strcmp(argv[1], "--version"))
		return version();
	if (!strcmp(argv[1], "help"))
		return help(argc > 2 ? argv[2] : NULL);
	command = find_command(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	return command->run(command, argc - 1, argv + 1);
}
