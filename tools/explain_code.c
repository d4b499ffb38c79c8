// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_code: a program's instructions as they will be loaded, below the lines of source that
 * they were made from.
 */
#include "explain.h"

#include <stdio.h>
#include <string.h>

#include "code_lines.h"
#include "output.h"

/* What the compiler calls a line may be several; the first one tells. Ends at the screen's edge. */
static void show_source(const struct source_line *source)
{
	const char *slash = strrchr(source->file, '/'), *text = source->text;
	char place[64], line[OUTPUT_WIDTH + 1];
	size_t length;

	text += strspn(text, " \t");
	length = strcspn(text, "\n");
	snprintf(place, sizeof(place), "%s:%u", slash ? slash + 1 : source->file, source->line);
	if (snprintf(line, sizeof(line), "        ; %s  %.*s", place, (int)length, text) >=
	    (int)sizeof(line))
		memcpy(line + sizeof(line) - 4, "...", 4);
	say(STYLE_DIM, "%s\n", line);
}

/* What stands behind an instruction: a helper's name, the instruction that a jump goes to. */
static void say_remark(const struct code_line *line)
{
	if (line->helper)
		say(STYLE_DIM, " <%s>", line->helper);
	if (line->target >= 0)
		say(STYLE_DIM, " <%ld>", line->target);
	say(STYLE_PLAIN, "\n");
}

static void show_line(const struct object *object, const struct bpf_loader_program *program,
		      const struct code_line *line)
{
	char loaded[WORDS_ROOM];

	say(STYLE_DIM, "  %6u", line->insn);
	if (line->reloc) {
		words_after(object->loader, program, line->reloc, loaded, sizeof(loaded));
		say(STYLE_GOOD, "  %s\n", loaded);
		return;
	}
	say(STYLE_PLAIN, "  %s", line->text);
	say_remark(line);
}

/* One line of source may be many records, one for each column. */
static bool same_line(const struct source_line *a, const struct source_line *b)
{
	return a->line == b->line && a->file == b->file;
}

void explain_code(const struct object *object, const struct bpf_loader_program *program)
{
	struct source_line last = {.file = NULL};
	struct code_walk walk;
	struct code_line line;

	code_start(&walk, object, program);
	while (code_next(&walk, &line)) {
		if (line.function)
			say(STYLE_BOLD, "\n  %s:\n", line.function);
		if (line.has_source && (line.function || !same_line(&line.source, &last)))
			show_source(&line.source);
		if (line.has_source)
			last = line.source;
		show_line(object, program, &line);
	}
	code_end(&walk);
}
