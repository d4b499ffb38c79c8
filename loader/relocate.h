/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * relocate: makes programs out of functions, first recording what must be filled in, then
 * filling it in.
 *
 * Recording needs the object only: the entry function and every sub-program that it reaches
 * are put one behind the other (each once, as the verifier wants them), and each relocation
 * becomes a bpf_loader_reloc: this instruction needs that map, that data, that sub-program.
 * A map is found by place (section, value + addend), never by name, so `static` maps work and
 * a variable in .bss is never taken for the map that has the same offset in its own section.
 *
 * Applying writes the file descriptors that exist by then. It can be done again after a
 * descriptor has changed.
 */
#ifndef BPF_LOAD_RELOCATE_H
#define BPF_LOAD_RELOCATE_H

#include "elf_file.h"
#include "functions.h"
#include "map_spec.h"
#include "prog_spec.h"
#include "report.h"

/* The tables that recording looks things up in; it adds data maps to `maps` on first use. */
struct relocate_context {
	struct elf_file *file;
	const struct function_list *functions;
	struct map_list *maps;
	const char *object_name; /* for the names of data maps */
	struct report *report;
};

/*
 * Fills insns, parts and relocs of `program`, which starts with function `entry`. Returns 0 or
 * -errno with an error that names section, instruction and symbol: -EINVAL for relocations
 * that make no sense, -ENOTSUP for what needs more than this loader (kernel functions, externs).
 */
int relocate_record(const struct relocate_context *context, struct bpf_loader_program *program,
		    size_t entry);

/*
 * Writes map fds (of `maps`) and sub-program distances into program->insns. Sends a RELOCATION
 * event for each.
 */
void relocate_apply(struct bpf_loader_program *program, const struct map_list *maps,
		    struct report *report);

#endif
