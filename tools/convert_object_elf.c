// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_elf: writes ELF objects. See convert_object_elf.h.
 */
#include "convert_object_elf.h"

#include <errno.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

#ifndef EM_BPF
#define EM_BPF 247
#endif

static __u32 add_string(struct new_elf *elf, const char *text)
{
	const size_t length = strlen(text) + 1, at = elf->string_size;

	if (!text[0])
		return 0;
	elf->strings = must(realloc(elf->strings, at + length));
	memcpy(elf->strings + at, text, length);
	elf->string_size += length;
	return (__u32)at;
}

void new_elf_init(struct new_elf *elf)
{
	*elf = (struct new_elf){.section_count = 1, .symbol_count = 1, .string_size = 1};
	elf->sections = must(calloc(1, sizeof(*elf->sections)));
	elf->symbols = must(calloc(1, sizeof(*elf->symbols)));
	elf->strings = must(calloc(1, 1));
}

void new_elf_release(struct new_elf *elf)
{
	for (size_t i = 0; i < elf->section_count; i++)
		free(elf->sections[i].relocs);
	free(elf->sections);
	free(elf->symbols);
	free(elf->strings);
}

size_t new_elf_section(struct new_elf *elf, const char *name, __u32 type, __u64 flags,
		       __u64 align, const void *bytes, size_t size)
{
	elf->sections = must(
		reallocarray(elf->sections, elf->section_count + 1, sizeof(*elf->sections)));
	elf->sections[elf->section_count] = (struct new_section){
		.name = name,
		.header = {.sh_type = type, .sh_flags = flags, .sh_addralign = align},
		.bytes = bytes,
		.size = size};
	return elf->section_count++;
}

__u32 new_elf_symbol(struct new_elf *elf, const char *name, const Elf64_Sym *symbol)
{
	elf->symbols =
		must(reallocarray(elf->symbols, elf->symbol_count + 1, sizeof(*elf->symbols)));
	elf->symbols[elf->symbol_count] = *symbol;
	elf->symbols[elf->symbol_count].st_name = add_string(elf, name);
	return (__u32)elf->symbol_count++;
}

void new_elf_reloc(struct new_elf *elf, size_t section, __u64 offset, __u32 type, __u32 symbol)
{
	struct new_section *to = &elf->sections[section];

	to->relocs = must(reallocarray(to->relocs, to->reloc_count + 1, sizeof(*to->relocs)));
	to->relocs[to->reloc_count++] = (Elf64_Rel){
		.r_offset = offset, .r_info = ELF64_R_INFO((Elf64_Xword)symbol, type)};
}

/* ---- the tables at the end ---- */

static __u32 first_global(const struct new_elf *elf)
{
	__u32 i = 0;

	while (i < elf->symbol_count && ELF64_ST_BIND(elf->symbols[i].st_info) == STB_LOCAL)
		i++;
	return i;
}

/* Where the symbol table will be: behind the tables of relocations. */
static size_t symbol_table_number(const struct new_elf *elf)
{
	size_t number = elf->section_count;

	for (size_t i = 0; i < elf->section_count; i++)
		number += elf->sections[i].reloc_count != 0;
	return number;
}

static int by_place(const void *a, const void *b)
{
	const Elf64_Rel *x = a, *y = b;

	return (x->r_offset > y->r_offset) - (x->r_offset < y->r_offset);
}

/* `names` keeps the strings ".rel…", to be freed after the write. */
static void add_tables(struct new_elf *elf, char **names)
{
	const size_t symbols = symbol_table_number(elf), count = elf->section_count;
	Elf64_Shdr *header;
	size_t number;

	for (size_t i = 1; i < count; i++) {
		const struct new_section *section = &elf->sections[i];

		if (!section->reloc_count)
			continue;
		qsort(section->relocs, section->reloc_count, sizeof(Elf64_Rel), by_place);
		names[i] = text_of(".rel%s", section->name);
		number = new_elf_section(elf, names[i], SHT_REL, SHF_INFO_LINK, 8,
					 section->relocs,
					 section->reloc_count * sizeof(Elf64_Rel));
		header = &elf->sections[number].header;
		header->sh_entsize = sizeof(Elf64_Rel);
		header->sh_link = (Elf64_Word)symbols;
		header->sh_info = (Elf64_Word)i;
	}
	number = new_elf_section(elf, ".symtab", SHT_SYMTAB, 0, 8, elf->symbols,
				 elf->symbol_count * sizeof(*elf->symbols));
	header = &elf->sections[number].header;
	header->sh_entsize = sizeof(*elf->symbols);
	header->sh_link = (Elf64_Word)number + 1;
	header->sh_info = first_global(elf);
	number = new_elf_section(elf, ".strtab", SHT_STRTAB, 0, 1, NULL, 0);
	for (size_t i = 1; i < elf->section_count; i++)
		elf->sections[i].header.sh_name = add_string(elf, elf->sections[i].name);
	elf->sections[number].bytes = elf->strings;
	elf->sections[number].size = elf->string_size;
}

/* ---- libelf ---- */

static bool write_section(Elf *out, const struct new_section *section)
{
	Elf_Scn *scn = elf_newscn(out);
	Elf64_Shdr *header = scn ? elf64_getshdr(scn) : NULL;
	Elf_Data *data = header ? elf_newdata(scn) : NULL;

	if (!data)
		return false;
	*header = section->header;
	data->d_buf = (void *)section->bytes;
	data->d_size = section->size;
	data->d_align = section->header.sh_addralign;
	data->d_type = ELF_T_BYTE;
	data->d_version = EV_CURRENT;
	return true;
}

static bool write_all(const struct new_elf *elf, Elf *out)
{
	Elf64_Ehdr *header = elf64_newehdr(out);

	if (!header)
		return false;
	header->e_ident[EI_DATA] =
		__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
	header->e_type = ET_REL;
	header->e_machine = EM_BPF;
	header->e_version = EV_CURRENT;
	header->e_shstrndx = (Elf64_Half)(elf->section_count - 1);
	for (size_t i = 1; i < elf->section_count; i++)
		if (!write_section(out, &elf->sections[i]))
			return false;
	return elf_update(out, ELF_C_WRITE) >= 0;
}

static bool read_image(int fd, struct image *image)
{
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st))
		return false;
	image->size = (size_t)st.st_size;
	image->bytes = must(malloc(image->size + 1));
	got = pread(fd, image->bytes, image->size, 0);
	return got == st.st_size;
}

bool new_elf_write(struct new_elf *elf, const char *name, struct image *image)
{
	char **names = must(calloc(elf->section_count, sizeof(*names)));
	const size_t count = elf->section_count;
	int fd = memfd_create("object", MFD_CLOEXEC);
	Elf *out = NULL;
	bool good = false;

	add_tables(elf, names);
	if (fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
		complain("%s: no memory for the new object: %s", name, strerror(errno));
	else if (!(out = elf_begin(fd, ELF_C_WRITE, NULL)) || !write_all(elf, out))
		complain("%s: libelf does not write the new object: %s", name, elf_errmsg(-1));
	else if (!(good = read_image(fd, image)))
		complain("%s: the new object cannot be read back: %s", name, strerror(errno));
	elf_end(out);
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return good;
}
