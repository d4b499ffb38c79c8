// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * myload: creates the maps that an object wants, and shows its programs as they would be loaded. It
 * is complete.
 *
 *     sudo ./myload OBJECT          or, without root:  ./pretend OBJECT
 *
 * prints a line for each map and one for each instruction, its bytes in hex.
 */
#include <stdlib.h>
#include <string.h>

#include "create.h"
#include "fail.h"
#include "relocate.h"

static void show(const struct program *program)
{
	const unsigned char *bytes = (const unsigned char *)program->insns;

	for (size_t i = 0; i < program->count; i++) {
		printf("%s %3zu ", program->section.name, i);
		for (size_t b = 0; b < sizeof(struct bpf_insn); b++)
			printf(" %02x", *bytes++);
		printf("\n");
	}
}

static int show_program(const struct object *object, const struct section *section,
			const struct maps *maps)
{
	struct program program;
	int err;

	if (program_copy(object, section, &program))
		return -1;
	err = program_relocate(object, maps, &program);
	if (!err)
		show(&program);
	program_free(&program);
	return err;
}

static int show_programs(const struct object *object, const struct maps *maps)
{
	struct section section;
	int found;

	for (size_t i = 1; (found = section_at(object, i, &section)) > 0; i++)
		if (section.header.sh_flags & SHF_EXECINSTR && section.size &&
		    show_program(object, &section, maps))
			return -1;
	return found;
}

static int run(const struct object *object)
{
	struct maps maps;
	int err;

	if (object_maps(object, &maps) || create_maps(&maps))
		return -1;
	for (size_t i = 0; i < maps.count; i++)
		printf("map '%s' fd %d\n", maps.map[i].name, maps.map[i].fd);
	err = show_programs(object, &maps);
	close_maps(&maps);
	return err;
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
	err = run(&object);
	object_close(&object);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
