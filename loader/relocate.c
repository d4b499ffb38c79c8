// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * relocate: records and applies. See relocate.h.
 */
#include "relocate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "maps_data.h"

#define INSN_SIZE sizeof(struct bpf_insn)

#ifndef BPF_PSEUDO_FUNC
#define BPF_PSEUDO_FUNC 4
#endif

/* One program being put together. */
struct builder {
	const struct relocate_context *context;
	struct bpf_loader_program *program;
	size_t insn_room, reloc_room, part_room;
};

/* The place of the instruction being looked at: in the object and in the program. */
struct place {
	const struct elf_section *section;
	const struct function *function;
	__u32 insn;	 /* in the program */
	uint64_t offset; /* in the section */
};

static const char *section_name(const struct builder *builder, uint32_t index)
{
	return builder->context->file->sections[index].name;
}

/*
 * Makes room for `more` elements behind `count`: exactly that at first, which is all that most
 * programs need, then doubling, so that growth stays linear. `more` is not 0.
 */
static void *grow(void *array, size_t count, size_t more, size_t *room, size_t size)
{
	size_t wanted = *room * 2;
	void *grown;

	if (count + more <= *room)
		return array;
	if (wanted < count + more)
		wanted = count + more;
	grown = reallocarray(array, wanted, size);
	if (grown)
		*room = wanted;
	return grown;
}

static int no_memory(const struct builder *builder)
{
	return report_fail(builder->context->report, ENOMEM, "program '%s': no memory",
			   builder->program->name);
}

static int refuse(const struct builder *builder, const struct place *place, int errnum,
		  const char *symbol, const char *why)
{
	return report_fail(builder->context->report, errnum,
			   "section '%s', function '%s', instruction %llu: symbol '%s' %s",
			   place->section->name, place->function->name,
			   (unsigned long long)(place->offset / INSN_SIZE), symbol, why);
}

static int reserve_relocs(struct builder *builder, size_t more)
{
	struct bpf_loader_program *program = builder->program;
	struct bpf_loader_reloc *relocs = grow(program->relocs, program->reloc_count, more,
					       &builder->reloc_room, sizeof(*relocs));

	if (!relocs)
		return no_memory(builder);
	program->relocs = relocs;
	return 0;
}

/* Appends a relocation of the instruction at `place`; `offset` is for VALUE. */
static int add_reloc(struct builder *builder, const struct place *place,
		     enum bpf_loader_reloc_kind kind, __u32 target, __u32 offset,
		     const char *symbol)
{
	struct bpf_loader_program *program = builder->program;
	struct bpf_loader_reloc *reloc;
	int err = reserve_relocs(builder, 1);

	if (err)
		return err;
	reloc = &program->relocs[program->reloc_count++];
	*reloc = (struct bpf_loader_reloc){
		.kind = kind,
		.insn = place->insn,
		.target = target,
		.offset = offset,
		.symbol = symbol,
		.before = program->insns[place->insn],
	};
	return 0;
}

/* Appends a function's instructions, unless the program has it. Gives its first instruction. */
static int add_part(struct builder *builder, size_t index, __u32 *start)
{
	const struct function *function = &builder->context->functions->functions[index];
	const struct elf_section *section =
		&builder->context->file->sections[function->section];
	struct bpf_loader_program *program = builder->program;
	size_t count = (function->end - function->start) / INSN_SIZE;
	struct bpf_loader_part *parts;
	struct bpf_insn *insns;

	for (size_t i = 0; i < program->part_count; i++) {
		*start = program->parts[i].start;
		if (program->parts[i].function == index)
			return 0;
	}
	insns = grow(program->insns, program->insn_count, count, &builder->insn_room,
		     INSN_SIZE);
	if (!insns)
		return no_memory(builder);
	program->insns = insns;
	parts = grow(program->parts, program->part_count, 1, &builder->part_room,
		     sizeof(*parts));
	if (!parts)
		return no_memory(builder);
	program->parts = parts;
	memcpy(insns + program->insn_count, section->data + function->start, count * INSN_SIZE);
	*start = (__u32)program->insn_count;
	parts[program->part_count].function = (__u32)index;
	parts[program->part_count++].start = *start;
	program->insn_count += count;
	return 0;
}

/* ---- sub-programs ---- */

/* A call or function address whose target is byte `target` of section `index`. */
static int record_function(struct builder *builder, const struct place *place, uint32_t index,
			   uint64_t target, enum bpf_loader_reloc_kind kind, const char *symbol)
{
	const struct function *function;
	long found = -1;
	__u32 start;
	int err;

	if (index < builder->context->file->section_count)
		found = functions_at(builder->context->functions, index, target);
	if (found < 0)
		return refuse(builder, place, EINVAL, symbol,
			      "leads to no function; is the object damaged?");
	function = &builder->context->functions->functions[found];
	if (function->start != target)
		return refuse(builder, place, EINVAL, symbol,
			      "leads into the middle of a function; is the object damaged?");
	err = add_part(builder, (size_t)found, &start);
	if (err)
		return err;
	return add_reloc(builder, place, kind, start, 0, symbol[0] ? symbol : function->name);
}

/* A call inside one section needs no relocation: the distance stands in the instruction. */
static int record_local_call(struct builder *builder, const struct place *place)
{
	const struct bpf_insn *insn = &builder->program->insns[place->insn];
	uint64_t target = place->offset + (uint64_t)((__s64)insn->imm + 1) * INSN_SIZE;

	return record_function(builder, place, place->section->index, target,
			       BPF_LOADER_RELOC_CALL, "");
}

/* What a symbol that is defined nowhere in the object would be. */
static int refuse_undefined(const struct builder *builder, const struct place *place,
			    const struct elf_symbol *symbol, bool call)
{
	if (call)
		return refuse(
			builder, place, ENOTSUP, symbol->name,
			"is a kernel function (kfunc) or missing: this loader resolves "
			"neither; use libbpf for kernel functions, or link the objects with "
			"bpftool gen object");
	return refuse(
		builder, place, ENOTSUP, symbol->name,
		"is defined nowhere in the object (an extern: .ksyms or .kconfig); use libbpf, "
		"which resolves externs");
}

static int record_call(struct builder *builder, const struct place *place,
		       const struct elf_symbol *symbol, int64_t addend)
{
	const struct bpf_insn *insn = &builder->program->insns[place->insn];
	uint64_t target;

	if (insn->code != (BPF_JMP | BPF_CALL))
		return refuse(builder, place, EINVAL, symbol->name,
			      "has a relocation for calls, but this is no call instruction");
	if (!elf_symbol_in_section(symbol))
		return refuse_undefined(builder, place, symbol, true);
	/* A section's symbol with the distance in imm, or the function's own and imm -1. */
	target = symbol->value + (uint64_t)addend;
	if (symbol->type == STT_SECTION || insn->imm != -1)
		target += (uint64_t)((__s64)insn->imm + 1) * INSN_SIZE;
	return record_function(builder, place, symbol->section, target, BPF_LOADER_RELOC_CALL,
			       symbol->name);
}

/* ---- maps and data ---- */

static int record_map(struct builder *builder, const struct place *place,
		      const struct elf_symbol *symbol, uint64_t offset)
{
	struct map_list *maps = builder->context->maps;
	long index = map_list_at(maps, symbol->section, offset);
	const char *name = symbol->name;

	if (index < 0)
		return refuse(builder, place, EINVAL, symbol->name,
			      "lies in a section of maps, but at a place where no map is");
	if (offset != maps->maps[index].offset)
		return refuse(
			builder, place, EINVAL, symbol->name,
			"leads into the middle of a map definition; a program can take the "
			"map's address only");
	maps->maps[index].used = true;
	if (symbol->type == STT_SECTION || !name[0])
		name = maps->maps[index].name;
	return add_reloc(builder, place, BPF_LOADER_RELOC_MAP, (__u32)index, 0, name);
}

/* A pointer inside a variable would be a relocation of data, for which BPF has no place. */
static void warn_of_pointers(const struct builder *builder, const struct elf_section *section)
{
	if (section->rel_index)
		report_warning(
			builder->context->report, section->name,
			"section '%s': its variables hold addresses, which BPF data cannot; "
			"programs will read 0 there",
			section->name);
}

static int record_value(struct builder *builder, const struct place *place,
			const struct elf_symbol *symbol, uint64_t offset)
{
	const struct relocate_context *context = builder->context;
	const struct elf_section *section = &context->file->sections[symbol->section];
	const size_t known = context->maps->count;
	long index;

	if (offset >= section->size)
		return refuse(builder, place, EINVAL, symbol->name,
			      "leads past its section's end");
	index = maps_data_find(context->maps, section, context->object_name);
	if (index < 0)
		return no_memory(builder);
	if (context->maps->count > known)
		warn_of_pointers(builder, section);
	context->maps->maps[index].used = true;
	return add_reloc(builder, place, BPF_LOADER_RELOC_VALUE, (__u32)index, (__u32)offset,
			 symbol->name[0] ? symbol->name : section->name);
}

static bool is_map_section(const struct builder *builder, uint32_t section)
{
	return builder->context->maps->by_section[section].count != 0;
}

static int record_address(struct builder *builder, const struct place *place,
			  const struct elf_symbol *symbol, int64_t addend)
{
	const struct bpf_loader_program *program = builder->program;
	const struct bpf_insn *insn = &program->insns[place->insn];
	const struct elf_section *target;
	uint64_t offset;

	if (insn->code != (BPF_LD | BPF_IMM | BPF_DW) ||
	    place->offset + 2 * INSN_SIZE > place->function->end)
		return refuse(builder, place, EINVAL, symbol->name,
			      "has a relocation for 64-bit values, but this is no ld_imm64 "
			      "instruction");
	if (!elf_symbol_in_section(symbol))
		return refuse_undefined(builder, place, symbol, false);
	target = &builder->context->file->sections[symbol->section];
	offset = symbol->value + (uint64_t)addend + (__u32)insn->imm +
		 ((uint64_t)(__u32)insn[1].imm << 32);
	if (is_map_section(builder, symbol->section))
		return record_map(builder, place, symbol, offset);
	if (elf_section_is_program(target))
		return record_function(builder, place, symbol->section, offset,
				       BPF_LOADER_RELOC_FUNC, symbol->name);
	if (maps_data_section(target))
		return record_value(builder, place, symbol, offset);
	return report_fail(builder->context->report, ENOTSUP,
			   "section '%s', function '%s', instruction %llu: symbol '%s' lies in "
			   "section '%s', which holds neither maps nor data nor code that this "
			   "loader knows",
			   place->section->name, place->function->name,
			   (unsigned long long)(place->offset / INSN_SIZE), symbol->name,
			   section_name(builder, symbol->section));
}

static int record_reloc(struct builder *builder, const struct place *place,
			const struct elf_reloc *reloc)
{
	const struct elf_symbol *symbol = &builder->context->file->symbols[reloc->symbol];

	if (place->offset % INSN_SIZE)
		return refuse(builder, place, EINVAL, symbol->name,
			      "has a relocation in the middle of the instruction");
	switch (reloc->type) {
	case RELOC_BPF_64_64: return record_address(builder, place, symbol, reloc->addend);
	case RELOC_BPF_64_32: return record_call(builder, place, symbol, reloc->addend);
	default:
		return report_fail(
			builder->context->report, ENOTSUP,
			"section '%s', function '%s', instruction %llu: relocation type "
			"%u against symbol '%s' is not for instructions (64_64 is 1, "
			"64_32 is 10)",
			place->section->name, place->function->name,
			(unsigned long long)(place->offset / INSN_SIZE), reloc->type,
			symbol->name);
	}
}

/* ---- one function, one program ---- */

static bool is_local_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

/* Calls of a function in the same section, which the assembler resolved itself. */
static int scan_calls(struct builder *builder, struct place *place,
		      const struct elf_reloc *relocs, size_t count, __u32 end)
{
	const __u32 start = place->insn;
	size_t next = 0;
	int err = 0;

	for (__u32 i = start; i < end && !err; i++) {
		/* Few instructions are calls, so that is asked first. */
		if (!is_local_call(&builder->program->insns[i]))
			continue;
		place->insn = i;
		place->offset = place->function->start + (uint64_t)(i - start) * INSN_SIZE;
		while (next < count && relocs[next].offset < place->offset)
			next++;
		if (next == count || relocs[next].offset != place->offset)
			err = record_local_call(builder, place);
		/* else: recorded by its relocation */
	}
	return err;
}

static int record_part(struct builder *builder, size_t part)
{
	const struct relocate_context *context = builder->context;
	const struct bpf_loader_part here = builder->program->parts[part];
	const struct function *function = &context->functions->functions[here.function];
	struct elf_section *section = &context->file->sections[function->section];
	const __u32 count = (__u32)((function->end - function->start) / INSN_SIZE);
	struct place place = {.section = section, .function = function};
	const struct elf_reloc *relocs;
	size_t reloc_count;
	int err = elf_section_relocs(context->file, section, context->report);

	if (err)
		return err;
	relocs = elf_section_relocs_in(section, function->start, function->end, &reloc_count);
	if (reloc_count)
		err = reserve_relocs(builder, reloc_count);
	for (size_t i = 0; i < reloc_count && !err; i++) {
		place.offset = relocs[i].offset;
		place.insn = here.start + (__u32)((place.offset - function->start) / INSN_SIZE);
		if (i && relocs[i - 1].offset == place.offset)
			return refuse(builder, &place, EINVAL,
				      context->file->symbols[relocs[i].symbol].name,
				      "is the second relocation of it; is the object damaged?");
		err = record_reloc(builder, &place, &relocs[i]);
	}
	if (err)
		return err;
	place.insn = here.start;
	err = scan_calls(builder, &place, relocs, reloc_count, here.start + count);
	/* Nobody else needs them, and the next section's can have their memory. */
	if (context->functions->by_section[function->section].count == 1)
		elf_section_drop_relocs(section);
	return err;
}

int relocate_record(const struct relocate_context *context, struct bpf_loader_program *program,
		    size_t entry)
{
	struct builder builder = {.context = context, .program = program};
	__u32 start;
	int err = add_part(&builder, entry, &start);

	/* Recording a part may append further ones: the list grows until it is closed. */
	for (size_t i = 0; i < program->part_count && !err; i++)
		err = record_part(&builder, i);
	return err;
}

/* ---- applying ---- */

static void report_reloc(const struct bpf_loader_program *program,
			 const struct bpf_loader_reloc *reloc, struct report *report)
{
	static const char *const kinds[] = {
		[BPF_LOADER_RELOC_MAP] = "map",
		[BPF_LOADER_RELOC_VALUE] = "data",
		[BPF_LOADER_RELOC_CALL] = "call of",
		[BPF_LOADER_RELOC_FUNC] = "address of",
	};
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_RELOCATION,
					 .section = program->section,
					 .program = program,
					 .reloc = reloc};

	report_event(report, &event, "program '%s', instruction %u: %s '%s'", program->name,
		     reloc->insn, kinds[reloc->kind], reloc->symbol);
}

static void apply_reloc(struct bpf_loader_program *program,
			const struct bpf_loader_reloc *reloc, const struct map_list *maps)
{
	struct bpf_insn *insn = &program->insns[reloc->insn];

	switch (reloc->kind) {
	case BPF_LOADER_RELOC_MAP:
		insn[0].src_reg = BPF_PSEUDO_MAP_FD;
		insn[0].imm = maps->maps[reloc->target].fd;
		insn[1].imm = 0;
		break;
	case BPF_LOADER_RELOC_VALUE:
		insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
		insn[0].imm = maps->maps[reloc->target].fd;
		insn[1].imm = (__s32)reloc->offset;
		break;
	case BPF_LOADER_RELOC_CALL:
		insn->src_reg = BPF_PSEUDO_CALL;
		insn->imm = (__s32)(reloc->target - reloc->insn - 1);
		break;
	case BPF_LOADER_RELOC_FUNC:
		insn[0].src_reg = BPF_PSEUDO_FUNC;
		insn[0].imm = (__s32)(reloc->target - reloc->insn - 1);
		insn[1].imm = 0;
		break;
	}
}

void relocate_apply(struct bpf_loader_program *program, const struct map_list *maps,
		    struct report *report)
{
	for (size_t i = 0; i < program->reloc_count; i++) {
		apply_reloc(program, &program->relocs[i], maps);
		if (report_wanted(report))
			report_reloc(program, &program->relocs[i], report);
	}
}
