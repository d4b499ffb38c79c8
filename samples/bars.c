// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * bars: bars of text. See bars.h.
 */
#include "bars.h"

#define WIDEST 50

unsigned int bar_width(unsigned int columns, unsigned int used)
{
	if (columns <= used)
		return 1;
	return columns - used < WIDEST ? columns - used : WIDEST;
}

static unsigned int columns_of(double share, unsigned int width)
{
	const unsigned int columns = (unsigned int)(share * width + 0.5);

	if (share <= 0)
		return 0;
	if (share >= 1)
		return width;
	if (!columns)
		return 1;
	return columns == width ? width - 1 : columns;
}

void bar(FILE *out, double share, unsigned int width)
{
	const unsigned int columns = columns_of(share, width);

	for (unsigned int i = 0; i < width; i++)
		fputc(i < columns ? '#' : ' ', out);
}
