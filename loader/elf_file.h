/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * elf_file: a BPF object file, read whole and checked once.
 *
 * After elf_file_open() succeeds, every number in these tables can be trusted: section data
 * lies inside the file, names end in NUL, a symbol's section exists and holds the symbol, and
 * the relocations of a section lie inside it and name symbols that exist. No other chapter
 * looks at raw ELF structures or repeats these checks.
 *
 *  - Pointers into the tables live until elf_file_close().
 *  - The file is read into memory, not mapped: an object that is rewritten while it is being
 *    loaded (make in another window) then cannot pull the ground from under us.
 *  - Objects of old LLVM are welcome: e_machine 0, symbols without type or size.
 */
#ifndef BPF_LOAD_ELF_FILE_H
#define BPF_LOAD_ELF_FILE_H

#include <elf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report.h"

/* Relocation types of EM_BPF; <elf.h> knows only the first two. */
enum {
	RELOC_BPF_64_64 = 1,	/* 64-bit immediate of ld_imm64 (in data: old LLVM's pointer) */
	RELOC_BPF_64_ABS64 = 2, /* 64-bit pointer in data */
	RELOC_BPF_64_ABS32 = 3, /* 32-bit value in data */
	RELOC_BPF_64_NODYLD32 = 4, /* 32-bit value in .BTF, .BTF.ext */
	RELOC_BPF_64_32 = 10,	   /* call instruction */
};

struct elf_reloc {
	uint64_t offset; /* in the section it applies to */
	int64_t addend;	 /* RELA only; REL keeps it in the section's bytes */
	uint32_t type;
	uint32_t symbol; /* index into elf_file.symbols */
};

struct elf_section {
	const char *name;
	const unsigned char *data; /* NULL for NOBITS (.bss) and for empty sections */
	size_t size;
	uint64_t flags, align;
	uint32_t index, type, link, info;
	uint32_t name_offset;	  /* in the table of section names */
	uint32_t rel_index;	  /* section that holds relocations for this one; 0: none */
	struct elf_reloc *relocs; /* sorted by offset; read by elf_section_relocs() */
	size_t reloc_count;
};

struct elf_symbol {
	const char *name; /* "" where there is none */
	uint64_t value, size;
	uint32_t section; /* index, or SHN_UNDEF, SHN_ABS, SHN_COMMON */
	unsigned char type, binding, visibility;
};

struct elf_file {
	unsigned char *bytes; /* the whole file */
	unsigned int machine; /* EM_BPF, or EM_NONE from old LLVM */
	size_t size;
	Elf *elf;
	struct elf_section *sections; /* [0] is the null section */
	size_t section_count;
	struct elf_symbol *symbols; /* [0] is the null symbol */
	size_t symbol_count;
};

/*
 * Opens the object at `path`. Returns 0, or -errno with the error in `report`:
 * -ENOEXEC where the file is no ELF object for BPF on this machine, -EINVAL where it is
 * damaged. On failure nothing needs closing.
 */
int elf_file_open(struct elf_file *file, const char *path, struct report *report);

/* The same from memory; the bytes are copied. */
int elf_file_open_memory(struct elf_file *file, const void *bytes, size_t size,
			 struct report *report);

void elf_file_close(struct elf_file *file);

/* First section of that name, or NULL. */
struct elf_section *elf_file_section(const struct elf_file *file, const char *name);

/*
 * Reads the relocations that apply to `section` into section->relocs, once.
 * Sections that nobody asks about (.eh_frame, .debug_*) keep theirs unread.
 */
int elf_section_relocs(struct elf_file *file, struct elf_section *section,
		       struct report *report);

/* Forgets what elf_section_relocs() decoded; it can be called again. */
void elf_section_drop_relocs(struct elf_section *section);

/* The relocations of `section` with offset in [from, to): pointer to the first, count by pointer. */
const struct elf_reloc *elf_section_relocs_in(const struct elf_section *section, uint64_t from,
					      uint64_t to, size_t *count);

static inline bool elf_section_is_program(const struct elf_section *section)
{
	return section->type == SHT_PROGBITS && (section->flags & SHF_EXECINSTR);
}

/* True when `symbol` lies in a section of this file (not undefined, absolute or common). */
static inline bool elf_symbol_in_section(const struct elf_symbol *symbol)
{
	return symbol->section != SHN_UNDEF && symbol->section < SHN_LORESERVE;
}

#endif
