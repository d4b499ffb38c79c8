/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_object_elf: an ELF object being put together, and its way into memory by libelf.
 *
 * Sections, symbols and relocations are appended; numbers of sections and symbols are final as
 * soon as they are given out, which is why local symbols come first. Without memory the program
 * ends.
 */
#ifndef BPFLOAD_CONVERT_OBJECT_ELF_H
#define BPFLOAD_CONVERT_OBJECT_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>

#include "convert_object.h"

struct new_section {
	const char *name;  /* lives as long as the object */
	Elf64_Shdr header; /* sh_name, sh_offset and sh_size are filled in at the end */
	const void *bytes; /* NULL: none in the file (.bss) */
	size_t size;
	Elf64_Rel *relocs;
	size_t reloc_count;
};

struct new_elf {
	struct new_section *sections; /* [0] is the null section */
	size_t section_count;
	Elf64_Sym *symbols; /* [0] is the null symbol */
	size_t symbol_count;
	char *strings;
	size_t string_size;
};

void new_elf_init(struct new_elf *elf);
void new_elf_release(struct new_elf *elf);

/* Returns the number of the section. `bytes` stay the caller's and must stay. */
size_t new_elf_section(struct new_elf *elf, const char *name, __u32 type, __u64 flags,
		       __u64 align, const void *bytes, size_t size);

/* Returns the number of the symbol. All local ones first. */
__u32 new_elf_symbol(struct new_elf *elf, const char *name, const Elf64_Sym *symbol);

void new_elf_reloc(struct new_elf *elf, size_t section, __u64 offset, __u32 type, __u32 symbol);

/* Adds tables of relocations, symbols and strings, and writes. False with errno or libelf's error
 * in a complaint that names `name`. */
bool new_elf_write(struct new_elf *elf, const char *name, struct image *image);

#endif
