/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the programs of this directory check with.
 *
 * CHECK(x) goes on to the next line or ends the program with status 1 after a line on stderr
 * that shows the expression and errno. SKIP(reason) ends it with status 77 after the reason
 * on stdout: for what this machine or user lacks. Status 0 means that every check held.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x)                                                                              \
	do {                                                                                  \
		if (!(x)) {                                                                   \
			fprintf(stderr, "%s:%d: %s (errno %d, %s)\n", __FILE__, __LINE__, #x, \
				errno, strerror(errno));                                      \
			exit(1);                                                              \
		}                                                                             \
	} while (0)

/* A call of the old kind failed: it returned -1, and errno is the one expected. */
#define CHECK_FAILS(call, code)                         \
	do {                                            \
		errno = 0;                              \
		CHECK((call) == -1 && errno == (code)); \
	} while (0)

#define SKIP(reason)                    \
	do {                            \
		printf("%s\n", reason); \
		exit(77);               \
	} while (0)

#endif
