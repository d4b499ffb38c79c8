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

/* Where "processed N insns …" begins: the log's own end comes before it. */
static const char *log_end(const char *log)
{
	const char *line = log, *end = log + strlen(log);

	while ((line = strstr(line, "processed "))) {
		if (line == log || line[-1] == '\n')
			end = line;
		line++;
	}
	while (end > log && end[-1] == '\n')
		end--;
	return end;
}

/* Start of the line in front of the one that starts at `line`. */
static const char *line_before(const char *log, const char *line)
{
	if (line == log)
		return log;
	line--;
	while (line > log && line[-1] != '\n')
		line--;
	return line;
}

/* The nearest line at or before `line` that quotes source, within reach; else `line`. */
static const char *source_line(const char *log, const char *line)
{
	const char *at = line;

	for (int i = 0; i < SOURCE_BACK; i++) {
		if (at[0] == ';')
			return at;
		if (at == log)
			break;
		at = line_before(log, at);
	}
	return line;
}

/* The first row whose words stand in the log applies. */
static const struct {
	const char *words, *advice;
} advices[] = {
	{"or_null'",
	 "a look-up may find nothing: compare its result with NULL before using it"},
	{"GPL-restricted", "add: char _license[] SEC(\"license\") = \"GPL\";"},
	{"cannot call GPL", "add: char _license[] SEC(\"license\") = \"GPL\";"},
	{"cannot use helper",
	 "this helper is not for this type of program, or this kernel forbids it"},
	{"unknown func", "this kernel does not have that helper for this type of program"},
	{"invalid access to packet",
	 "compare the pointer with data_end before reading what it points to"},
	{"indirect access to stack",
	 "fill the whole variable, padding too, before giving its address away"},
	{"indirect read from stack",
	 "fill the whole variable, padding too, before giving its address away"},
	{"R0 !read_ok", "every path must return a value"},
	{"invalid bpf_context access",
	 "this type of program may not read that field of its context"},
	{"back-edge", "this kernel takes no loops: unroll it (#pragma unroll)"},
	{"infinite loop",
	 "let the loop end after a number of rounds that the verifier can see"},
	{"too large", "the verifier gave up counting: simplify loops and branches"},
	{"combined stack size",
	 "use less of the 512 bytes of stack, for instance by a per-CPU map"},
};

const char *verifier_log_advice(const char *end)
{
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (strstr(end, advices[i].words))
			return advices[i].advice;
	return "";
}

char *verifier_log_end(const char *log)
{
	const char *end = log_end(log), *line = end;

	for (int i = 0; i < LINES; i++)
		line = line_before(log, line);
	line = source_line(log, line);
	return strndup(line, (size_t)(end - line));
}
