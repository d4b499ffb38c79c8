/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * old_object: makes an object of today look as LLVM of 2015 wrote it. For after support.h.
 */
#ifndef TESTS_UNIT_OLD_OBJECT_H
#define TESTS_UNIT_OLD_OBJECT_H

#include "support.h"

#include <elf.h>

static inline Elf64_Shdr *section_header(unsigned char *bytes, size_t index)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes;

	return (Elf64_Shdr *)(bytes + header->e_shoff) + index;
}

/* LLVM before 9: no types, and no sizes but 0. */
static inline void forget_symbol(Elf64_Sym *symbol)
{
	unsigned char type = ELF64_ST_TYPE(symbol->st_info);

	if (type != STT_FUNC && type != STT_OBJECT)
		return;
	symbol->st_info = ELF64_ST_INFO(ELF64_ST_BIND(symbol->st_info), STT_NOTYPE);
	symbol->st_size = 0;
}

/* Rewrites the object at `path` as old LLVM would have written it. */
static inline void make_old(const char *path)
{
	size_t size;
	unsigned char *bytes = read_file(path, &size);
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes;

	header->e_machine = EM_NONE;
	for (size_t i = 0; i < header->e_shnum; i++) {
		const Elf64_Shdr *section = section_header(bytes, i);
		Elf64_Sym *symbols = (Elf64_Sym *)(bytes + section->sh_offset);

		for (size_t s = 0;
		     section->sh_type == SHT_SYMTAB && s < section->sh_size / sizeof(*symbols);
		     s++)
			forget_symbol(&symbols[s]);
	}
	write_file(path, bytes, size);
	free(bytes);
}

#endif
