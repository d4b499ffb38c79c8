/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * relocate: the instructions of a program, with the descriptors of its maps put into them.
 */
#ifndef RELOCATE_H
#define RELOCATE_H

#include <linux/bpf.h>

#include "maps.h"

struct program {
	struct section
		section; /* where it comes from; the section's name is what it is called by */
	struct bpf_insn *insns; /* a copy that can be changed */
	size_t count;
};

/* The instructions of a section. 0, or -1 after a message. What was made must be freed. */
int program_copy(const struct object *object, const struct section *section,
		 struct program *program);
void program_free(struct program *program);

/* Each instruction that refers to a map gets its fd. 0, or -1 after a message. */
int program_relocate(const struct object *object, const struct maps *maps,
		     struct program *program);

#endif
