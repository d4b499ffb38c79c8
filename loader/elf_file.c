// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * elf_file: reads an object into tables and checks every number on the way. See elf_file.h.
 *
 * libelf finds headers and section data and refuses what points outside the file. On top of
 * that stand the checks libelf leaves to its caller: machine, string tables, symbol ranges,
 * relocation ranges. Entries are copied out by memcpy because a damaged header can put a table
 * at an odd address.
 */
#include "elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef EM_BPF
#define EM_BPF 247
#endif

/* No BPF object comes near this; it keeps a wrong path (a disk image) from filling memory. */
#define OBJECT_SIZE_MAX (256u << 20)

static int read_all(int fd, unsigned char *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, bytes + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO; /* the file shrank under us */
		done += (size_t)n;
	}
	return 0;
}

/* Checks that `fd` is a file we can hold in memory, and gives its size. */
static int checked_size(int fd, size_t *size, struct report *report)
{
	struct stat st;

	if (fstat(fd, &st))
		return report_fail(report, errno, "cannot stat the file: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return report_fail(report, EISDIR,
				   "is a directory; give the path of an object file (.o)");
	if (!S_ISREG(st.st_mode))
		return report_fail(
			report, EINVAL,
			"is not a regular file; give the path of an object file (.o)");
	if (st.st_size == 0)
		return report_fail(report, ENOEXEC,
				   "the file is empty; did the compiler stop with an error?");
	if ((uint64_t)st.st_size > OBJECT_SIZE_MAX)
		return report_fail(report, EFBIG, "%lld bytes is no size for a BPF object",
				   (long long)st.st_size);
	*size = (size_t)st.st_size;
	return 0;
}

static int read_file(struct elf_file *file, int fd, struct report *report)
{
	int err = checked_size(fd, &file->size, report);

	if (err)
		return err;
	file->bytes = malloc(file->size);
	if (!file->bytes)
		return report_fail(report, ENOMEM, "no memory for %zu bytes", file->size);
	err = read_all(fd, file->bytes, file->size);
	if (err)
		return report_fail(report, -err, "cannot read: %s", strerror(-err));
	return 0;
}

static int check_ident(const unsigned char *ident, struct report *report)
{
	const unsigned char native =
		__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

	if (ident[EI_CLASS] != ELFCLASS64)
		return report_fail(report, ENOEXEC,
				   "ELF class %d: a BPF object has 64-bit ELF class (2)",
				   ident[EI_CLASS]);
	if (ident[EI_DATA] != native)
		return report_fail(
			report, ENOEXEC,
			"ELF header, EI_DATA %d: the object is for the other byte order "
			"(or damaged); compile with -target bpf on this machine, not "
			"-target bpfe%c",
			ident[EI_DATA], native == ELFDATA2LSB ? 'b' : 'l');
	return 0;
}

/* Everything of the file header that decides whether this is an object for us at all. */
static int check_header(struct elf_file *file, struct report *report)
{
	const char *ident = elf_getident(file->elf, NULL);
	Elf64_Ehdr *header;
	int err;

	if (elf_kind(file->elf) != ELF_K_ELF || !ident)
		return report_fail(
			report, ENOEXEC,
			"not an ELF file; compile the source with clang -target bpf -c");
	err = check_ident((const unsigned char *)ident, report);
	if (err)
		return err;
	header = elf64_getehdr(file->elf);
	if (!header)
		return report_fail(report, EINVAL, "ELF header is damaged: %s", elf_errmsg(-1));
	/* LLVM before 3.9 wrote machine 0: EM_BPF had no number yet. */
	if (header->e_machine != EM_BPF && header->e_machine != EM_NONE)
		return report_fail(
			report, ENOEXEC,
			"ELF header, e_machine %u: code for another processor; compile "
			"with clang -target bpf -c",
			header->e_machine);
	if (header->e_type != ET_REL)
		return report_fail(
			report, ENOEXEC,
			"ELF header, e_type %u: not a relocatable object (1); compile "
			"with -c and do not link with ld",
			header->e_type);
	file->machine = header->e_machine;
	return 0;
}

/* The string at `offset` of string table `index`, or NULL where there is none. */
static const char *string_at(const struct elf_file *file, size_t index, size_t offset)
{
	const struct elf_section *table;

	if (index >= file->section_count)
		return NULL;
	table = &file->sections[index];
	if (table->type != SHT_STRTAB || !table->data || offset >= table->size)
		return NULL;
	if (table->data[table->size - 1] != '\0')
		return NULL;
	return (const char *)table->data + offset;
}

/* A damaged header table may start at an odd address: copied, its entries are aligned. */
static bool read_section_header(Elf_Scn *scn, Elf64_Shdr *header)
{
	const void *raw = scn ? elf64_getshdr(scn) : NULL;

	if (raw)
		memcpy(header, raw, sizeof(*header));
	return raw != NULL;
}

static int read_section_data(struct elf_section *section, Elf_Scn *scn, uint64_t place,
			     struct report *report)
{
	Elf_Data *data;

	if (section->type == SHT_NOBITS || section->type == SHT_NULL || !section->size)
		return 0;
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf || data->d_size != section->size)
		return report_fail(
			report, EINVAL,
			"section %u: its %zu bytes at offset %llu are not all in the "
			"file; is it cut off?",
			section->index, section->size, (unsigned long long)place);
	section->data = data->d_buf;
	return 0;
}

static int read_section(struct elf_file *file, size_t index, struct report *report)
{
	struct elf_section *section = &file->sections[index];
	Elf_Scn *scn = elf_getscn(file->elf, index);
	Elf64_Shdr header;

	if (!read_section_header(scn, &header))
		return report_fail(report, EINVAL, "section %zu: header is damaged: %s", index,
				   elf_errmsg(-1));
	*section = (struct elf_section){
		.name_offset = header.sh_name,
		.size = header.sh_size,
		.flags = header.sh_flags,
		.align = header.sh_addralign,
		.index = (uint32_t)index,
		.type = header.sh_type,
		.link = header.sh_link,
		.info = header.sh_info,
	};
	if (section->size > OBJECT_SIZE_MAX)
		return report_fail(report, EINVAL,
				   "section %zu: sh_size %zu is larger than any object", index,
				   section->size);
	return read_section_data(section, scn, header.sh_offset, report);
}

static int name_sections(struct elf_file *file, struct report *report)
{
	size_t names;

	if (elf_getshdrstrndx(file->elf, &names))
		return report_fail(report, EINVAL, "ELF header, e_shstrndx: %s",
				   elf_errmsg(-1));
	for (size_t i = 0; i < file->section_count; i++) {
		struct elf_section *section = &file->sections[i];

		section->name = string_at(file, names, section->name_offset);
		if (!section->name)
			return report_fail(report, EINVAL,
					   "section %zu: its name (sh_name %u) is not in the "
					   "section name table (e_shstrndx %zu)",
					   i, section->name_offset, names);
	}
	return 0;
}

/* Notes for each section which section holds its relocations. */
static int link_relocs(struct elf_file *file, struct report *report)
{
	for (size_t i = 1; i < file->section_count; i++) {
		const struct elf_section *rel = &file->sections[i];

		if (rel->type != SHT_REL && rel->type != SHT_RELA)
			continue;
		if (rel->info == 0 || rel->info >= file->section_count)
			return report_fail(
				report, EINVAL,
				"section '%s': relocates section %u (sh_info), which "
				"does not exist",
				rel->name, rel->info);
		if (file->sections[rel->info].rel_index)
			return report_fail(
				report, EINVAL,
				"section '%s': a second table of relocations for '%s'; "
				"link the object again, or compile it in one piece",
				rel->name, file->sections[rel->info].name);
		file->sections[rel->info].rel_index = (uint32_t)i;
	}
	return 0;
}

static int read_sections(struct elf_file *file, struct report *report)
{
	int err = 0;

	if (elf_getshdrnum(file->elf, &file->section_count))
		return report_fail(report, EINVAL, "ELF header, e_shnum: %s", elf_errmsg(-1));
	if (file->section_count < 2)
		return report_fail(report, EINVAL,
				   "ELF header: there are no sections (e_shoff, e_shnum)");
	file->sections = calloc(file->section_count, sizeof(*file->sections));
	if (!file->sections)
		return report_fail(report, ENOMEM, "no memory for %zu sections",
				   file->section_count);
	for (size_t i = 0; i < file->section_count && !err; i++)
		err = read_section(file, i, report);
	if (!err)
		err = name_sections(file, report);
	return err ? err : link_relocs(file, report);
}

/* Checks that a symbol lies in an existing section, and not past its end. */
static int check_symbol(const struct elf_file *file, size_t index, struct report *report)
{
	const struct elf_symbol *symbol = &file->symbols[index];
	const struct elf_section *section;

	if (!symbol->name)
		return report_fail(report, EINVAL,
				   "symbol %zu: its name is not in the string table", index);
	if (!elf_symbol_in_section(symbol))
		return 0;
	if (symbol->section >= file->section_count)
		return report_fail(report, EINVAL,
				   "symbol %zu '%s': section %u (st_shndx) does not exist",
				   index, symbol->name, symbol->section);
	section = &file->sections[symbol->section];
	if (symbol->value > section->size || symbol->size > section->size - symbol->value)
		return report_fail(
			report, EINVAL,
			"symbol %zu '%s': offset %llu, size %llu lie past the end of "
			"section '%s' (%zu bytes)",
			index, symbol->name, (unsigned long long)symbol->value,
			(unsigned long long)symbol->size, section->name, section->size);
	return 0;
}

static void read_symbol(struct elf_file *file, const struct elf_section *table, size_t index)
{
	Elf64_Sym raw;

	memcpy(&raw, table->data + index * sizeof(raw), sizeof(raw));
	file->symbols[index] = (struct elf_symbol){
		.name = string_at(file, table->link, raw.st_name),
		.value = raw.st_value,
		.size = raw.st_size,
		.section = raw.st_shndx,
		.type = ELF64_ST_TYPE(raw.st_info),
		.binding = ELF64_ST_BIND(raw.st_info),
		.visibility = ELF64_ST_VISIBILITY(raw.st_other),
	};
}

static const struct elf_section *symbol_table(const struct elf_file *file)
{
	for (size_t i = 1; i < file->section_count; i++)
		if (file->sections[i].type == SHT_SYMTAB)
			return &file->sections[i];
	return NULL;
}

/* A stripped object has no table: that is an error only for who needs a symbol. */
static int read_symbols(struct elf_file *file, struct report *report)
{
	const struct elf_section *table = symbol_table(file);
	int err = 0;

	if (!table || !table->data)
		return 0;
	if (table->size % sizeof(Elf64_Sym))
		return report_fail(report, EINVAL,
				   "section '%s': %zu bytes are no whole number of symbols",
				   table->name, table->size);
	file->symbol_count = table->size / sizeof(Elf64_Sym);
	file->symbols = calloc(file->symbol_count, sizeof(*file->symbols));
	if (!file->symbols)
		return report_fail(report, ENOMEM, "no memory for %zu symbols",
				   file->symbol_count);
	for (size_t i = 0; i < file->symbol_count && !err; i++) {
		read_symbol(file, table, i);
		err = check_symbol(file, i, report);
	}
	return err;
}

/* file->bytes and file->size are set: builds the tables, or cleans up and fails. */
static int open_bytes(struct elf_file *file, struct report *report)
{
	int err;

	if (elf_version(EV_CURRENT) == EV_NONE)
		err = report_fail(report, ENOSYS, "libelf is too old: %s", elf_errmsg(-1));
	else if (!(file->elf = elf_memory((char *)file->bytes, file->size)))
		err = report_fail(report, ENOEXEC, "not an ELF file: %s", elf_errmsg(-1));
	else
		err = check_header(file, report);
	if (!err)
		err = read_sections(file, report);
	if (!err)
		err = read_symbols(file, report);
	return err;
}

int elf_file_open(struct elf_file *file, const char *path, struct report *report)
{
	int fd, err;

	memset(file, 0, sizeof(*file));
	/* O_NONBLOCK: a fifo must be refused, not waited for. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return report_fail(report, errno, "cannot open: %s", strerror(errno));
	err = read_file(file, fd, report);
	close(fd);
	if (!err)
		err = open_bytes(file, report);
	if (err)
		elf_file_close(file);
	return err;
}

int elf_file_open_memory(struct elf_file *file, const void *bytes, size_t size,
			 struct report *report)
{
	int err;

	memset(file, 0, sizeof(*file));
	if (!size || size > OBJECT_SIZE_MAX)
		return report_fail(report, EINVAL, "%zu bytes is no size for a BPF object",
				   size);
	file->bytes = malloc(size);
	if (!file->bytes)
		return report_fail(report, ENOMEM, "no memory for %zu bytes", size);
	memcpy(file->bytes, bytes, size);
	file->size = size;
	err = open_bytes(file, report);
	if (err)
		elf_file_close(file);
	return err;
}

void elf_file_close(struct elf_file *file)
{
	for (size_t i = 0; file->sections && i < file->section_count; i++)
		free(file->sections[i].relocs);
	free(file->sections);
	free(file->symbols);
	elf_end(file->elf);
	free(file->bytes);
	memset(file, 0, sizeof(*file));
}

struct elf_section *elf_file_section(const struct elf_file *file, const char *name)
{
	for (size_t i = 1; i < file->section_count; i++)
		if (!strcmp(file->sections[i].name, name))
			return &file->sections[i];
	return NULL;
}

static void decode_reloc(const struct elf_section *rel, size_t size, size_t index,
			 struct elf_reloc *reloc)
{
	Elf64_Rela raw;

	raw.r_addend = 0; /* SHT_REL has none */
	memcpy(&raw, rel->data + index * size, size);
	reloc->offset = raw.r_offset;
	reloc->addend = raw.r_addend;
	reloc->type = ELF64_R_TYPE(raw.r_info);
	reloc->symbol = ELF64_R_SYM(raw.r_info);
}

static int check_reloc(const struct elf_file *file, const struct elf_section *section,
		       size_t index, const struct elf_reloc *reloc, struct report *report)
{
	if (reloc->offset >= section->size)
		return report_fail(report, EINVAL,
				   "section '%s': relocation %zu is at offset %llu, past the "
				   "section's %zu bytes",
				   section->name, index, (unsigned long long)reloc->offset,
				   section->size);
	if (reloc->symbol >= file->symbol_count)
		return report_fail(
			report, EINVAL,
			"section '%s': relocation %zu names symbol %u, but there are "
			"only %zu symbols",
			section->name, index, reloc->symbol, file->symbol_count);
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct elf_reloc *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Compilers write them in order; sorting then would be wasted time. */
static void sort_relocs(struct elf_section *section)
{
	for (size_t i = 1; i < section->reloc_count; i++) {
		if (section->relocs[i - 1].offset <= section->relocs[i].offset)
			continue;
		qsort(section->relocs, section->reloc_count, sizeof(*section->relocs),
		      by_offset);
		return;
	}
}

int elf_section_relocs(struct elf_file *file, struct elf_section *section,
		       struct report *report)
{
	const struct elf_section *rel = &file->sections[section->rel_index];
	size_t size = rel->type == SHT_RELA ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel);
	size_t count = rel->size / size;

	if (!section->rel_index || section->relocs || !rel->data)
		return 0;
	if (rel->size % size)
		return report_fail(report, EINVAL,
				   "section '%s': %zu bytes are no whole number of relocations",
				   rel->name, rel->size);
	section->relocs = reallocarray(NULL, count, sizeof(*section->relocs));
	if (!section->relocs)
		return report_fail(report, ENOMEM, "no memory for %zu relocations", count);
	for (size_t i = 0; i < count; i++) {
		int err;

		decode_reloc(rel, size, i, &section->relocs[i]);
		err = check_reloc(file, section, i, &section->relocs[i], report);
		if (err)
			return err;
	}
	section->reloc_count = count;
	sort_relocs(section);
	return 0;
}

void elf_section_drop_relocs(struct elf_section *section)
{
	free(section->relocs);
	section->relocs = NULL;
	section->reloc_count = 0;
}

const struct elf_reloc *elf_section_relocs_in(const struct elf_section *section, uint64_t from,
					      uint64_t to, size_t *count)
{
	size_t low = 0, high = section->reloc_count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (section->relocs[middle].offset < from)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < section->reloc_count && section->relocs[end].offset < to; end++)
		;
	*count = end - low;
	return section->relocs ? section->relocs + low : NULL;
}
