// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * myload: loads the maps and programs of an object, and lets go of them again. It is complete.
 *
 *     sudo ./myload OBJECT          or, without root:  ./pretend OBJECT
 */
#include <stdlib.h>
#include <unistd.h>

#include "create.h"
#include "fail.h"
#include "load.h"

static int load_section(const struct object *object, const struct section *section,
			const struct maps *maps)
{
	const char *license = object_license(object);
	struct program program;
	int fd = -1;

	if (!license || program_copy(object, section, &program))
		return -1;
	if (program_relocate(object, maps, &program) == 0)
		fd = load_program(&program, license);
	program_free(&program);
	if (fd < 0)
		return -1;
	printf("section '%s': the program is in the kernel\n", section->name);
	close(fd);
	return 0;
}

static int load_programs(const struct object *object, const struct maps *maps)
{
	struct section section;
	int found;

	for (size_t i = 1; (found = section_at(object, i, &section)) > 0; i++)
		if (section.header.sh_flags & SHF_EXECINSTR && section.size &&
		    load_section(object, &section, maps))
			return -1;
	return found;
}

static int run(const struct object *object)
{
	struct maps maps;
	int err;

	if (object_maps(object, &maps) || create_maps(&maps))
		return -1;
	err = load_programs(object, &maps);
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
