// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_build: the new object, made of the functions, data and maps of the old one.
 *
 * It is put together anew rather than patched, function by function, because that is what a
 * compiler would have done with the rewritten source:
 *
 *  - A program goes to the section that its plan names; several old sections of one new name
 *    become one, as libbpf finds .BTF.ext by names.
 *  - Sub-programs go to .text. libbpf refuses static ones beside programs.
 *  - Functions have symbols with type and size, calls into .text relocations, maps symbols
 *    of their own, whatever the old compiler left.
 *  - Left behind: functions that nothing calls, DWARF, .eh_frame. No BPF loader reads them.
 *
 * Every relocation comes from the loader's tables; the old ones are not read again.
 */
#include "convert_object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "convert_object_elf.h"
#include "loader/maps_legacy.h"
#include "output.h"

#define INSN_SIZE sizeof(struct bpf_insn)
#define POINTER	  8

struct builder {
	struct conversion *plan;
	const struct elf_file *file;
	struct conversion_btf *btf;
	struct image ext;
	struct new_elf elf;

	__u32 *symbols;		/* by number of the old symbol of a variable: the new one */
	bool *kept;		/* by number of the old section: it stays as it is */
	size_t *numbers;	/* … its new number */
	__u32 *section_symbols; /* by new number */
	struct placed *placed;	/* by function */
	const char **code_names;
	struct image *code; /* by number among sections of code */
	size_t code_count;
	size_t maps_size, maps_section;
	unsigned char *maps_bytes;
};

/* Sections of code come first in the new object. */
static size_t code_section(size_t number)
{
	return number + 1;
}

/* ---- what stays ---- */

/*
 * Of a version that is no number libbpf refuses the object. Sections .maps.NAME are what carried
 * BPF_ANNOTATE_KV_PAIR into BTF, where it stays.
 */
static bool keeps(const struct elf_section *section)
{
	if (!(section->flags & SHF_ALLOC) || elf_section_is_program(section) ||
	    (section->type != SHT_PROGBITS && section->type != SHT_NOBITS) ||
	    maps_legacy_section(section->name) || !strcmp(section->name, ".maps") ||
	    !strncmp(section->name, ".maps.", 6) || !strcmp(section->name, ".eh_frame"))
		return false;
	return strcmp(section->name, "version") != 0 || section->size == sizeof(__u32);
}

static void choose_sections(struct builder *builder)
{
	for (size_t i = 1; i < builder->file->section_count; i++)
		builder->kept[i] = keeps(&builder->file->sections[i]);
}

/* ---- where functions go ---- */

static const struct planned_program *entry_of(const struct conversion *plan, size_t function)
{
	for (size_t i = 0; i < plan->program_count; i++)
		if (plan->programs[i].program->parts[0].function == function)
			return &plan->programs[i];
	return NULL;
}

static void find_users(struct builder *builder)
{
	for (size_t i = 0; i < builder->plan->program_count; i++) {
		const struct bpf_loader_program *program = builder->plan->programs[i].program;

		for (size_t part = 0; part < program->part_count; part++) {
			struct placed *placed = &builder->placed[program->parts[part].function];

			placed->wanted = true;
			placed->within = program;
			placed->part = part;
		}
	}
}

static size_t code_by_name(struct builder *builder, const char *name)
{
	for (size_t i = 0; i < builder->code_count; i++)
		if (!strcmp(builder->code_names[i], name))
			return i;
	builder->code_names[builder->code_count] = name;
	return builder->code_count++;
}

static void place_functions(struct builder *builder)
{
	const struct function_list *list = builder->plan->object.functions;

	find_users(builder);
	for (size_t i = 0; i < list->count; i++) {
		const struct function *function = &list->functions[i];
		struct placed *placed = &builder->placed[i];
		struct image *code;

		if (!placed->wanted)
			continue;
		placed->entry = entry_of(builder->plan, i);
		placed->section =
			code_by_name(builder, placed->entry ? placed->entry->section : ".text");
		code = &builder->code[placed->section];
		placed->offset = code->size;
		code->size += function->end - function->start;
		code->bytes = must(realloc(code->bytes, code->size + 1));
		memcpy((char *)code->bytes + placed->offset,
		       builder->file->sections[function->section].data + function->start,
		       function->end - function->start);
	}
}

/* Variables of 8-byte pointers, one behind the other. */
static void place_map(struct builder *builder, struct planned_map *map)
{
	size_t end = map->struct_size;

	for (size_t slot = 0; slot < map->slot_count; slot++) {
		size_t last = map->values_at + (map->slots[slot].key + 1ul) * POINTER;

		end = last > end ? last : end;
	}
	map->offset = builder->maps_size;
	map->size = end;
	builder->maps_size += (end + POINTER - 1) / POINTER * POINTER;
}

static void place_maps(struct builder *builder)
{
	struct planned_map *map;

	for (size_t n = 0; (map = conversion_map(builder->plan, n)); n++)
		place_map(builder, map);
	builder->maps_bytes = must(calloc(builder->maps_size + 1, 1));
}

/* ---- sections ---- */

static void add_sections(struct builder *builder)
{
	for (size_t i = 0; i < builder->code_count; i++)
		new_elf_section(&builder->elf, builder->code_names[i], SHT_PROGBITS,
				SHF_ALLOC | SHF_EXECINSTR, 8, builder->code[i].bytes,
				builder->code[i].size);
	for (size_t i = 1; i < builder->file->section_count; i++) {
		const struct elf_section *section = &builder->file->sections[i];

		if (builder->kept[i])
			builder->numbers[i] = new_elf_section(
				&builder->elf, section->name, section->type, section->flags,
				section->align, section->data, section->size);
	}
	if (builder->plan->map_count)
		builder->maps_section = new_elf_section(
			&builder->elf, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, POINTER,
			builder->maps_bytes, builder->maps_size);
}

static void add_btf(struct builder *builder)
{
	size_t size;
	const void *bytes;

	builder->ext = conversion_btf_ext(builder->plan, builder->btf, builder->placed,
					  builder->code_names, builder->code_count);
	bytes = conversion_btf_bytes(builder->btf, builder->plan, builder->maps_size, &size);
	new_elf_section(&builder->elf, BTF_ELF_SEC, SHT_PROGBITS, 0, 4, bytes, size);
	if (builder->ext.bytes)
		new_elf_section(&builder->elf, BTF_EXT_ELF_SEC, SHT_PROGBITS, 0, 4,
				builder->ext.bytes, builder->ext.size);
}

/* ---- symbols ---- */

static void add_section_symbols(struct builder *builder)
{
	const size_t count = builder->elf.section_count;

	builder->section_symbols = must(calloc(count, sizeof(*builder->section_symbols)));
	for (size_t i = 1; i < count; i++) {
		const Elf64_Sym symbol = {.st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION),
					  .st_shndx = (Elf64_Section)i};

		if (builder->elf.sections[i].header.sh_flags & SHF_ALLOC)
			builder->section_symbols[i] =
				new_elf_symbol(&builder->elf, "", &symbol);
	}
}

/* The old symbol that starts a function, for its binding and visibility; NULL for none. */
static const struct elf_symbol *symbol_of(const struct elf_file *file,
					  const struct function *function)
{
	for (size_t i = 0; i < file->symbol_count; i++) {
		const struct elf_symbol *symbol = &file->symbols[i];

		if (symbol->section == function->section && symbol->value == function->start &&
		    !strcmp(symbol->name, function->name))
			return symbol;
	}
	return NULL;
}

static void add_function(struct builder *builder, size_t index, bool local)
{
	const struct function *function = &builder->plan->object.functions->functions[index];
	const struct elf_symbol *old = symbol_of(builder->file, function);
	struct placed *placed = &builder->placed[index];
	const bool global = placed->entry || function->global;
	const bool weak = global && old && old->binding == STB_WEAK;
	Elf64_Sym symbol = {
		.st_info = ELF64_ST_INFO(weak	  ? STB_WEAK
					 : global ? STB_GLOBAL
						  : STB_LOCAL,
					 STT_FUNC),
		.st_other = old ? old->visibility : STV_DEFAULT,
		.st_shndx = (Elf64_Section)code_section(placed->section),
		.st_value = placed->offset,
		.st_size = function->end - function->start,
	};

	if (placed->wanted && local == !global)
		placed->symbol = new_elf_symbol(
			&builder->elf, placed->entry ? placed->entry->name : function->name,
			&symbol);
}

static void add_functions(struct builder *builder, bool local)
{
	for (size_t i = 0; i < builder->plan->object.functions->count; i++)
		add_function(builder, i, local);
}

/* Variables keep their names; the compiler's labels are for nobody. */
static bool names_data(const struct builder *builder, const struct elf_symbol *symbol)
{
	return elf_symbol_in_section(symbol) && builder->kept[symbol->section] &&
	       symbol->name[0] && strncmp(symbol->name, ".L", 2) != 0 &&
	       (symbol->type == STT_OBJECT || symbol->type == STT_NOTYPE);
}

static void add_data(struct builder *builder, bool local)
{
	for (size_t i = 0; i < builder->file->symbol_count; i++) {
		const struct elf_symbol *old = &builder->file->symbols[i];
		Elf64_Sym symbol = {.st_info = ELF64_ST_INFO(old->binding, STT_OBJECT),
				    .st_other = old->visibility,
				    .st_value = old->value,
				    .st_size = old->size};

		if (!names_data(builder, old) || (old->binding == STB_LOCAL) != local)
			continue;
		symbol.st_shndx = (Elf64_Section)builder->numbers[old->section];
		builder->symbols[i] = new_elf_symbol(&builder->elf, old->name, &symbol);
	}
}

static void add_maps(struct builder *builder)
{
	for (size_t i = 0; i < builder->plan->map_count; i++) {
		struct planned_map *map = &builder->plan->maps[i];
		const Elf64_Sym symbol = {.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT),
					  .st_shndx = (Elf64_Section)builder->maps_section,
					  .st_value = map->offset,
					  .st_size = map->size};

		map->symbol = new_elf_symbol(&builder->elf, map->name, &symbol);
	}
}

static void add_symbols(struct builder *builder)
{
	add_section_symbols(builder);
	add_functions(builder, true);
	add_data(builder, true);
	add_functions(builder, false);
	add_data(builder, false);
	add_maps(builder);
}

/* ---- relocations ---- */

static const struct planned_map *planned(const struct builder *builder, __u32 index)
{
	const struct bpf_loader_map *map = bpf_loader_map(builder->plan->object.loader, index);

	for (size_t i = 0; i < builder->plan->map_count; i++)
		if (builder->plan->maps[i].map == map)
			return &builder->plan->maps[i];
	return NULL;
}

/* Which function of a program starts at instruction `start`. */
static size_t function_at(const struct bpf_loader_program *program, __u32 start)
{
	size_t i = 0;

	while (i + 1 < program->part_count && program->parts[i].start != start)
		i++;
	return program->parts[i].function;
}

/* An instruction of the new object. */
struct site {
	size_t section; /* among those of code */
	size_t offset;
	struct bpf_insn *insn;
};

static void relocate(struct builder *builder, const struct site *site, __u32 type, __u32 symbol)
{
	new_elf_reloc(&builder->elf, code_section(site->section), site->offset, type, symbol);
}

static __u32 code_symbol(const struct builder *builder, const struct placed *placed)
{
	return builder->section_symbols[code_section(placed->section)];
}

/* As compilers do: a static function by its section and a distance, a global one by name. */
static void relocate_call(struct builder *builder, const struct site *site,
			  const struct placed *target)
{
	const Elf64_Sym *symbol = &builder->elf.symbols[target->symbol];

	if (target->section == site->section) {
		site->insn->imm =
			(__s32)(((long)target->offset - (long)site->offset) / (long)INSN_SIZE -
				1);
	} else if (ELF64_ST_BIND(symbol->st_info) == STB_LOCAL) {
		site->insn->imm = (__s32)(target->offset / INSN_SIZE) - 1;
		relocate(builder, site, RELOC_BPF_64_32, code_symbol(builder, target));
	} else {
		site->insn->imm = -1;
		relocate(builder, site, RELOC_BPF_64_32, target->symbol);
	}
}

static void set_address(const struct site *site, __u32 value)
{
	site->insn[0].src_reg = 0;
	site->insn[0].imm = (__s32)value;
	site->insn[1].imm = 0;
}

static void relocate_insn(struct builder *builder, const struct site *site,
			  const struct bpf_loader_program *program,
			  const struct bpf_loader_reloc *reloc)
{
	const struct bpf_loader_map *map;
	const struct placed *target;

	switch (reloc->kind) {
	case BPF_LOADER_RELOC_MAP:
		set_address(site, 0);
		relocate(builder, site, RELOC_BPF_64_64,
			 planned(builder, reloc->target)->symbol);
		break;
	case BPF_LOADER_RELOC_VALUE:
		map = bpf_loader_map(builder->plan->object.loader, reloc->target);
		set_address(site, reloc->offset);
		relocate(builder, site, RELOC_BPF_64_64,
			 builder->section_symbols[builder->numbers[map->section_index]]);
		break;
	case BPF_LOADER_RELOC_CALL:
		relocate_call(builder, site,
			      &builder->placed[function_at(program, reloc->target)]);
		break;
	case BPF_LOADER_RELOC_FUNC:
		target = &builder->placed[function_at(program, reloc->target)];
		set_address(site, (__u32)target->offset);
		relocate(builder, site, RELOC_BPF_64_64, code_symbol(builder, target));
		break;
	}
}

static void relocate_function(struct builder *builder, size_t index)
{
	const struct function *function = &builder->plan->object.functions->functions[index];
	const struct placed *placed = &builder->placed[index];
	const struct bpf_loader_program *program = placed->within;
	const __u32 start = program->parts[placed->part].start;
	const __u32 end = start + (__u32)((function->end - function->start) / INSN_SIZE);

	for (size_t i = 0; i < program->reloc_count; i++) {
		const struct bpf_loader_reloc *reloc = &program->relocs[i];
		struct site site = {.section = placed->section};

		if (reloc->insn < start || reloc->insn >= end)
			continue;
		site.offset = placed->offset + (reloc->insn - start) * INSN_SIZE;
		site.insn = (struct bpf_insn *)((char *)builder->code[placed->section].bytes +
						site.offset);
		relocate_insn(builder, &site, program, reloc);
	}
}

static void relocate_slots(struct builder *builder, const struct planned_map *map)
{
	for (size_t i = 0; i < map->slot_count; i++) {
		const struct planned_slot *slot = &map->slots[i];
		__u32 symbol;

		if (slot->map)
			symbol = slot->map->symbol;
		else
			symbol = builder->placed[slot->program->program->parts[0].function]
					 .symbol;
		new_elf_reloc(&builder->elf, builder->maps_section,
			      map->offset + map->values_at + (__u64)slot->key * POINTER,
			      RELOC_BPF_64_ABS64, symbol);
	}
}

/* What an old symbol is now, 0 where it is gone. A section's symbol stands for its start. */
static __u32 new_symbol(const struct builder *builder, __u32 number)
{
	const struct elf_symbol *old = &builder->file->symbols[number];
	const struct function_list *functions = builder->plan->object.functions;
	long function;

	if (builder->symbols[number] || !elf_symbol_in_section(old))
		return builder->symbols[number];
	if (old->type == STT_SECTION && builder->kept[old->section])
		return builder->section_symbols[builder->numbers[old->section]];
	function = functions_at(functions, old->section, old->value);
	if (function < 0 || old->type == STT_SECTION ||
	    functions->functions[function].start != old->value)
		return 0;
	return builder->placed[function].symbol;
}

/* Addresses in data that stays, as in .struct_ops, which is a table of programs. */
static bool relocate_data(struct builder *builder, struct elf_section *section)
{
	struct object *object = &builder->plan->object;

	if (elf_section_relocs(&object->loader->file, section, &object->loader->report)) {
		complain("%s", bpf_loader_error(object->loader));
		return false;
	}
	for (size_t i = 0; i < section->reloc_count; i++) {
		const struct elf_reloc *reloc = &section->relocs[i];
		const __u32 symbol = new_symbol(builder, reloc->symbol);

		if (symbol)
			new_elf_reloc(&builder->elf, builder->numbers[section->index],
				      reloc->offset, reloc->type, symbol);
	}
	return true;
}

static bool relocate_all_data(struct builder *builder)
{
	bool good = true;

	for (size_t i = 1; i < builder->file->section_count && good; i++)
		if (builder->kept[i] && builder->file->sections[i].rel_index)
			good = relocate_data(builder,
					     &builder->plan->object.loader->file.sections[i]);
	return good;
}

static void add_relocs(struct builder *builder)
{
	for (size_t i = 0; i < builder->plan->object.functions->count; i++)
		if (builder->placed[i].wanted)
			relocate_function(builder, i);
	for (size_t i = 0; i < builder->plan->map_count; i++)
		relocate_slots(builder, &builder->plan->maps[i]);
}

/* ---- all of it ---- */

static void builder_init(struct builder *builder, struct conversion *plan)
{
	const struct elf_file *file = plan->object.file;
	const size_t functions = plan->object.functions->count + 1;

	*builder = (struct builder){.plan = plan, .file = file};
	builder->kept = must(calloc(file->section_count, sizeof(*builder->kept)));
	builder->numbers = must(calloc(file->section_count, sizeof(*builder->numbers)));
	builder->symbols = must(calloc(file->symbol_count + 1, sizeof(*builder->symbols)));
	builder->placed = must(calloc(functions, sizeof(*builder->placed)));
	builder->code_names = must(calloc(functions, sizeof(*builder->code_names)));
	builder->code = must(calloc(functions, sizeof(*builder->code)));
	new_elf_init(&builder->elf);
}

static void builder_release(struct builder *builder)
{
	for (size_t i = 0; i < builder->code_count; i++)
		free(builder->code[i].bytes);
	free(builder->kept);
	free(builder->numbers);
	free(builder->symbols);
	free(builder->placed);
	free(builder->code_names);
	free(builder->code);
	free(builder->section_symbols);
	free(builder->maps_bytes);
	free(builder->ext.bytes);
	conversion_btf_free(builder->btf);
	new_elf_release(&builder->elf);
}

bool conversion_object(struct conversion *plan, struct image *image)
{
	struct builder builder;
	bool good;

	builder_init(&builder, plan);
	choose_sections(&builder);
	place_functions(&builder);
	builder.btf = conversion_btf_make(plan, builder.kept);
	place_maps(&builder);
	add_sections(&builder);
	add_btf(&builder);
	add_symbols(&builder);
	add_relocs(&builder);
	good = relocate_all_data(&builder) &&
	       new_elf_write(&builder.elf, plan->convert->name, image);
	builder_release(&builder);
	return good;
}
