// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object: `bpfload convert OBJECT`.
 */
#include "convert.h"

#include <stdlib.h>

#include "output.h"

int convert_object(const struct convert *convert)
{
	complain("%s: objects cannot be converted yet, only sources", convert->name);
	return EXIT_FAILURE;
}
