/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert: legacy map definitions into BTF ones. convert.c finds out what the input is; a source
 * goes to convert_source(), an object to convert_object().
 *
 * Both return the exit status: EXIT_SUCCESS; EXIT_FAILURE after words on stderr, with whatever
 * could not be converted named; nothing half written is left behind. Options that make no sense
 * for the kind of input were refused before.
 */
#ifndef BPFLOAD_CONVERT_H
#define BPFLOAD_CONVERT_H

#include "options.h"

struct convert {
	const struct options *options; /* .object: as the user named it, may be "-" */
	const char *name;	       /* for messages: the path, or "standard input" */
	const char *path; /* to open; of standard input a copy that can be read again */
};

int convert_source(const struct convert *convert);
int convert_object(const struct convert *convert);

#endif
