/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * btf_file: the type information of an object (.BTF) and what ties it to code (.BTF.ext).
 *
 * clang leaves .BTF unfinished: the size of every data section is 0 and global variables have
 * no offset. The kernel refuses it like that (so iproute2's own loader never got its BTF in).
 * btf_file_open() fills both in from the ELF file, which is why a legacy map can have named
 * keys and values, and a bpf_spin_lock, again.
 *
 * BTF is a help, not a condition: where .BTF is absent or damaged, `btf` is NULL and `why` says
 * so; only SEC(".maps"), which is nothing but BTF, cannot do without.
 */
#ifndef BPF_LOAD_BTF_FILE_H
#define BPF_LOAD_BTF_FILE_H

#include <bpf/btf.h>
#include <linux/types.h>

#include "elf_file.h"
#include "report.h"

/* Records of one kind (func_info or line_info) for one section. */
struct btf_records {
	const unsigned char *data; /* count * size bytes; first __u32 of each: byte offset */
	__u32 count, size;
};

/* What .BTF.ext says about one section. */
struct btf_section_info {
	struct btf_records funcs, lines, relos;
};

struct btf_variable {
	const char *name;
	__u32 id;   /* of the VAR */
	__u32 type; /* of what it holds */
};

struct btf_file {
	struct btf *btf;		/* NULL: none */
	const char *why;		/* then: why */
	struct btf_variable *variables; /* sorted by name */
	size_t variable_count;
	struct btf_section_info *sections; /* by section index; NULL without .BTF.ext */
	__u32 func_size, line_size, relo_size;
	int fd;		 /* of the BTF in the kernel, -1 */
	bool load_tried; /* do not ask the kernel twice */
};

/*
 * Reads .BTF and .BTF.ext of `file`. Returns 0, also when there is none or it is damaged (a
 * warning goes out then), or -ENOMEM.
 */
int btf_file_open(struct btf_file *info, struct elf_file *file, struct report *report);

void btf_file_close(struct btf_file *info);

/*
 * Gives the BTF to the kernel, the first time it is called. Returns its fd, owned by `info`,
 * or -1: kernels before 4.18, no privilege, or BTF that this kernel does not understand. A
 * warning tells, the load goes on.
 */
int btf_file_load(struct btf_file *info, struct report *report);

/* The variable of that name, or NULL. */
const struct btf_variable *btf_file_variable(const struct btf_file *info, const char *name);

/* The byte offset that record `index` is about. */
__u32 btf_record_offset(const struct btf_records *records, __u32 index);

/* First record at or behind byte `offset` of the section; the count where there is none. */
__u32 btf_record_at(const struct btf_records *records, __u64 offset);

/* `id` without typedef, const, volatile, restrict and type tags; 0 for an id that is none. */
__u32 btf_skip_modifiers(const struct btf *btf, __u32 id);

/* The type `id` leads to after btf_skip_modifiers(), never NULL (void at worst). */
const struct btf_type *btf_plain_type(const struct btf *btf, __u32 id);

/* The name at `offset`, "" where there is none. */
const char *btf_name(const struct btf *btf, __u32 offset);

#endif
