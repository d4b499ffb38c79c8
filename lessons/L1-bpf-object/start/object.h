/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * object: what is in a BPF object: sections, symbols, relocations.
 *
 * The functions that return FOUND return one of three things:
 *
 *      1   it is there, and is in what the last argument points to
 *      0   there is none, or no more
 *     -1   it cannot be read, and a message has said why
 *
 * so that this goes through all of them, and `found` tells at the end whether it came to one:
 *
 *     for (size_t n = 0; (found = symbol_at(object, n, &symbol)) > 0; n++)
 */
#ifndef OBJECT_H
#define OBJECT_H

#include <endian.h>
#include <gelf.h>
#include <stddef.h>

/* The byte order of this machine, as an ELF header names it. */
#define OWN_BYTE_ORDER (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB)

enum { NONE = 0, FOUND = 1 };

struct object {
	const char *path;
	int fd;
	Elf *elf;
};

struct section {
	size_t index; /* sections have numbers, from 1 */
	const char *name;
	GElf_Shdr header; /* the rest that ELF says of it: sh_type, sh_link, sh_info … */
	const unsigned char *bytes; /* what is in it; NULL if nothing is in the file */
	size_t size;
};

struct symbol {
	const char *name;
	size_t section;	    /* the number of the section it is in; 0 if in none */
	size_t value;	    /* where in the section: bytes from its beginning */
	unsigned char type; /* STT_OBJECT for a variable, STT_FUNC, STT_SECTION … */
};

struct relocation {
	size_t insn; /* which instruction of the section is to be changed, from 0 */
	unsigned int
		type; /* R_BPF_64_64 for the address of a variable, R_BPF_64_32 for a call */
	struct symbol symbol; /* what it refers to */
};

/* 0, or -1 after a message. What was opened must be closed. */
int object_open(struct object *object, const char *path);
void object_close(struct object *object);

/* FOUND. Names and bytes stay where they are until the object is closed. */
int section_at(const struct object *object, size_t index, struct section *section);
int section_named(const struct object *object, const char *name, struct section *section);
int symbol_at(const struct object *object, size_t n, struct symbol *symbol);

/* FOUND. `table` is the section of the relocations that are for `section`. */
int relocations_for(const struct object *object, const struct section *section,
		    struct section *table);
int relocation_at(const struct object *object, const struct section *table, size_t n,
		  struct relocation *relocation);

#endif
