/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * program_records: the records of .BTF.ext for one program.
 *
 * They count bytes from the start of a section; the kernel wants instructions from the start of
 * the program, whose functions may come from several sections. With them the verifier quotes
 * source lines and allows LD_ABS in sub-programs.
 */
#ifndef BPF_LOAD_PROGRAM_RECORDS_H
#define BPF_LOAD_PROGRAM_RECORDS_H

#include "btf_file.h"
#include "functions.h"
#include "prog_spec.h"

enum program_records_kind {
	PROGRAM_FUNCTIONS,
	PROGRAM_LINES,
};

struct program_records {
	unsigned char *data; /* count * size bytes, owned */
	__u32 count, size;
};

/*
 * Collects the records of all functions of `program`, or none at all: if one function is left
 * without, the verifier refuses the rest. `btf->sections` must be there.
 */
void program_records_place(struct program_records *records, enum program_records_kind kind,
			   const struct bpf_loader_program *program,
			   const struct function_list *functions, const struct btf_file *btf);

void program_records_release(struct program_records *records);

#endif
