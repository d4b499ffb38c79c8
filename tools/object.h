/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * object: an object opened for a look, with what the handle keeps to itself.
 *
 * The handle describes maps and programs as they will be created. For a look at the object
 * itself one also wants its bytes: code as the compiler left it, names of types, the version.
 * They are the handle's own tables; nothing is read a second time.
 */
#ifndef BPFLOAD_OBJECT_H
#define BPFLOAD_OBJECT_H

#include "loader/handle.h"

struct object {
	const char *path;
	struct bpf_loader *loader;
	/* inside the loader, once it is open */
	const struct elf_file *file;
	const struct btf_file *btf;
	const struct function_list *functions;
};

/*
 * Opens the object, relocates it, creates nothing. Returns false with a complaint on stderr
 * where it cannot be read. Release in any case.
 */
bool object_open(struct object *object, const char *path, const struct bpf_loader_opts *opts);

/* The same of bytes in memory, which are copied; `name` stands for its path. */
bool object_open_memory(struct object *object, const void *bytes, size_t size, const char *name,
			const struct bpf_loader_opts *opts);

void object_release(struct object *object);

/* The number in section 'version'. False where there is none. */
bool object_version(const struct object *object, __u32 *version);

/* `count` instructions from `insn` of a program on, as they stand in the file. */
void object_insns(const struct object *object, const struct bpf_loader_program *program,
		  __u32 insn, struct bpf_insn *insns, size_t count);

/* The section that part `part` of the program comes from. */
const char *object_part_section(const struct object *object,
				const struct bpf_loader_program *program, size_t part);

/* A line of the source, as the compiler recorded it for an instruction. */
struct source_line {
	const char *file, *text; /* "" where they are not recorded */
	__u32 line, column;
};

/* True where a record of the object's .BTF.ext starts at instruction `insn` of the program. */
bool object_source_line(const struct object *object, const struct bpf_loader_program *program,
			__u32 insn, struct source_line *line);

/* Writes "struct pair", "__u32[4]", … for a type id of the object's BTF, "" for id 0. */
void object_type_text(const struct object *object, __u32 type_id, char *text, size_t room);

/*
 * Why load would refuse the program, as far as the object tells; "" if nothing speaks against
 * it. What the verifier thinks is another matter.
 */
void object_refusal(const struct object *object, const struct bpf_loader_program *program,
		    char *text, size_t room);

/* The PROG_ARRAY that a program's section name puts it into, NULL where there is none. */
const struct bpf_loader_map *object_slot_map(const struct bpf_loader *loader,
					     const struct bpf_loader_program *program);

/* True where an instruction of the program takes the map's address or one in its value. */
bool object_program_uses(const struct object *object, const struct bpf_loader_program *program,
			 const struct bpf_loader_map *map);

/* Name of the function that starts at instruction `start` of the program, "?" if none does. */
const char *object_part_at(const struct bpf_loader *loader,
			   const struct bpf_loader_program *program, __u32 start);

#endif
