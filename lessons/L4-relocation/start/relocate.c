// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * relocate: the instructions of a program, with the descriptors of its maps put into them. See
 * relocate.h.
 */
#include "relocate.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"

int program_copy(const struct object *object, const struct section *section,
		 struct program *program)
{
	if (!section->bytes || section->size == 0 || section->size % sizeof(struct bpf_insn))
		return fail("%s: section %s does not hold whole instructions", object->path,
			    section->name);
	program->section = *section;
	program->count = section->size / sizeof(struct bpf_insn);
	program->insns = malloc(section->size);
	if (!program->insns)
		return fail("%s: no memory for section %s", object->path, section->name);
	memcpy(program->insns, section->bytes, section->size);
	return 0;
}

void program_free(struct program *program)
{
	free(program->insns);
}

/*
 * Assignment 1: the instruction is to load the map: find the map whose definition is at that
 * place (symbol.section, symbol.value); set src_reg and imm.
 */
static int relocate(const struct object *object, const struct maps *maps,
		    struct program *program, const struct relocation *relocation)
{
	(void)object;
	(void)maps;
	(void)program;
	(void)relocation;
	return 0;
}

int program_relocate(const struct object *object, const struct maps *maps,
		     struct program *program)
{
	struct relocation relocation;
	struct section table;
	int found = relocations_for(object, &program->section, &table);

	for (size_t n = 0;
	     found > 0 && (found = relocation_at(object, &table, n, &relocation)) > 0; n++)
		if (relocate(object, maps, program, &relocation))
			return -1;
	return found;
}
