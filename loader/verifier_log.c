// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * verifier_log: see verifier_log.h.
 *
 * A log may have a million lines; the reason stands at the end, followed by statistics
 * ("processed 12 insns …"). Source lines, where the object was compiled with -g, begin with
 * "; " in front of the instructions they became.
 */
#include "verifier_log.h"

#include <string.h>

#define LINES	    16 /* shown at most */
#define SOURCE_BACK 40 /* lines to look back further for the source line of the first one */

/* Cuts "processed N insns …" and what follows. */
static void cut_statistics(char *log)
{
	char *line = log, *last = NULL;

	while ((line = strstr(line, "processed "))) {
		if (line == log || line[-1] == '\n')
			last = line;
		line++;
	}
	if (last)
		*last = '\0';
}

static void cut_newlines(char *log)
{
	size_t length = strlen(log);

	while (length && log[length - 1] == '\n')
		log[--length] = '\0';
}

/* Start of the line in front of the one that starts at `line`. */
static char *line_before(char *log, char *line)
{
	if (line == log)
		return log;
	line--;
	while (line > log && line[-1] != '\n')
		line--;
	return line;
}

/* The nearest line at or before `line` that quotes source, within reach; else `line`. */
static char *source_line(char *log, char *line)
{
	char *at = line;

	for (int i = 0; i < SOURCE_BACK; i++) {
		if (at[0] == ';')
			return at;
		if (at == log)
			break;
		at = line_before(log, at);
	}
	return line;
}

char *verifier_log_end(char *log)
{
	char *line;

	cut_statistics(log);
	cut_newlines(log);
	line = log + strlen(log);
	for (int i = 0; i < LINES; i++)
		line = line_before(log, line);
	return source_line(log, line);
}
