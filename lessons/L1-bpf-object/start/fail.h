/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * fail: how all parts of the loader report what went wrong: a line to stderr, and -1.
 *
 *     return fail("%s: not found", name);
 */
#ifndef FAIL_H
#define FAIL_H

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 1, 2))) static inline int fail(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "myload: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
	return -1;
}

#endif
