/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * compare_kernel: are the maps and programs of two loads the same to the kernel?
 *
 * Each side is a list of maps and one of programs: descriptors with the names by which to pair
 * them. Any loader may have made them. Compared is what bpf_map_info, fdinfo and bpf_prog_info
 * say, what maps that hold maps, programs or variables hold, the types of keys and values, and
 * the instructions as the verifier left them.
 *
 *  - Ids, addresses and memory are no differences. Ids of BTF are told, in rows that never
 *    count.
 *  - A type of key or value that only one side has does not count either: the map is the same,
 *    it is only described better. Two types of other shape do.
 *  - In instructions a map is named by its side's list. The order of functions in a program is
 *    the loader's own business, so they are sorted by name. Lines of source play no part.
 *  - Nothing is changed, no descriptor closed. The names stay the caller's and have to live as
 *    long as the comparison.
 */
#ifndef BPFLOAD_COMPARE_KERNEL_H
#define BPFLOAD_COMPARE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

struct named_fd {
	const char *name;
	int fd;
};

struct kernel_side {
	const struct named_fd *maps, *programs;
	size_t map_count, program_count;
};

struct kernel_row {
	const char *field;
	char *a, *b;  /* "" where a side says nothing */
	bool differs; /* and that counts */
};

struct kernel_pair {
	const char *name;
	bool is_program;
	int fd_a, fd_b; /* -1: that side has none; then there are no rows */
	struct kernel_row *rows;
	size_t row_count;
	char *text_a, *text_b; /* a program's instructions, one to a line */
	bool same;
};

struct kernel_comparison {
	struct kernel_pair *pairs; /* maps first; in A's order, then those of B alone */
	size_t count;
	bool same;
};

/*
 * False with a complaint on stderr where the kernel does not answer (its errno is EPERM without
 * CAP_SYS_ADMIN or CAP_BPF). Release in any case.
 */
bool kernel_compare(struct kernel_comparison *comparison, const struct kernel_side *a,
		    const struct kernel_side *b);

void kernel_comparison_release(struct kernel_comparison *comparison);

/*
 * What differs in one pair, in words: "map 'a': max_entries 4 and 8", "program 'p' is only in
 * A". "" where nothing does. To be freed.
 */
char *kernel_pair_words(const struct kernel_pair *pair);

#endif
