/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * command: what a subcommand of bpfload is to main.c.
 *
 *  - A new subcommand is one `struct command` and one line in main.c's table.
 *  - run() gets the arguments behind the subcommand's name and returns the exit status:
 *    EXIT_SUCCESS, EXIT_FAILURE (something about the object or the system, said on stderr), or
 *    EXIT_USAGE (something about the command line).
 *  - Results go to stdout, everything else to stderr; after a failure stdout holds no JSON.
 */
#ifndef BPFLOAD_COMMAND_H
#define BPFLOAD_COMMAND_H

#define EXIT_USAGE 2

struct command {
	const char *name;
	const char *line; /* what it does, for the list of commands */
	const char *help; /* the whole page, ends with a newline */
	int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command command_load;
extern const struct command command_explain;
extern const struct command command_html;
extern const struct command command_convert;
extern const struct command command_compare;

#endif
