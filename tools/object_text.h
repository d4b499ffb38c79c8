/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * object_text: names and code of an object in the words that two objects have in common.
 */
#ifndef BPFLOAD_OBJECT_TEXT_H
#define BPFLOAD_OBJECT_TEXT_H

#include "object.h"

/* The map's name; of a map for variables the section's: its own one begins with the file's. */
const char *object_map_name(const struct bpf_loader_map *map);

/*
 * A program after relocation, one instruction to a line behind a line for each function;
 * functions by name, maps by name. To be freed.
 */
char *object_program_text(const struct object *object,
			  const struct bpf_loader_program *program);

/* The first lines in which two texts differ, "end" for the text that has ended. To be freed. */
void first_difference(const char *a, const char *b, char **line_a, char **line_b);

#endif
