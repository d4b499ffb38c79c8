/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * flame_graph_page: draws the boxes of a flame graph. For flame_graph.c only.
 */
#ifndef SAMPLES_FLAME_GRAPH_PAGE_H
#define SAMPLES_FLAME_GRAPH_PAGE_H

#include "flame_graph.h"

/* In this order along a line, from the bottom up. */
enum flame_graph_kind {
	KIND_ALL,    /* the bottom */
	KIND_TASK,   /* who is blocked */
	KIND_USER,   /* its program */
	KIND_KERNEL, /* the kernel, for it */
	KIND_BORDER,
	KIND_WAKER_KERNEL,
	KIND_WAKER, /* its program, and its name */
};

struct flame_graph_box {
	const char *name; /* not a string: `length` bytes */
	size_t length;
	enum flame_graph_kind kind;
	unsigned int depth; /* 0: the bottom */
	__u64 start, value; /* microseconds */
};

/* Each box before those that stand on it, from left to right. */
struct flame_graph_boxes {
	struct flame_graph_box *boxes;
	size_t count;
	unsigned int depth; /* layers */
};

void flame_graph_print_svg(FILE *out, const struct flame_graph_boxes *boxes,
			   const struct flame_graph_text *text);
void flame_graph_print_html(FILE *out, const struct flame_graph_boxes *boxes,
			    const struct folded *folded, const struct flame_graph_text *text);

#endif
