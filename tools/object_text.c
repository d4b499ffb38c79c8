// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * object_text: see object_text.h.
 */
#include "object_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

const char *object_map_name(const struct bpf_loader_map *map)
{
	return map->dialect == BPF_LOADER_DATA ? map->section : map->name;
}

/* ---- code ---- */

struct code {
	const struct object *object;
	const struct bpf_loader_program *program;
	const struct bpf_loader_reloc **relocs; /* by instruction */
};

static void print_reloc(const struct code *code, __u32 at, FILE *out)
{
	const struct bpf_loader_reloc *reloc = code->relocs[at];
	const struct bpf_loader *loader = code->object->loader;
	const __u8 reg = code->program->insns[at].dst_reg;
	const char *function;

	switch (reloc->kind) {
	case BPF_LOADER_RELOC_MAP:
		fprintf(out, "r%u = map %s\n", reg,
			object_map_name(bpf_loader_map(loader, reloc->target)));
		break;
	case BPF_LOADER_RELOC_VALUE:
		fprintf(out, "r%u = map %s, value + %u\n", reg,
			object_map_name(bpf_loader_map(loader, reloc->target)), reloc->offset);
		break;
	case BPF_LOADER_RELOC_CALL:
	case BPF_LOADER_RELOC_FUNC:
		function = object_part_at(loader, code->program, reloc->target);
		if (reloc->kind == BPF_LOADER_RELOC_CALL)
			fprintf(out, "call %s\n", function);
		else
			fprintf(out, "r%u = function %s\n", reg, function);
		break;
	}
}

/* Returns how many words it was. */
static __u32 print_insn(const struct code *code, __u32 at, FILE *out)
{
	const struct bpf_insn *insn = &code->program->insns[at];
	const bool wide =
		insn->code == (BPF_LD | BPF_IMM | BPF_DW) && at + 1 < code->program->insn_count;

	if (code->relocs[at])
		print_reloc(code, at, out);
	else if (wide)
		fprintf(out, "r%u = 0x%x%08x\n", insn->dst_reg, (__u32)insn[1].imm,
			(__u32)insn->imm);
	else
		fprintf(out, "%02x dst r%u src r%u off %d imm %d\n", insn->code, insn->dst_reg,
			insn->src_reg, insn->off, insn->imm);
	return wide ? 2 : 1;
}

static char *part_text(const struct code *code, size_t part)
{
	const struct bpf_loader_program *program = code->program;
	const __u32 end = part + 1 < program->part_count ? program->parts[part + 1].start
							 : (__u32)program->insn_count;
	char *text = NULL;
	size_t size;
	FILE *out = must(open_memstream(&text, &size));

	fprintf(out, "%s:\n", bpf_loader_part_name(code->object->loader, program, part));
	for (__u32 at = program->parts[part].start; at < end;)
		at += print_insn(code, at, out);
	fclose(out);
	return must(text);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *object_program_text(const struct object *object, const struct bpf_loader_program *program)
{
	struct code code = {.object = object, .program = program};
	char **parts = must(calloc(program->part_count + 1, sizeof(*parts))), *text = NULL;
	size_t size;
	FILE *out = must(open_memstream(&text, &size));

	code.relocs = must(calloc(program->insn_count + 1, sizeof(*code.relocs)));
	for (size_t i = 0; i < program->reloc_count; i++)
		code.relocs[program->relocs[i].insn] = &program->relocs[i];
	for (size_t i = 0; i < program->part_count; i++)
		parts[i] = part_text(&code, i);
	qsort(parts, program->part_count, sizeof(*parts), by_text);
	for (size_t i = 0; i < program->part_count; i++) {
		fputs(parts[i], out);
		free(parts[i]);
	}
	fclose(out);
	free(parts);
	free(code.relocs);
	return must(text);
}

/* ---- differences ---- */

static char *line_at(const char *text)
{
	return *text ? must(strndup(text, strcspn(text, "\n"))) : text_of("end");
}

void first_difference(const char *a, const char *b, char **line_a, char **line_b)
{
	for (;;) {
		const size_t length = strcspn(a, "\n");

		if (!a[length] || strcspn(b, "\n") != length || strncmp(a, b, length) != 0)
			break;
		a += length + 1;
		b += length + (b[length] == '\n');
	}
	*line_a = line_at(a);
	*line_b = line_at(b);
}
