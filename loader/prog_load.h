/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * prog_load: hands programs to the verifier.
 *
 * The first try asks for no log, which is faster and cannot fail for want of a buffer. Only
 * when the verifier refuses is the program loaded again with a log, whose buffer grows from
 * 64 KiB while the kernel says ENOSPC; the errno reported is that of the first try.
 */
#ifndef BPF_LOAD_PROG_LOAD_H
#define BPF_LOAD_PROG_LOAD_H

#include "btf_file.h"
#include "elf_file.h"
#include "functions.h"
#include "map_spec.h"
#include "prog_spec.h"
#include "report.h"

struct prog_load_context {
	const struct elf_file *file;
	const struct function_list *functions;
	struct btf_file *btf;
	struct map_list *maps;
	struct prog_list *programs;
	char *license;
	unsigned int kern_version; /* counts for kprobe programs on kernels before 5.0 */
	bool guess_types;	   /* try types where the section's name says nothing */
	char **log;		   /* gets the last verifier log, owned by the caller */
	struct report *report;
};

/* The object's license section as a string, "" where there is none. NULL without memory. */
char *prog_load_license(const struct elf_file *file);

/*
 * The PROG_ARRAY that a program's section name puts it into: iproute2's ID/KEY names the map by
 * its id, the kernel samples' socket/N meant the one created last. NULL where there is none.
 */
struct bpf_loader_map *prog_load_slot_map(const struct map_list *maps,
					  const struct bpf_loader_program *program);

/*
 * Loads every program that is not to be skipped and puts it into the slot its section names.
 * Returns 0 or -errno; the error names section and program and ends with the useful end of the
 * verifier's log.
 */
int prog_load_all(const struct prog_load_context *context);

#endif
