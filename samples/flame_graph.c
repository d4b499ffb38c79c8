// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * flame_graph: see flame_graph.h. From folded lines to boxes here; flame_graph_page.c draws them.
 */
#include "flame_graph.h"

#include <stdlib.h>
#include <string.h>

#include "flame_graph_page.h"

#define KERNEL_MARK "_[k]"

/* Boxes under construction: those in `open` are not closed yet, their width is not known. */
struct builder {
	struct flame_graph_boxes *boxes;
	size_t room;
	size_t *open; /* indexes of boxes, from the bottom */
	size_t depth; /* how many are open */
	__u64 offset; /* where the next line begins */
};

/* A frame of a line, with what the frames before it make of it. */
struct token {
	const char *name;
	size_t length;
	enum flame_graph_kind kind;
};

static bool ends_with(const char *name, size_t length, const char *mark)
{
	const size_t wanted = strlen(mark);

	return length > wanted && !memcmp(name + length - wanted, mark, wanted);
}

/* Takes the next frame off `line`; `before` is the one before it. False at the end. */
static bool next_token(const char **line, struct token *token, const struct token *before)
{
	const bool beyond = before->kind >= KIND_BORDER;

	if (!**line)
		return false;
	token->name = *line;
	token->length = strcspn(*line, ";");
	*line += token->length;
	*line += **line == ';';
	if (before->kind == KIND_ALL)
		token->kind = KIND_TASK;
	else if (token->length == 2 && !memcmp(token->name, "--", 2))
		token->kind = KIND_BORDER;
	else if (ends_with(token->name, token->length, KERNEL_MARK))
		token->kind = beyond ? KIND_WAKER_KERNEL : KIND_KERNEL;
	else
		token->kind = beyond ? KIND_WAKER : KIND_USER;
	return true;
}

/* Without the mark, which the kind says already. */
static size_t visible_length(const struct token *token)
{
	if (token->kind != KIND_KERNEL && token->kind != KIND_WAKER_KERNEL)
		return token->length;
	return token->length - strlen(KERNEL_MARK);
}

static bool open_box(struct builder *builder, const struct token *token)
{
	struct flame_graph_boxes *boxes = builder->boxes;
	const size_t room = builder->room ? 2 * builder->room : 256;
	struct flame_graph_box *grown;

	if (boxes->count == builder->room) {
		grown = reallocarray(boxes->boxes, room, sizeof(*grown));
		if (!grown)
			return false;
		boxes->boxes = grown;
		builder->room = room;
	}
	boxes->boxes[boxes->count] = (struct flame_graph_box){
		.name = token->name,
		.length = visible_length(token),
		.kind = token->kind,
		.depth = (unsigned int)builder->depth,
		.start = builder->offset,
	};
	builder->open[builder->depth++] = boxes->count++;
	if (builder->depth > boxes->depth)
		boxes->depth = (unsigned int)builder->depth;
	return true;
}

/* Closes those that are higher than `depth`. */
static void close_boxes(struct builder *builder, size_t depth)
{
	while (builder->depth > depth) {
		struct flame_graph_box *box =
			&builder->boxes->boxes[builder->open[--builder->depth]];

		box->value = builder->offset - box->start;
	}
}

static bool same(const struct flame_graph_box *box, const struct token *token)
{
	return box->kind == token->kind && box->length == visible_length(token) &&
	       !memcmp(box->name, token->name, box->length);
}

/* What the line has in common with the one before it stays open. */
static bool add_line(struct builder *builder, const char *line, __u64 value)
{
	struct token token, before = {.kind = KIND_ALL};
	size_t depth = 1;

	for (; next_token(&line, &token, &before); depth++, before = token) {
		if (depth < builder->depth &&
		    same(&builder->boxes->boxes[builder->open[depth]], &token))
			continue;
		close_boxes(builder, depth);
		if (!open_box(builder, &token))
			return false;
	}
	close_boxes(builder, depth);
	builder->offset += value;
	return true;
}

/* The bottom box, too. */
static size_t highest_stack(const struct folded *folded)
{
	size_t highest = 0;

	for (size_t i = 0; i < folded->count; i++) {
		size_t frames = 1;

		for (const char *c = folded->lines[i].text; *c; c++)
			frames += *c == ';';
		if (frames > highest)
			highest = frames;
	}
	return highest + 1;
}

static bool add_lines(struct builder *builder, const struct folded *folded)
{
	const struct token all = {"all", 3, KIND_ALL};

	if (!open_box(builder, &all))
		return false;
	for (size_t i = 0; i < folded->count; i++)
		if (!add_line(builder, folded->lines[i].text, folded->lines[i].value))
			return false;
	close_boxes(builder, 0);
	return true;
}

bool flame_graph_write(FILE *out, const struct folded *folded,
		       const struct flame_graph_text *text, enum flame_graph_format format)
{
	struct flame_graph_boxes boxes = {0};
	struct builder builder = {.boxes = &boxes};
	bool built;

	builder.open = calloc(highest_stack(folded), sizeof(*builder.open));
	built = builder.open && add_lines(&builder, folded);
	if (built && format == FLAME_GRAPH_HTML)
		flame_graph_print_html(out, &boxes, folded, text);
	else if (built)
		flame_graph_print_svg(out, &boxes, text);
	free(builder.open);
	free(boxes.boxes);
	return built;
}
