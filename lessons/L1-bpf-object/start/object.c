// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * object: what is in a BPF object: sections, symbols, relocations. See object.h.
 *
 * A file may be broken, or made to do harm. libelf sees to it that the bytes of a section lie
 * inside of the file; whatever the bytes themselves say is compared here before it is used.
 */
#include "object.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"

/*
 * Assignment 1: why this is not an object that we can load: a few words for the user. NULL if
 * it is one. Look at e_ident[EI_CLASS], e_ident[EI_DATA], e_machine and e_type; and a file that was
 * cut off has no section 1.
 */
static const char *objection(const struct object *object, const GElf_Ehdr *header)
{
	(void)object;
	(void)header;
	return NULL;
}

/* 0, or -1 after a message. */
static int check(const struct object *object)
{
	GElf_Ehdr header;
	const char *why;

	if (!object->elf || !gelf_getehdr(object->elf, &header))
		return fail("%s: this is no ELF file", object->path);
	why = objection(object, &header);
	return why ? fail("%s: this is no BPF object: %s", object->path, why) : 0;
}

int object_open(struct object *object, const char *path)
{
	elf_version(EV_CURRENT);
	object->path = path;
	object->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (object->fd < 0)
		return fail("%s: %m", path);
	object->elf = elf_begin(object->fd, ELF_C_READ, NULL);
	if (check(object) == 0)
		return 0;
	object_close(object);
	return -1;
}

void object_close(struct object *object)
{
	elf_end(object->elf);
	close(object->fd);
}

/*
 * Assignment 2: section number `index`. elf_getscn(), gelf_getshdr(), elf_getdata() know all that
 * goes into *section, and elf_strptr() the name.
 */
int section_at(const struct object *object, size_t index, struct section *section)
{
	(void)object;
	(void)index;
	(void)section;
	return NONE;
}

/* Assignment 2: the section of that name. Go through all. */
int section_named(const struct object *object, const char *name, struct section *section)
{
	(void)object;
	(void)name;
	(void)section;
	return NONE;
}

/*
 * Assignment 3: symbol number `n`. The table of symbols is the section of type SHT_SYMTAB, an
 * array of Elf64_Sym; sh_link is the number of the section that the names are in.
 */
int symbol_at(const struct object *object, size_t n, struct symbol *symbol)
{
	(void)object;
	(void)n;
	(void)symbol;
	return NONE;
}

/* Assignment 4: the section of type SHT_REL whose sh_info is the number of `section`. */
int relocations_for(const struct object *object, const struct section *section,
		    struct section *table)
{
	(void)object;
	(void)section;
	(void)table;
	return NONE;
}

/* Assignment 4: entry `n` of such a section, which is an array of Elf64_Rel. */
int relocation_at(const struct object *object, const struct section *table, size_t n,
		  struct relocation *relocation)
{
	(void)object;
	(void)table;
	(void)n;
	(void)relocation;
	return NONE;
}
