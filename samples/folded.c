// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * folded: see folded.h.
 */
#include "folded.h"

#include <stdlib.h>
#include <string.h>

bool folded_add(struct folded *folded, char *text, __u64 value)
{
	const size_t room = folded->room ? 2 * folded->room : 256;
	struct folded_line *grown;

	if (folded->count == folded->room) {
		grown = reallocarray(folded->lines, room, sizeof(*grown));
		if (!grown) {
			free(text);
			return false;
		}
		folded->lines = grown;
		folded->room = room;
	}
	folded->lines[folded->count++] = (struct folded_line){text, value};
	return true;
}

/* ';' before all other bytes: else "a b" would come between "a" and "a;b". */
static int rank(char c)
{
	if (!c)
		return 0;
	return c == ';' ? 1 : 1 + (unsigned char)c;
}

static int compare_lines(const void *a, const void *b)
{
	const char *x = ((const struct folded_line *)a)->text;
	const char *y = ((const struct folded_line *)b)->text;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	return rank(*x) - rank(*y);
}

void folded_merge(struct folded *folded)
{
	size_t kept = 0;

	if (folded->count)
		qsort(folded->lines, folded->count, sizeof(*folded->lines), compare_lines);
	for (size_t i = 0; i < folded->count; i++) {
		struct folded_line *line = &folded->lines[i];

		if (kept && !strcmp(folded->lines[kept - 1].text, line->text)) {
			folded->lines[kept - 1].value += line->value;
			free(line->text);
		} else {
			folded->lines[kept++] = *line;
		}
	}
	folded->count = kept;
}

void folded_print(const struct folded *folded, FILE *out)
{
	for (size_t i = 0; i < folded->count; i++)
		fprintf(out, "%s %llu\n", folded->lines[i].text, folded->lines[i].value);
}

void folded_free(struct folded *folded)
{
	for (size_t i = 0; i < folded->count; i++)
		free(folded->lines[i].text);
	free(folded->lines);
	*folded = (struct folded){0};
}

void folded_frame(FILE *line, const char *name)
{
	for (; *name; name++)
		fputc(*name == ';' ? ':' : *name, line);
}
