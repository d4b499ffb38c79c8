/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * code_lines: a program's code, one instruction after the other, with all that is known of each.
 *
 *     struct code_walk walk;
 *     struct code_line line;
 *
 *     code_start(&walk, object, program);
 *     while (code_next(&walk, &line))
 *             …
 *     code_end(&walk);
 */
#ifndef BPFLOAD_CODE_LINES_H
#define BPFLOAD_CODE_LINES_H

#include "object.h"
#include "words.h"

struct code_line {
	__u32 insn;		     /* index in the program */
	__u32 words;		     /* 2 for ld_imm64 */
	struct bpf_insn compiled[2]; /* as they stand in the file */
	char text[WORDS_ROOM];	     /* of these */
	const char *function;	     /* that starts here, or NULL */
	const char *helper;	     /* that is called: "bpf_map_lookup_elem", or NULL */
	long target;		     /* instruction that is jumped to, -1 */
	const struct bpf_loader_reloc *reloc; /* what the loader fills in, or NULL */
	bool has_source;		      /* a line of source begins here */
	struct source_line source;
};

struct code_walk {
	const struct object *object;
	const struct bpf_loader_program *program;
	const struct bpf_loader_reloc **relocs; /* by instruction */
	size_t part;
	__u32 insn;
};

void code_start(struct code_walk *walk, const struct object *object,
		const struct bpf_loader_program *program);

/* False behind the last instruction. */
bool code_next(struct code_walk *walk, struct code_line *line);

void code_end(struct code_walk *walk);

#endif
