// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source: `bpfload convert FILE.c`.
 */
#include "convert.h"

#include <stdlib.h>

#include "output.h"

int convert_source(const struct convert *convert)
{
	complain("%s: sources cannot be converted yet", convert->name);
	return EXIT_FAILURE;
}
