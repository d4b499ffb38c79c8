/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * refusal: what needs more than a loader of this kind, said by name.
 *
 * struct_ops and freplace (by the section's name), and CO-RE relocations: code that must be
 * adapted to the running kernel's types. libbpf does all of it.
 */
#ifndef BPF_LOAD_REFUSAL_H
#define BPF_LOAD_REFUSAL_H

#include "btf_file.h"
#include "functions.h"
#include "prog_spec.h"

/*
 * True where `program` cannot be loaded by this loader; `why` (of `size` bytes) then says what
 * it needs and what can load it.
 */
bool refusal_of(const struct bpf_loader_program *program, const struct function_list *functions,
		const struct btf_file *btf, char *why, size_t size);

#endif
