/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bars: a share as a bar of text, for tables that are looked at more than read.
 */
#ifndef SAMPLES_BARS_H
#define SAMPLES_BARS_H

#include <stdio.h>

/*
 * Writes `width` columns: '#' for the share, 0 to 1, spaces for the rest. What is more than
 * nothing has at least one '#'; less than all has at least one space.
 */
void bar(FILE *out, double share, unsigned int width);

/* What is left for a bar in a line of `columns`, of which `used` are taken: 1 to 50. */
unsigned int bar_width(unsigned int columns, unsigned int used);

#endif
