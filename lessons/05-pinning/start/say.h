/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * say: messages about pins, on stderr.
 */
#ifndef SAY_H
#define SAY_H

#include <linux/types.h>
#include <stdbool.h>

/* "PATH: cannot WHAT: " and errno, in words, and a line on what to do. Returns -1. */
int say_failed(const char *path, const char *what);

/* Is a field of the map at `path` not what it has to be? Then it says so. */
bool say_differs(const char *path, const char *field, __u32 wanted, __u32 found);

#endif
