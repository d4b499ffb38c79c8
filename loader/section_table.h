/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * section_table: what the name of a program section says.
 *
 * The names of bpf_load.c from 4.1 to 5.10 with what they meant there, those of iproute2,
 * gobpf and goebpf, and for the rest libbpf's own table.
 */
#ifndef BPF_LOAD_SECTION_TABLE_H
#define BPF_LOAD_SECTION_TABLE_H

#include "prog_spec.h"

/*
 * Sets type, expected_attach_type, flags, attach_kind, attach_target, slot and refusal of
 * `program` by its section's name. The type stays 0 where the name says nothing.
 */
void section_table_apply(struct bpf_loader_program *program);

/*
 * The attach type that libbpf gives to the bare name of a type. bpf_load.c gave none, which is
 * the same to the verifier, but program arrays take only programs that agree in it.
 */
__u32 section_table_attach_type(__u32 type);

/*
 * True for the names that bpf_load.c of 5.10 loaded; everything else it passed over.
 */
bool section_table_is_classic(const char *section);

/* iproute2's tail-call sections "ID/KEY", both in any base that C knows: 2/7, 0xabccba/0. */
bool section_table_tail_call(const char *section, __u32 *id, __u32 *key);

/*
 * The `n`-th type to try for a section whose name says nothing: first what a word in it hints
 * at, then the usual ones. 0 where there is no further one.
 */
__u32 section_table_guess(const char *section, size_t n);

#endif
