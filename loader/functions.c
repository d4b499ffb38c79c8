// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * functions: finds functions by symbols. See functions.h.
 */
#include "functions.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#define INSN_SIZE sizeof(struct bpf_insn)

static bool is_program_section(const struct elf_section *section)
{
	return elf_section_is_program(section) && section->size;
}

static int check_sections(const struct elf_file *file, struct report *report)
{
	for (size_t i = 1; i < file->section_count; i++) {
		const struct elf_section *section = &file->sections[i];

		if (is_program_section(section) && section->size % INSN_SIZE)
			return report_fail(report, EINVAL,
					   "section '%s': %zu bytes are no whole number of BPF "
					   "instructions (8 bytes each)",
					   section->name, section->size);
	}
	return 0;
}

/* A symbol at the very end of its section starts nothing. */
static bool in_code(const struct elf_file *file, const struct elf_symbol *symbol)
{
	return elf_symbol_in_section(symbol) &&
	       is_program_section(&file->sections[symbol->section]) &&
	       symbol->value < file->sections[symbol->section].size;
}

static int add_function(struct function_list *list, const struct elf_file *file,
			const struct elf_symbol *symbol, struct report *report)
{
	if (symbol->value % INSN_SIZE)
		return report_fail(
			report, EINVAL,
			"section '%s': function '%s' starts at byte %llu, in the middle "
			"of an instruction",
			file->sections[symbol->section].name, symbol->name,
			(unsigned long long)symbol->value);
	list->functions[list->count++] = (struct function){
		.name = symbol->name,
		.section = symbol->section,
		.start = symbol->value,
		.global = symbol->binding != STB_LOCAL,
	};
	return 0;
}

/* Jump targets that compilers leave in the table. */
static bool is_label(const struct elf_symbol *symbol)
{
	return !symbol->name[0] || !strncmp(symbol->name, "LBB", 3) ||
	       !strncmp(symbol->name, ".L", 2);
}

/*
 * First the symbols that say they are functions. Old LLVM gave symbols no type: then those
 * without type are taken, in sections where nothing better was found.
 */
static int collect_functions(struct function_list *list, const struct elf_file *file,
			     bool typed, const bool *wanted, struct report *report)
{
	int err = 0;

	for (size_t i = 0; i < file->symbol_count && !err; i++) {
		const struct elf_symbol *symbol = &file->symbols[i];

		if (!in_code(file, symbol) || !wanted[symbol->section])
			continue;
		if (typed ? symbol->type == STT_FUNC
			  : symbol->type == STT_NOTYPE && !is_label(symbol))
			err = add_function(list, file, symbol, report);
	}
	return err;
}

/* Code in front of the first symbol, or a section without any, is a function by itself. */
static void cover_starts(struct function_list *list, const struct elf_file *file,
			 const bool *starts)
{
	for (size_t i = 1; i < file->section_count; i++) {
		const struct elf_section *section = &file->sections[i];

		if (is_program_section(section) && !starts[i])
			list->functions[list->count++] =
				(struct function){.name = section->name,
						  .section = section->index,
						  .global = true};
	}
}

static int by_place(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (int)y->global - (int)x->global; /* of two names for one place, the global one */
}

static void drop_aliases(struct function_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct function *last = kept ? &list->functions[kept - 1] : NULL;

		if (last && last->section == list->functions[i].section &&
		    last->start == list->functions[i].start)
			continue;
		list->functions[kept++] = list->functions[i];
	}
	list->count = kept;
}

static void set_ends(struct function_list *list, const struct elf_file *file)
{
	for (size_t i = 0; i < list->count; i++) {
		struct function *function = &list->functions[i];
		struct function_range *range = &list->by_section[function->section];

		if (!range->count++)
			range->first = i;
		if (i + 1 < list->count && list->functions[i + 1].section == function->section)
			function->end = list->functions[i + 1].start;
		else
			function->end = file->sections[function->section].size;
	}
}

/* In a section of programs: the global functions; without any, the first one. */
static void mark_entries(struct function_list *list, const struct function_range *range)
{
	bool any = false;

	for (size_t i = range->first; i < range->first + range->count; i++) {
		list->functions[i].entry = list->functions[i].global;
		any = any || list->functions[i].global;
	}
	if (!any)
		list->functions[range->first].entry = true;
}

static void mark_all_entries(struct function_list *list, const struct elf_file *file)
{
	const struct function_range *text = NULL;
	bool any = false;

	for (size_t i = 1; i < file->section_count; i++) {
		if (!list->by_section[i].count)
			continue;
		if (!strcmp(file->sections[i].name, ".text")) {
			text = &list->by_section[i];
			continue;
		}
		mark_entries(list, &list->by_section[i]);
		any = true;
	}
	/* Source without any SEC(): what is in .text must be the programs. */
	if (text && !any)
		mark_entries(list, text);
}

static int collect_all(struct function_list *list, const struct elf_file *file, bool *flags,
		       struct report *report)
{
	bool *wanted = flags, *starts = flags + file->section_count;
	int err;

	memset(wanted, true, file->section_count);
	err = collect_functions(list, file, true, wanted, report);
	for (size_t i = 0; i < list->count; i++)
		wanted[list->functions[i].section] = false;
	if (!err)
		err = collect_functions(list, file, false, wanted, report);
	for (size_t i = 0; i < list->count; i++)
		if (!list->functions[i].start)
			starts[list->functions[i].section] = true;
	if (!err)
		cover_starts(list, file, starts);
	return err;
}

int functions_read(struct function_list *list, const struct elf_file *file,
		   struct report *report)
{
	bool *flags = calloc(file->section_count, 2);
	int err = -ENOMEM;

	memset(list, 0, sizeof(*list));
	list->functions =
		calloc(file->symbol_count + file->section_count, sizeof(*list->functions));
	list->by_section = calloc(file->section_count, sizeof(*list->by_section));
	if (flags && list->functions && list->by_section)
		err = check_sections(file, report);
	else
		report_fail(report, ENOMEM, "no memory for the list of functions");
	if (!err)
		err = collect_all(list, file, flags, report);
	free(flags);
	if (err)
		return err;
	qsort(list->functions, list->count, sizeof(*list->functions), by_place);
	drop_aliases(list);
	set_ends(list, file);
	mark_all_entries(list, file);
	return 0;
}

void functions_release(struct function_list *list)
{
	free(list->functions);
	free(list->by_section);
	memset(list, 0, sizeof(*list));
}

long functions_at(const struct function_list *list, uint32_t section, uint64_t offset)
{
	const struct function_range *range = &list->by_section[section];
	size_t low = range->first, high = range->first + range->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->functions[middle].end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == range->first + range->count || list->functions[low].start > offset)
		return -1;
	return (long)low;
}
