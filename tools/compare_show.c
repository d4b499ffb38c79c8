// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare_show: two objects side by side, as tables that fit the screen.
 *
 * Columns of values share what room there is. A value that does not fit is cut off in the table
 * and stands below it in full.
 */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object_text.h"
#include "output.h"

#define VALUE_LEAST    8
#define EXAMPLE_INDENT 6

/* ---- tables of two sides ---- */

/* At most `room` characters of a text. To be freed. */
static char *shorten(const char *text, size_t room)
{
	size_t length = 0;

	if (text_width(text) <= room)
		return must(strdup(text));
	for (size_t width = 0; width + 1 < room && text[length]; width++)
		length += printable(text + length) ?: 1;
	return text_of("%.*s…", (int)length, text);
}

/* "maps+12", "BTF [7]", "", in the row that says the section's name "+12". To be freed. */
static char *origin_text(const struct row *row, int side)
{
	const struct origin *from = &row->from[side];

	if (!from->section)
		return text_of("%s", "");
	if (from->btf_id)
		return text_of("BTF [%u]", from->btf_id);
	if (!strcmp(from->section, row->text[side]))
		return text_of("+%zu", from->offset);
	return text_of("%s+%zu", from->section, from->offset);
}

static void widen(size_t *width, const char *text)
{
	const size_t wanted = text_width(text);

	if (wanted > *width)
		*width = wanted;
}

/* Shares what is left of the screen: who needs less than half leaves the rest to the other. */
static void share(size_t left, size_t room[2])
{
	const size_t half = left / 2 > VALUE_LEAST ? left / 2 : VALUE_LEAST;

	if (room[0] + room[1] <= left)
		return;
	if (room[0] < half)
		room[1] = left - room[0];
	else if (room[1] < half)
		room[0] = left - room[1];
	else
		room[0] = room[1] = half;
}

/* Room for the values, so that a table of these rows is no wider than the screen. */
static void value_room(const struct row *rows, size_t count, size_t room[2])
{
	size_t field = strlen("field"), words = strlen("equal"), from[2] = {0}, others;

	room[0] = room[1] = 1;
	for (size_t i = 0; i < count; i++) {
		widen(&field, rows[i].field);
		widen(&words, compare_row_words(&rows[i]));
		for (int side = 0; side < 2; side++) {
			char *text = origin_text(&rows[i], side);

			widen(&from[side], text);
			if (text[0])
				widen(&from[side], "from");
			widen(&room[side], rows[i].text[side]);
			free(text);
		}
	}
	others = field + words + from[0] + from[1] + 2 * 6;
	share(output_width() > others ? output_width() - others : 0, room);
}

static enum style style_of(enum row_verdict verdict)
{
	switch (verdict) {
	case ROW_DIFFERS: return STYLE_BAD;
	case ROW_ONE_SIDE: return STYLE_GOOD;
	case ROW_SAME: return STYLE_PLAIN;
	default: return STYLE_DIM;
	}
}

static void add_row(struct table *table, const struct row *row, const size_t room[2])
{
	const char *words = compare_row_words(row);

	table_style(table, style_of(row->verdict));
	table_add(table, "%s", row->field);
	for (int side = 0; side < 2; side++) {
		char *value = shorten(row->text[side][0] ? row->text[side] : "-", room[side]);
		char *from = origin_text(row, side);

		table_add(table, "%s", value);
		table_add(table, "%s", from);
		free(value);
		free(from);
	}
	table_add(table, "%s", words[0] ? words : "=");
}

static void show_long_values(const struct row *row, const size_t room[2])
{
	for (int side = 0; side < 2; side++)
		if (text_width(row->text[side]) > room[side])
			say_fact(style_of(row->verdict), row->field, "%c: %s", "AB"[side],
				 row -> text[side]);
}

static void show_rows(const struct row *rows, size_t count)
{
	static const struct column columns[] = {
		{.title = "field"},
		{.title = "A"},
		{.title = "from", .style = STYLE_DIM},
		{.title = "B"},
		{.title = "from", .style = STYLE_DIM},
		{.title = "equal"},
	};
	struct table table = {.columns = columns, .column_count = 6};
	size_t room[2];

	value_room(rows, count, room);
	for (size_t i = 0; i < count; i++)
		add_row(&table, &rows[i], room);
	table_print(&table);
	for (size_t i = 0; i < count; i++)
		show_long_values(&rows[i], room);
}

/* ---- what is compared ---- */

static void show_side(const struct comparison *comparison, int index)
{
	const struct side *side = &comparison->sides[index];
	const size_t maps = bpf_loader_map_count(side->object.loader);
	const size_t programs = bpf_loader_program_count(side->object.loader);

	say_fact(STYLE_BOLD, index ? "B" : "A", "%s: %zu map%s, %zu program%s", side->path,
		 maps, maps == 1 ? "" : "s", programs, programs == 1 ? "" : "s");
	if (side->refusal)
		say_fact(STYLE_BAD, "refused", "%s", side->refusal);
}

static void show_lonely(const struct match *match, const char *kind)
{
	for (int side = 0; side < 2; side++) {
		const struct bpf_loader_map *map = match->map[side];
		const struct bpf_loader_program *program = match->program[side];

		if (!map && !program)
			continue;
		say_heading("%s %s: only in %c", kind, match->name, "AB"[side]);
		if (map)
			say_fact(STYLE_BAD, "defined in",
				 "section %s: %s, key %u, value %u, max_entries %u",
				 map->section, map_type_name(map->type), map->key_size,
				 map->value_size, map->max_entries);
		else
			say_fact(STYLE_BAD, "defined in", "section %s: %zu instructions",
				 program->section, program->insn_count);
	}
}

static void show_matches(const struct matches *matches, const char *kind)
{
	for (size_t i = 0; i < matches->count; i++) {
		const struct match *match = &matches->list[i];

		if (!match->rows) {
			show_lonely(match, kind);
			continue;
		}
		say_heading("%s %s", kind, match->name);
		show_rows(match->rows, match->row_count);
	}
}

static void show_costs(const struct comparison *comparison)
{
	static const struct column columns[] = {
		{.title = "bytes of"},
		{.title = "A", .right = true},
		{.title = "B", .right = true},
		{.title = "B - A", .right = true},
	};
	struct table table = {.columns = columns, .column_count = 4};

	say_heading("What it costs in the file");
	for (int i = 0; i < COSTS; i++) {
		const struct cost *cost = &comparison->costs[i];

		if (!cost->bytes[0] && !cost->bytes[1])
			continue;
		table_add(&table, "%s", cost->what);
		table_add(&table, "%zu", cost->bytes[0]);
		table_add(&table, "%zu", cost->bytes[1]);
		table_add(&table, "%+ld", (long)cost->bytes[1] - (long)cost->bytes[0]);
	}
	table_print(&table);
}

/* ---- the kernel ---- */

static void add_kernel_row(struct table *table, const struct kernel_row *row,
			   const size_t room[2])
{
	char *a = shorten(row->a[0] ? row->a : "-", room[0]);
	char *b = shorten(row->b[0] ? row->b : "-", room[1]);
	const bool equal = !strcmp(row->a, row->b);

	if (row->differs)
		table_style(table, STYLE_BAD);
	else if (!equal)
		table_style(table, STYLE_GOOD);
	table_add(table, "%s", row->field);
	table_add(table, "%s", a);
	table_add(table, "%s", b);
	table_add(table, "%s", row->differs ? "differs" : equal ? "=" : "no matter");
	free(a);
	free(b);
}

static void show_kernel_pair(const struct kernel_pair *pair)
{
	static const struct column columns[] = {
		{.title = "field"}, {.title = "A"}, {.title = "B"}, {.title = "equal"}};
	struct table table = {.columns = columns, .column_count = 4};
	size_t field = 0, room[2] = {1, 1};

	for (size_t i = 0; i < pair->row_count; i++) {
		widen(&field, pair->rows[i].field);
		widen(&room[0], pair->rows[i].a);
		widen(&room[1], pair->rows[i].b);
	}
	share(output_width() - field - strlen("no matter") - 2 * 4, room);
	say_heading("%s %s in the kernel", pair->is_program ? "Program" : "Map", pair->name);
	for (size_t i = 0; i < pair->row_count; i++)
		if (pair->rows[i].a[0] || pair->rows[i].b[0])
			add_kernel_row(&table, &pair->rows[i], room);
	table_print(&table);
}

/* A line of another program, which knows nothing of this screen. */
static void show_line(int side, const char *line)
{
	char *fitting = shorten(line, output_width() - EXAMPLE_INDENT);

	if (line[0])
		say(side ? STYLE_GOOD : STYLE_PLAIN, "%*s%s\n", EXAMPLE_INDENT, "", fitting);
	free(fitting);
}

static void show_example(const struct example *example)
{
	for (int side = 0; side < 2; side++) {
		char *safe = safe_text(example->text[side], true), *rest = safe, *line;

		say_fact(STYLE_PLAIN, side ? "B" : "A",
			 "bpftool map dump, map %s:", example->map);
		while ((line = strsep(&rest, "\n")))
			show_line(side, line);
		free(safe);
	}
}

static void show_examples(const struct comparison *comparison)
{
	say_heading("What BTF buys: the same entry in both");
	for (size_t i = 0; i < comparison->example_count; i++)
		show_example(&comparison->examples[i]);
	if (comparison->example_left)
		say(STYLE_DIM, "  and %zu maps more\n", comparison->example_left);
	if (comparison->no_examples)
		say_fact(STYLE_DIM, "nothing", "%s", comparison->no_examples);
}

static void show_kernel(const struct comparison *comparison)
{
	if (comparison->asked == ASKED_NOTHING) {
		say_heading("The kernel was not asked");
		say_fact(STYLE_PLAIN, "because", "%s", comparison->why_not);
		say_fact(STYLE_PLAIN, "not seen",
			 "what bpf_map_info says of the maps, the instructions as the verifier "
			 "leaves them, and the same entry dumped from either");
		return;
	}
	for (size_t i = 0; i < comparison->kernel.count; i++)
		if (comparison->kernel.pairs[i].rows)
			show_kernel_pair(&comparison->kernel.pairs[i]);
	if (comparison->why_not) {
		say_heading("The kernel was not asked for programs");
		say_fact(STYLE_PLAIN, "because", "%s", comparison->why_not);
	}
	show_examples(comparison);
}

void compare_show(const struct comparison *comparison)
{
	show_side(comparison, 0);
	show_side(comparison, 1);
	if (comparison->object.row_count) {
		say_heading("Objects");
		show_rows(comparison->object.rows, comparison->object.row_count);
	}
	show_matches(&comparison->maps, "Map");
	show_matches(&comparison->programs, "Program");
	show_costs(comparison);
	show_kernel(comparison);
}
