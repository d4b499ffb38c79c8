/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * functions: cuts the executable sections of an object into functions.
 *
 * Symbols tell where a function starts; the next one, or the section's end, where it ends. In a
 * program section every global function is a program of its own. In .text live sub-programs.
 * Objects of old LLVM have no function symbols: there a section is one function.
 */
#ifndef BPF_LOAD_FUNCTIONS_H
#define BPF_LOAD_FUNCTIONS_H

#include "elf_file.h"
#include "report.h"

struct function {
	const char *name;
	uint32_t section;
	uint64_t start, end; /* bytes in the section */
	bool global;
	bool entry; /* a program, not only a sub-program */
};

struct function_list {
	struct function *functions; /* by section, then by start */
	size_t count;
	struct function_range {
		size_t first, count;
	} * by_section;
};

/* Returns 0 or -errno with the error in `report`. Release in any case. */
int functions_read(struct function_list *list, const struct elf_file *file,
		   struct report *report);

void functions_release(struct function_list *list);

/* Index of the function that holds `offset` of `section`, or -1. */
long functions_at(const struct function_list *list, uint32_t section, uint64_t offset);

#endif
