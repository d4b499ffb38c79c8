// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * object: see object.h.
 */
#include "object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

bool object_open(struct object *object, const char *path, const struct bpf_loader_opts *opts)
{
	memset(object, 0, sizeof(*object));
	object->path = path;
	object->loader = bpf_loader_open(path, opts);
	if (bpf_loader_error(object->loader) || bpf_loader_relocate(object->loader))
		return fail(bpf_loader_error(object->loader));
	object->file = &object->loader->file;
	object->btf = &object->loader->btf;
	object->functions = &object->loader->functions;
	return true;
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

void object_insns(const struct object *object, const struct bpf_loader_program *program,
		  __u32 insn, struct bpf_insn *insns, size_t count)
{
	const struct bpf_loader_part *part = part_of(program, insn);
	const struct function *function = &object->functions->functions[part->function];
	const struct elf_section *section = &object->file->sections[function->section];
	size_t offset = function->start + (size_t)(insn - part->start) * sizeof(*insns);

	memcpy(insns, section->data + offset, count * sizeof(*insns));
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
