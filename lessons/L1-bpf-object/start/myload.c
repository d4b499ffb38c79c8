// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * myload: shows what object.c finds in a BPF object. It is complete.
 *
 *     ./myload OBJECT
 *
 * prints a line for each section, for each symbol, and for each relocation of a section with
 * instructions. A part that cannot be read ends it, with a message and status 1.
 */
#include <stdlib.h>

#include "fail.h"
#include "object.h"

static int show_sections(const struct object *object)
{
	struct section section, named;
	int found;

	for (size_t i = 1; (found = section_at(object, i, &section)) > 0; i++) {
		printf("section %zu '%s' %zu bytes%s\n", section.index, section.name,
		       section.size, section.bytes ? "" : ", none in the file");
		if (section_named(object, section.name, &named) == FOUND)
			printf("  section_named(\"%s\") finds %zu\n", section.name,
			       named.index);
	}
	return found;
}

static int show_symbols(const struct object *object)
{
	struct symbol symbol;
	int found;

	for (size_t n = 0; (found = symbol_at(object, n, &symbol)) > 0; n++)
		printf("symbol %zu '%s' type %d section %zu value %zu\n", n, symbol.name,
		       symbol.type, symbol.section, symbol.value);
	return found;
}

static int show_relocations(const struct object *object, const struct section *section)
{
	struct relocation relocation;
	struct section table;
	int found = relocations_for(object, section, &table);

	for (size_t n = 0;
	     found > 0 && (found = relocation_at(object, &table, n, &relocation)) > 0; n++)
		printf("relocation in '%s' insn %zu type %u symbol '%s' section %zu\n",
		       section->name, relocation.insn, relocation.type, relocation.symbol.name,
		       relocation.symbol.section);
	return found;
}

/* Of sections with instructions: what debugging information refers to is of no use here. */
static int show_all_relocations(const struct object *object)
{
	struct section section;
	int found;

	for (size_t i = 1; (found = section_at(object, i, &section)) > 0; i++)
		if (section.header.sh_flags & SHF_EXECINSTR &&
		    show_relocations(object, &section))
			return -1;
	return found;
}

int main(int argc, char **argv)
{
	struct object object;
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: myload OBJECT\n");
		return 2;
	}
	if (object_open(&object, argv[1]))
		return EXIT_FAILURE;
	err = show_sections(&object) || show_symbols(&object) || show_all_relocations(&object);
	object_close(&object);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
