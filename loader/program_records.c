// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * program_records: see program_records.h.
 */
#include "program_records.h"

#include <stdlib.h>
#include <string.h>

/* How many records a function has; 0 also where its beginning has none, which makes them
 * useless: the verifier wants to know the beginning of every function. */
static __u32 count_records(const struct btf_records *records, const struct function *function,
			   __u32 *first)
{
	*first = btf_record_at(records, function->start);
	if (*first == records->count || btf_record_offset(records, *first) != function->start)
		return 0;
	return btf_record_at(records, function->end) - *first;
}

/* Appends the records of one function, offsets turned into instruction numbers. */
static void append_records(struct program_records *placed, const struct btf_records *records,
			   const struct function *function, __u32 part_start)
{
	__u32 first, count = count_records(records, function, &first);
	unsigned char *record = placed->data + (size_t)placed->count * placed->size;

	memcpy(record, records->data + (size_t)first * records->size,
	       (size_t)count * records->size);
	for (__u32 i = 0; i < count; i++, record += records->size) {
		__u32 offset, insn;

		memcpy(&offset, record, sizeof(offset));
		insn = (__u32)((offset - function->start) / sizeof(struct bpf_insn)) +
		       part_start;
		memcpy(record, &insn, sizeof(insn));
	}
	placed->count += count;
}

static const struct btf_records *records_of(const struct btf_file *btf,
					    const struct function *function,
					    enum program_records_kind kind)
{
	const struct btf_section_info *info = &btf->sections[function->section];

	return kind == PROGRAM_LINES ? &info->lines : &info->funcs;
}

/* The records of the whole program; 0 where a function lacks them. */
static size_t count_all(const struct bpf_loader_program *program,
			const struct function_list *functions, const struct btf_file *btf,
			enum program_records_kind kind)
{
	size_t total = 0;
	__u32 first;

	for (size_t i = 0; i < program->part_count; i++) {
		const struct function *function =
			&functions->functions[program->parts[i].function];
		__u32 count = count_records(records_of(btf, function, kind), function, &first);

		if (!count || (kind == PROGRAM_FUNCTIONS && count > 1))
			return 0;
		total += count;
	}
	return total;
}

void program_records_place(struct program_records *records, enum program_records_kind kind,
			   const struct bpf_loader_program *program,
			   const struct function_list *functions, const struct btf_file *btf)
{
	size_t total = count_all(program, functions, btf, kind);

	records->size = kind == PROGRAM_LINES ? btf->line_size : btf->func_size;
	if (!total || !records->size)
		return;
	records->data = calloc(total, records->size);
	for (size_t i = 0; records->data && i < program->part_count; i++) {
		const struct function *function =
			&functions->functions[program->parts[i].function];

		append_records(records, records_of(btf, function, kind), function,
			       program->parts[i].start);
	}
}

void program_records_release(struct program_records *records)
{
	free(records->data);
	memset(records, 0, sizeof(*records));
}
