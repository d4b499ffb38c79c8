/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Tools that the other compatibility headers are made of.
 *
 * - BPF_CLASSIC_PICK(PREFIX, args...) calls PREFIX followed by the number of arguments (1 to
 * 10).
 *   The kernel tree gave one name several signatures over the years; the number of arguments
 *   tells them apart in C and in C++ alike. Write a compound literal among the arguments in
 *   parentheses: its commas would be counted.
 * - BPF_CLASSIC_GONE("advice") marks the declaration of a call that nothing replaces: a use
 * of it
 *   stops the compiler with the advice, where a missing declaration would compile in old C
 *   and crash later.
 * - bpf_classic_error(CODE) sets errno and returns -CODE, as libbpf's own calls do.
 *
 * Nothing here is part of the old interfaces: do not use these names in programs.
 */
#ifndef BPF_LOAD_CLASSIC_ARGS_H
#define BPF_LOAD_CLASSIC_ARGS_H

#include <errno.h>

#define BPF_CLASSIC_TENTH(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, n, ...) n

/* How many arguments there are: each one moves the numbers behind it one place to the right. */
#define BPF_CLASSIC_NARGS(...) BPF_CLASSIC_TENTH(__VA_ARGS__, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)

/* In two steps, so that the number is worked out before it is pasted. */
#define BPF_CLASSIC_PASTE_(a, b) a##b
#define BPF_CLASSIC_PASTE(a, b)	 BPF_CLASSIC_PASTE_(a, b)

#define BPF_CLASSIC_PICK(prefix, ...) \
	BPF_CLASSIC_PASTE(prefix, BPF_CLASSIC_NARGS(__VA_ARGS__))(__VA_ARGS__)

#ifdef __has_attribute
#if __has_attribute(unavailable)
#define BPF_CLASSIC_GONE(advice) __attribute__((unavailable(advice)))
#endif
#endif
#ifndef BPF_CLASSIC_GONE
/* gcc before 12: said when code is generated, not when the name is used; the same text */
#define BPF_CLASSIC_GONE(advice) __attribute__((error(advice)))
#endif

static inline int bpf_classic_error(int code)
{
	errno = code;
	return -code;
}

#endif
