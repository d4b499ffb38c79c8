/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * say: messages about pins, a line on stderr each.
 */
#ifndef SAY_H
#define SAY_H

#include <linux/types.h>
#include <stdbool.h>

/* "PATH: cannot WHAT: ", what errno means, and what to do. Returns -1, to be returned. */
int say_failed(const char *path, const char *what);

/* Is a field of the map at `path` another than the one wanted? Then it says so. */
bool say_differs(const char *path, const char *field, __u32 wanted, __u32 found);

#endif
