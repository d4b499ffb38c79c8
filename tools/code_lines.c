// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * code_lines: see code_lines.h.
 */
#include "code_lines.h"

#include <stdlib.h>

#include "disassemble.h"
#include "output.h"

/* Relocations are no row in order: calls that the assembler resolved come last. */
void code_start(struct code_walk *walk, const struct object *object,
		const struct bpf_loader_program *program)
{
	*walk = (struct code_walk){.object = object, .program = program};
	walk->relocs = must(calloc(program->insn_count + 1, sizeof(struct bpf_loader_reloc *)));
	for (size_t i = 0; i < program->reloc_count; i++)
		walk->relocs[program->relocs[i].insn] = &program->relocs[i];
}

/* The name of the function that starts at the instruction that comes next, or NULL. */
static const char *starting_function(struct code_walk *walk)
{
	const struct bpf_loader_program *program = walk->program;

	if (walk->part == program->part_count || program->parts[walk->part].start != walk->insn)
		return NULL;
	return bpf_loader_part_name(walk->object->loader, program, walk->part++);
}

/* Instructions left in the function: an immediate of 64 bits does not reach into the next. */
static size_t words_left(const struct code_walk *walk)
{
	const struct bpf_loader_program *program = walk->program;
	const size_t end = walk->part < program->part_count ? program->parts[walk->part].start
							    : program->insn_count;

	return end - walk->insn;
}

bool code_next(struct code_walk *walk, struct code_line *line)
{
	const struct bpf_loader_program *program = walk->program;
	size_t left;
	long distance;

	if (walk->insn == program->insn_count)
		return false;
	*line = (struct code_line){.insn = walk->insn, .target = -1};
	line->function = starting_function(walk);
	left = words_left(walk);
	object_insns(walk->object, program, walk->insn, line->compiled, left > 1 ? 2 : 1);
	line->words = (__u32)disassemble(line->compiled, left, line->text, sizeof(line->text));
	line->helper = disassemble_helper(line->compiled);
	if (disassemble_jump(line->compiled, &distance))
		line->target = (long)walk->insn + 1 + distance;
	line->reloc = walk->relocs[walk->insn];
	line->has_source = object_source_line(walk->object, program, walk->insn, &line->source);
	walk->insn += line->words;
	return true;
}

void code_end(struct code_walk *walk)
{
	free(walk->relocs);
}
