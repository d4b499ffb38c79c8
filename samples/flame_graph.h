/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * flame_graph: folded lines as a picture, in one file that needs nothing else.
 *
 * As SVG, or as an HTML page with the same SVG in it. Each frame is a box as wide as its share of
 * the whole, standing on the frame that called it; a "--" is the border to the stack of whoever
 * ended the wait. The file is readable without scripts, by day and by night, and to screen readers;
 * with scripts a click or Enter zooms, arrow keys walk, text is searched. Nothing is loaded from
 * anywhere.
 */
#ifndef SAMPLES_FLAME_GRAPH_H
#define SAMPLES_FLAME_GRAPH_H

#include "folded.h"

enum flame_graph_format { FLAME_GRAPH_SVG, FLAME_GRAPH_HTML };

/* What stands above the graph; any bytes of valid UTF-8. */
struct flame_graph_text {
	const char *title;
	const char *subtitle;
	const char *border; /* what a "--" is called there: "woken by" */
};

/*
 * Writes the graph of `folded`, which folded_merge() has sorted, with values in microseconds.
 * False without memory; errors of writing are for the caller to see in `out`.
 */
bool flame_graph_write(FILE *out, const struct folded *folded,
		       const struct flame_graph_text *text, enum flame_graph_format format);

#endif
