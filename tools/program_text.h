/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * program_text: a program in the kernel as text that two loads of it have in common.
 */
#ifndef BPFLOAD_PROGRAM_TEXT_H
#define BPFLOAD_PROGRAM_TEXT_H

#include <linux/bpf.h>
#include <stdio.h>

#include "compare_kernel.h"

struct btf;

/* What bpf_prog_info gives away. */
struct program_dump {
	struct bpf_prog_info info;
	struct bpf_insn *insns; /* as the verifier left them; NULL where they are kept secret */
	struct bpf_func_info *funcs;
	__u32 *maps; /* ids */
	__u32 insn_count, func_count, map_count;
	struct btf *btf; /* NULL: none */
	__u32 *numbers; /* of functions without names: in the order in which calls lead to them */
};

/* False with errno where the kernel does not answer; then there is nothing to release. */
bool program_dump(struct program_dump *dump, int fd);

void program_dump_release(struct program_dump *dump);

/* As if there were no BTF: to be compared with a program that has none. */
void program_dump_forget_names(struct program_dump *dump);

/*
 * One instruction to a line, behind a line for each function, functions in the order of their
 * names; without BTF, by the order in which they are first called. Maps by name, kernel addresses
 * as "an address". To be freed.
 */
char *program_text(const struct kernel_side *side, const struct program_dump *dump);

/* Writes the name that `side` has for a map or program, else the kernel's. */
void program_text_map(const struct kernel_side *side, __u32 id, FILE *out);
void program_text_program(const struct kernel_side *side, __u32 id, FILE *out);

#endif
