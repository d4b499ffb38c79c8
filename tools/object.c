// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * object: see object.h.
 */
#include "object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "loader/prog_load.h"
#include "loader/refusal.h"
#include "output.h"
#include "type_shape.h"

/* ---- open ---- */

static bool fail(const char *error)
{
	complain("%s", error ? error : "out of memory");
	return false;
}

/* The loader has opened, or failed to open, what `path` names. */
static bool look_at(struct object *object, const char *path, struct bpf_loader *loader)
{
	memset(object, 0, sizeof(*object));
	object->path = path;
	object->loader = loader;
	if (bpf_loader_error(object->loader) || bpf_loader_relocate(object->loader))
		return fail(bpf_loader_error(object->loader));
	object->file = &object->loader->file;
	object->btf = &object->loader->btf;
	object->functions = &object->loader->functions;
	return true;
}

bool object_open(struct object *object, const char *path, const struct bpf_loader_opts *opts)
{
	return look_at(object, input_name(path), input_open(path, opts));
}

bool object_open_memory(struct object *object, const void *bytes, size_t size, const char *name,
			const struct bpf_loader_opts *opts)
{
	return look_at(object, name, bpf_loader_open_memory(bytes, size, name, opts));
}

void object_release(struct object *object)
{
	bpf_loader_close(object->loader);
}

/* ---- bytes of the file ---- */

bool object_version(const struct object *object, __u32 *version)
{
	const struct elf_section *section = elf_file_section(object->file, "version");

	if (!section || !section->data || section->size != sizeof(*version))
		return false;
	memcpy(version, section->data, sizeof(*version));
	return true;
}

/* The last part that starts at or before `insn`. */
static const struct bpf_loader_part *part_of(const struct bpf_loader_program *program,
					     __u32 insn)
{
	size_t i = program->part_count - 1;

	while (i > 0 && program->parts[i].start > insn)
		i--;
	return &program->parts[i];
}

/* The function that instruction `insn` belongs to, and where in its section the instruction stands. */
static const struct function *place_of(const struct object *object,
				       const struct bpf_loader_program *program, __u32 insn,
				       size_t *offset)
{
	const struct bpf_loader_part *part = part_of(program, insn);
	const struct function *function = &object->functions->functions[part->function];

	*offset = function->start + (size_t)(insn - part->start) * sizeof(struct bpf_insn);
	return function;
}

void object_insns(const struct object *object, const struct bpf_loader_program *program,
		  __u32 insn, struct bpf_insn *insns, size_t count)
{
	size_t offset;
	const struct function *function = place_of(object, program, insn, &offset);
	const struct elf_section *section = &object->file->sections[function->section];

	memcpy(insns, section->data + offset, count * sizeof(*insns));
}

const char *object_part_section(const struct object *object,
				const struct bpf_loader_program *program, size_t part)
{
	const struct function *function =
		&object->functions->functions[program->parts[part].function];

	return object->file->sections[function->section].name;
}

bool object_source_line(const struct object *object, const struct bpf_loader_program *program,
			__u32 insn, struct source_line *line)
{
	const struct btf_records *lines;
	struct bpf_line_info record;
	size_t offset;
	const struct function *function = place_of(object, program, insn, &offset);
	__u32 index;

	if (!object->btf->sections)
		return false;
	lines = &object->btf->sections[function->section].lines;
	index = btf_record_at(lines, offset);
	if (index == lines->count || btf_record_offset(lines, index) != offset ||
	    lines->size < sizeof(record))
		return false;
	memcpy(&record, lines->data + (size_t)index * lines->size, sizeof(record));
	line->file = btf_name(object->btf->btf, record.file_name_off);
	line->text = btf_name(object->btf->btf, record.line_off);
	line->line = BPF_LINE_INFO_LINE_NUM(record.line_col);
	line->column = BPF_LINE_INFO_LINE_COL(record.line_col);
	return line->line > 0; /* 0: the compiler's own doing */
}

/* ---- types ---- */

void object_type_text(const struct object *object, __u32 type_id, char *text, size_t room)
{
	char *type = type_text(object->btf->btf, type_id);

	snprintf(text, room, "%s", type);
	free(type);
}

/* ---- what load would refuse or do ---- */

void object_refusal(const struct object *object, const struct bpf_loader_program *program,
		    char *text, size_t room)
{
	if (!refusal_of(program, object->functions, object->btf, text, room))
		text[0] = '\0';
}

const struct bpf_loader_map *object_slot_map(const struct bpf_loader *loader,
					     const struct bpf_loader_program *program)
{
	return prog_load_slot_map(&loader->maps, program);
}

bool object_program_uses(const struct object *object, const struct bpf_loader_program *program,
			 const struct bpf_loader_map *map)
{
	for (size_t i = 0; i < program->reloc_count; i++) {
		const struct bpf_loader_reloc *reloc = &program->relocs[i];

		if ((reloc->kind == BPF_LOADER_RELOC_MAP ||
		     reloc->kind == BPF_LOADER_RELOC_VALUE) &&
		    bpf_loader_map(object->loader, reloc->target) == map)
			return true;
	}
	return false;
}

const char *object_part_at(const struct bpf_loader *loader,
			   const struct bpf_loader_program *program, __u32 start)
{
	for (size_t i = 0; i < program->part_count; i++)
		if (program->parts[i].start == start)
			return bpf_loader_part_name(loader, program, i);
	return "?";
}
