// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * btf_file: reads .BTF, completes it from the ELF file, indexes .BTF.ext. See btf_file.h.
 *
 * libbpf parses and checks .BTF. Its reader of .BTF.ext gives no access to single records, so
 * that one is walked here, each length checked before it is used.
 */
#include "btf_file.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BTF_EXT_MAGIC 0xeB9F

/* Head of .BTF.ext (Documentation/bpf/btf.rst); all offsets count from its end. */
struct btf_ext_head {
	__u16 magic;
	__u8 version, flags;
	__u32 hdr_len;
	__u32 func_info_off, func_info_len;
	__u32 line_info_off, line_info_len;
	__u32 core_relo_off, core_relo_len; /* absent in the first version */
};

__u32 btf_skip_modifiers(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	int depth = 0;

	while (type && depth++ < 64 && (btf_is_mod(type) || btf_is_typedef(type))) {
		id = type->type;
		type = btf__type_by_id(btf, id);
	}
	return type ? id : 0;
}

const struct btf_type *btf_plain_type(const struct btf *btf, __u32 id)
{
	return btf__type_by_id(btf, btf_skip_modifiers(btf, id));
}

const char *btf_name(const struct btf *btf, __u32 offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

static int by_variable_name(const void *a, const void *b)
{
	const struct btf_variable *x = a, *y = b;

	return strcmp(x->name, y->name);
}

const struct btf_variable *btf_file_variable(const struct btf_file *info, const char *name)
{
	struct btf_variable key = {.name = name};

	if (!info->variable_count)
		return NULL;
	return bsearch(&key, info->variables, info->variable_count, sizeof(key),
		       by_variable_name);
}

static int index_variables(struct btf_file *info)
{
	__u32 count = btf__type_cnt(info->btf);

	info->variables = calloc(count, sizeof(*info->variables));
	if (!info->variables)
		return -ENOMEM;
	for (__u32 id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(info->btf, id);

		if (!btf_is_var(type))
			continue;
		info->variables[info->variable_count++] = (struct btf_variable){
			.name = btf_name(info->btf, type->name_off),
			.id = id,
			.type = type->type,
		};
	}
	qsort(info->variables, info->variable_count, sizeof(*info->variables),
	      by_variable_name);
	return 0;
}

/* The ELF symbols that can be global variables, sorted by name. */
struct symbol_index {
	const struct elf_symbol **symbols;
	size_t count;
};

static int by_symbol_name(const void *a, const void *b)
{
	const struct elf_symbol *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int index_symbols(const struct elf_file *file, struct symbol_index *index)
{
	index->count = 0;
	index->symbols = calloc(file->symbol_count + 1, sizeof(*index->symbols));
	if (!index->symbols)
		return -ENOMEM;
	for (size_t i = 0; i < file->symbol_count; i++) {
		const struct elf_symbol *symbol = &file->symbols[i];

		if (symbol->binding != STB_LOCAL && elf_symbol_in_section(symbol) &&
		    (symbol->type == STT_OBJECT || symbol->type == STT_NOTYPE))
			index->symbols[index->count++] = symbol;
	}
	qsort(index->symbols, index->count, sizeof(*index->symbols), by_symbol_name);
	return 0;
}

static const struct elf_symbol *find_symbol(const struct symbol_index *index, const char *name)
{
	struct elf_symbol wanted = {.name = name}, *key = &wanted, **found;

	found = bsearch(&key, index->symbols, index->count, sizeof(*index->symbols),
			by_symbol_name);
	return found ? *found : NULL;
}

static int by_variable_offset(const void *a, const void *b)
{
	const struct btf_var_secinfo *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Size and offsets of one data section. A static variable's offset is right already. */
static void complete_section(const struct btf *btf, struct btf_type *type,
			     const struct elf_section *section,
			     const struct symbol_index *index)
{
	struct btf_var_secinfo *variables = btf_var_secinfos(type);

	type->size = (__u32)section->size;
	for (__u32 i = 0; i < btf_vlen(type); i++) {
		const struct btf_type *variable = btf__type_by_id(btf, variables[i].type);
		const struct elf_symbol *symbol;

		if (!variable || !btf_is_var(variable) ||
		    btf_var(variable)->linkage == BTF_VAR_STATIC)
			continue;
		symbol = find_symbol(index, btf_name(btf, variable->name_off));
		if (symbol && symbol->section == section->index)
			variables[i].offset = (__u32)symbol->value;
	}
	qsort(variables, btf_vlen(type), sizeof(*variables), by_variable_offset);
}

/* Kernels take letters, digits, '_' and '.' in section names; "maps/events" is older than BTF. */
static void plain_section_name(const struct btf *btf, const struct btf_type *type)
{
	char *name = (char *)btf__name_by_offset(btf, type->name_off);

	for (; name && *name; name++)
		if (*name == '/')
			*name = '_';
}

/*
 * libbpf hands out const types because changing one may break its index; size and offset of a
 * section are in no index, and libbpf's own loader changes them in place too.
 */
static int complete_sections(struct btf_file *info, const struct elf_file *file)
{
	__u32 count = btf__type_cnt(info->btf);
	struct symbol_index index;

	if (index_symbols(file, &index))
		return -ENOMEM;
	for (__u32 id = 1; id < count; id++) {
		struct btf_type *type = (struct btf_type *)btf__type_by_id(info->btf, id);
		const struct elf_section *section;

		if (!btf_is_datasec(type))
			continue;
		section = elf_file_section(file, btf_name(info->btf, type->name_off));
		if (section)
			complete_section(info->btf, type, section, &index);
		plain_section_name(info->btf, type);
	}
	free(index.symbols);
	return 0;
}

/*
 * A hidden global function is one the verifier may check together with its callers; it must be
 * told by linkage static, or it checks the function for every possible argument.
 */
static void mark_hidden_functions(struct btf_file *info, const struct elf_file *file)
{
	for (size_t i = 0; i < file->symbol_count; i++) {
		const struct elf_symbol *symbol = &file->symbols[i];
		struct btf_type *type;
		int id;

		if (symbol->type != STT_FUNC || symbol->binding == STB_LOCAL ||
		    (symbol->visibility != STV_HIDDEN && symbol->visibility != STV_INTERNAL))
			continue;
		id = btf__find_by_name_kind(info->btf, symbol->name, BTF_KIND_FUNC);
		if (id <= 0)
			continue;
		type = (struct btf_type *)btf__type_by_id(info->btf, (__u32)id);
		type->info = (type->info & ~0xffffu) | BTF_FUNC_STATIC;
	}
}

/* libbpf would print what it dislikes; its printer is one for the process, so one at a time. */
static struct btf *parse_in_silence(const void *data, __u32 size)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	libbpf_print_fn_t printer;
	struct btf *btf;
	int saved;

	pthread_mutex_lock(&lock);
	printer = libbpf_set_print(NULL);
	btf = btf__new(data, size);
	saved = errno;
	libbpf_set_print(printer);
	pthread_mutex_unlock(&lock);
	errno = saved;
	return btf;
}

static int read_btf(struct btf_file *info, const struct elf_file *file, struct report *report)
{
	const struct elf_section *section = elf_file_section(file, BTF_ELF_SEC);
	int err;

	if (!section || !section->data) {
		info->why = "the object has no BTF (section .BTF); compile with -g";
		return 0;
	}
	info->btf = parse_in_silence(section->data, (__u32)section->size);
	if (!info->btf) {
		info->why = "section .BTF is damaged; compile again with -g";
		report_warning(report, BTF_ELF_SEC,
			       "section .BTF is damaged (%s): going on without",
			       strerror(errno));
		return 0;
	}
	err = index_variables(info);
	if (!err)
		err = complete_sections(info, file);
	if (!err)
		mark_hidden_functions(info, file);
	return err;
}

/* A piece of .BTF.ext that is still to be read. */
struct ext_cursor {
	const unsigned char *data;
	size_t left;
};

static bool take(struct ext_cursor *cursor, void *out, size_t size)
{
	if (cursor->left < size)
		return false;
	memcpy(out, cursor->data, size);
	cursor->data += size;
	cursor->left -= size;
	return true;
}

/* Sections come in file order, so the search starts where the last one ended. */
static const struct elf_section *section_after(const struct elf_file *file, const char *name,
					       size_t *hint)
{
	for (size_t n = 0; n < file->section_count; n++) {
		size_t i = (*hint + n) % file->section_count;

		if (strcmp(file->sections[i].name, name))
			continue;
		*hint = i + 1;
		return &file->sections[i];
	}
	return NULL;
}

enum ext_kind {
	EXT_FUNCS,
	EXT_LINES,
	EXT_RELOS,
};

static struct btf_records *records_of(struct btf_file *info, size_t section, enum ext_kind kind)
{
	struct btf_section_info *entry = &info->sections[section];

	switch (kind) {
	case EXT_FUNCS: return &entry->funcs;
	case EXT_LINES: return &entry->lines;
	default: return &entry->relos;
	}
}

/* One part of .BTF.ext: a record size, then for each section a head and its records. */
static bool read_part(struct btf_file *info, const struct elf_file *file,
		      struct ext_cursor part, enum ext_kind kind, __u32 *record_size)
{
	size_t hint = 0;

	if (!part.left)
		return true;
	if (!take(&part, record_size, sizeof(*record_size)) || *record_size < 8 ||
	    *record_size % 4)
		return false;
	while (part.left) {
		const struct elf_section *section;
		struct btf_records records = {.size = *record_size};
		__u32 name;

		if (!take(&part, &name, sizeof(name)) ||
		    !take(&part, &records.count, sizeof(records.count)) ||
		    part.left / *record_size < records.count)
			return false;
		records.data = part.data;
		part.data += (size_t)records.count * *record_size;
		part.left -= (size_t)records.count * *record_size;
		section = section_after(file, btf_name(info->btf, name), &hint);
		if (section)
			*records_of(info, section->index, kind) = records;
	}
	return true;
}

/* The part at [offset, offset + length) behind the head, or false where it leaves the section. */
static bool cut_part(struct ext_cursor body, __u32 offset, __u32 length,
		     struct ext_cursor *part)
{
	if (offset > body.left || length > body.left - offset)
		return false;
	part->data = body.data + offset;
	part->left = length;
	return true;
}

static bool read_ext_parts(struct btf_file *info, const struct elf_file *file,
			   const struct elf_section *section)
{
	struct ext_cursor body = {section->data, section->size}, part;
	struct btf_ext_head head = {0};
	const size_t first_version = offsetof(struct btf_ext_head, core_relo_off);

	if (section->size < first_version)
		return false;
	memcpy(&head, section->data, first_version);
	if (head.magic != BTF_EXT_MAGIC || head.hdr_len < first_version ||
	    head.hdr_len > section->size)
		return false;
	if (head.hdr_len >= sizeof(head))
		memcpy(&head, section->data, sizeof(head));
	body.data += head.hdr_len;
	body.left -= head.hdr_len;
	return cut_part(body, head.func_info_off, head.func_info_len, &part) &&
	       read_part(info, file, part, EXT_FUNCS, &info->func_size) &&
	       cut_part(body, head.line_info_off, head.line_info_len, &part) &&
	       read_part(info, file, part, EXT_LINES, &info->line_size) &&
	       cut_part(body, head.core_relo_off, head.core_relo_len, &part) &&
	       read_part(info, file, part, EXT_RELOS, &info->relo_size);
}

static int read_btf_ext(struct btf_file *info, const struct elf_file *file,
			struct report *report)
{
	const struct elf_section *section = elf_file_section(file, BTF_EXT_ELF_SEC);

	if (!info->btf || !section || !section->data)
		return 0;
	info->sections = calloc(file->section_count, sizeof(*info->sections));
	if (!info->sections)
		return -ENOMEM;
	if (read_ext_parts(info, file, section))
		return 0;
	report_warning(report, BTF_EXT_ELF_SEC,
		       "section .BTF.ext is damaged: going on without source lines");
	free(info->sections);
	info->sections = NULL;
	return 0;
}

__u32 btf_record_offset(const struct btf_records *records, __u32 index)
{
	__u32 offset;

	memcpy(&offset, records->data + (size_t)index * records->size, sizeof(offset));
	return offset;
}

/* The compiler writes them in order. */
__u32 btf_record_at(const struct btf_records *records, __u64 offset)
{
	__u32 low = 0, high = records->count;

	while (low < high) {
		__u32 middle = low + (high - low) / 2;

		if (btf_record_offset(records, middle) < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int btf_file_open(struct btf_file *info, struct elf_file *file, struct report *report)
{
	int err;

	memset(info, 0, sizeof(*info));
	info->fd = -1;
	err = read_btf(info, file, report);
	if (!err)
		err = read_btf_ext(info, file, report);
	if (err)
		return report_fail(report, ENOMEM, "section '.BTF': no memory to read it");
	return 0;
}

void btf_file_close(struct btf_file *info)
{
	if (info->fd > 0)
		close(info->fd);
	free(info->variables);
	free(info->sections);
	btf__free(info->btf);
	memset(info, 0, sizeof(*info));
	info->fd = -1;
}

/* ---- kernels that are older than the compiler ---- */

/* Any integer of 4 bytes, as the type of members that only hold a place. 0: there is none. */
static __u32 some_integer(const struct btf *btf)
{
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_int(type) && type->size == 4)
			return id;
	}
	return 0;
}

static void set_kind(struct btf_type *type, __u32 kind, __u32 vlen)
{
	type->info = kind << 24 | vlen;
}

/* ENUM64 takes as many bytes as a union with as many members. */
static void enum64_to_union(struct btf_type *type, __u32 integer)
{
	struct btf_member *members = btf_members(type);

	for (__u32 i = 0; i < btf_vlen(type); i++) {
		members[i].type = integer;
		members[i].offset = 0;
	}
	set_kind(type, BTF_KIND_UNION, btf_vlen(type));
}

/*
 * Kinds that came after Linux 5.2, by older ones of the same size in the table: FLOAT (5.13) by
 * an empty struct, DECL_TAG (5.16) by an int, TYPE_TAG (5.17) by const, ENUM64 (6.0) by a union.
 * As libbpf does it; names and sizes of what programs use stay. Returns true if any was found.
 */
static bool use_old_kinds(struct btf *btf)
{
	const __u32 integer = some_integer(btf);
	bool found = false;

	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		struct btf_type *type = (struct btf_type *)btf__type_by_id(btf, id);
		const __u32 kind = btf_kind(type);

		if (kind == BTF_KIND_FLOAT) {
			set_kind(type, BTF_KIND_STRUCT, 0);
		} else if (kind == BTF_KIND_DECL_TAG) {
			set_kind(type, BTF_KIND_INT, 0);
			type->size = 1;
			*(__u32 *)(type + 1) = 8; /* bits */
		} else if (kind == BTF_KIND_TYPE_TAG) {
			set_kind(type, BTF_KIND_CONST, 0);
			type->name_off = 0;
		} else if (kind == BTF_KIND_ENUM64 && integer) {
			enum64_to_union(type, integer);
		} else {
			continue;
		}
		found = true;
	}
	return found;
}

static int load_raw(const struct btf *btf)
{
	__u32 size;
	const void *data = btf__raw_data(btf, &size);
	int fd = data ? bpf_btf_load(data, size, NULL) : -1;

	return fd < 0 ? -errno : fd;
}

int btf_file_load(struct btf_file *info, struct report *report)
{
	int fd;

	if (info->load_tried || !info->btf)
		return info->fd;
	info->load_tried = true;
	fd = load_raw(info->btf);
	if (fd == -EINVAL && use_old_kinds(info->btf))
		fd = load_raw(info->btf);
	info->fd = fd < 0 ? -1 : fd;
	if (fd < 0)
		report_warning(
			report, BTF_ELF_SEC,
			"the kernel does not take the object's BTF (%s): maps and programs "
			"are loaded without type names and source lines",
			strerror(-fd));
	return info->fd;
}
