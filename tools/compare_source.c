// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare_source: one source with both definitions, compiled twice, without a file: clang writes
 * into a pipe.
 */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert_source_clang.h"
#include "output.h"

/* The flags behind "--", then -DNAME; a list of the caller's strings, to be freed itself. */
static char **flags_with(char *const *flags, char *define)
{
	size_t count = 0;
	char **list;

	while (flags[count])
		count++;
	list = must(calloc(count + 2, sizeof(*list)));
	memcpy(list, flags, count * sizeof(*list));
	list[count] = define;
	return list;
}

/* clang's words are the user's to read, whether they are errors or not. */
static bool compile(const struct clang *clang, struct side *side)
{
	struct clang_output output;
	bool good = clang_run(clang, CLANG_OBJECT, NULL, 0, &output);

	if (output.messages.bytes)
		fputs(output.messages.bytes, stderr);
	if (!good) {
		complain("%s: clang does not compile it", side->path);
		clang_output_release(&output);
		return false;
	}
	side->bytes = output.bytes.bytes;
	side->size = output.bytes.size;
	output.bytes.bytes = NULL;
	clang_output_release(&output);
	return true;
}

static void note_no_choice(const struct comparison *comparison, const char *define)
{
	const struct side *a = &comparison->sides[0], *b = &comparison->sides[1];

	if (a->size == b->size && !memcmp(a->bytes, b->bytes, a->size))
		complain("note: %s: -D%s changes nothing: both objects are the same, byte by "
			 "byte",
			 comparison->options->source, define);
}

bool compare_source(struct comparison *comparison)
{
	const struct options *options = comparison->options;
	const char *define = options->define ?: "BTF_MAPS";
	const struct convert convert = {
		.options = options, .name = options->source, .path = options->source};
	char *flag = text_of("-D%s", define);
	char **flags = flags_with(options->compiler_flags, flag);
	struct clang clang;
	bool good;

	clang_open(&clang, &convert);
	comparison->sides[0].path = options->source;
	comparison->sides[1].own_path = text_of("%s %s", options->source, flag);
	comparison->sides[1].path = comparison->sides[1].own_path;
	good = compile(&clang, &comparison->sides[0]);
	clang.user = flags;
	good = good && compile(&clang, &comparison->sides[1]);
	if (good)
		note_no_choice(comparison, define);
	clang_release(&clang);
	free(flags);
	free(flag);
	return good;
}
