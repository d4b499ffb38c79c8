// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * refusal: see refusal.h.
 */
#include "refusal.h"

#include <stdio.h>
#include <string.h>

#define CORE_FIELD_OFFSET 0 /* the kind "offset of a field, in bytes" */

/* A record of the CO-RE part of .BTF.ext. */
struct core_relo {
	__u32 insn_off, type_id, access_str_off, kind;
};

/*
 * Registers at a probe have the same places on every kernel, so what the compiler wrote down is
 * right already: PT_REGS_PARM1_CORE() of the 5.10 samples needs no adaptation.
 */
static bool needs_no_core(const struct btf *btf, const struct core_relo *relo)
{
	const struct btf_type *type = btf_plain_type(btf, relo->type_id);
	const char *name = btf_name(btf, type->name_off);

	return relo->kind == CORE_FIELD_OFFSET &&
	       (!strcmp(name, "pt_regs") || !strcmp(name, "user_pt_regs"));
}

/* The first CO-RE relocation of a function that the running kernel's types would decide. */
static bool find_core(const struct btf *btf, const struct btf_records *relos,
		      const struct function *function, struct core_relo *relo)
{
	__u32 end = btf_record_at(relos, function->end);

	if (relos->count && relos->size < sizeof(*relo))
		return false;
	for (__u32 i = btf_record_at(relos, function->start); i < end; i++) {
		memcpy(relo, relos->data + (size_t)i * relos->size, sizeof(*relo));
		if (!needs_no_core(btf, relo))
			return true;
	}
	return false;
}

bool refusal_of(const struct bpf_loader_program *program, const struct function_list *functions,
		const struct btf_file *btf, char *why, size_t size)
{
	struct core_relo relo;

	if (program->refusal) {
		snprintf(why, size, "%s", program->refusal);
		return true;
	}
	for (size_t i = 0; btf->sections && i < program->part_count; i++) {
		const struct function *function =
			&functions->functions[program->parts[i].function];

		if (!find_core(btf->btf, &btf->sections[function->section].relos, function,
			       &relo))
			continue;
		snprintf(why, size,
			 "a CO-RE relocation in function '%s', instruction %llu (type '%s', "
			 "access "
			 "%s), adapts it to the running kernel's types, which this loader does "
			 "not "
			 "do; use libbpf (bpf_object__open_file)",
			 function->name,
			 (unsigned long long)((relo.insn_off - function->start) / 8),
			 btf_name(btf->btf, btf_plain_type(btf->btf, relo.type_id)->name_off),
			 btf_name(btf->btf, relo.access_str_off));
		return true;
	}
	return false;
}
