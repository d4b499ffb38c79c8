/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * dialect: which struct do these bytes in SEC("maps") follow?
 *
 * The kernel's struct bpf_map_def and iproute2's struct bpf_elf_map share sizes of 20, 24 and
 * 28 bytes and disagree about the words behind max_entries. The evidence, strongest first:
 *
 *   choice     the caller named a dialect
 *   BTF        the type of the variable: its members' names (compiled with -g)
 *   debug      the names of the struct and its members among the debug strings
 *   section    a section that only one project's headers leave
 *   size       no other dialect has a struct of that many bytes
 *   same       the words in question are zero: both readings give the same map
 *   meaning    one reading cannot be: a numa_node without BPF_F_NUMA_NODE, an inner_map_idx
 *              in a map that holds no maps, flags that the type does not have, a section N/M
 *              and a map whose id would be N
 *   sections   the object's programs are for the kernel's samples, or for tc
 *   age        iproute2's structs of 20 and 24 bytes lived for some months of 2015, when
 *              compilers did not yet give types to symbols
 *
 * Where that leaves two different readings, dialect_decide() fails and shows both. It never
 * guesses in silence: the rule that decided goes out as a DIALECT event.
 */
#ifndef BPF_LOAD_DIALECT_H
#define BPF_LOAD_DIALECT_H

#include "btf_file.h"
#include "elf_file.h"
#include "map_layout.h"
#include "report.h"

/* One definition in a maps section: input, and the layout as output. */
struct map_definition {
	const char *name;
	size_t offset, size;
	const unsigned char *raw;
	const struct map_layout *layout;
	const char *rule;		/* what decided the layout */
	unsigned int element, elements; /* of an array of definitions; 0 of 1 otherwise */
};

/* Layouts made from BTF; owned by whoever owns the maps. */
struct custom_layouts {
	struct map_layout **layouts;
	__u32 *type_ids;
	size_t count;
};

void custom_layouts_release(struct custom_layouts *custom);

/*
 * The layout that BTF gives for the struct `type_id`, made once and kept in `custom`, or NULL
 * where that type has no member we know (or without memory).
 */
const struct map_layout *custom_layout(struct custom_layouts *custom, const struct btf *btf,
				       __u32 type_id);

/*
 * The struct type of one definition by BTF: the type of variable `name`, or of its elements
 * where it is an array (*elements then says how many). 0 where BTF has no such struct.
 */
__u32 dialect_struct_type(const struct btf_file *btf, const char *name, unsigned int *elements);

/*
 * Sets .layout of all definitions of one section. Returns 0 or -errno (-EINVAL: the evidence
 * leaves two different readings; -EINVAL: a definition shorter than any struct).
 */
int dialect_decide(const struct elf_file *file, const struct elf_section *section,
		   enum bpf_loader_dialect wish, struct map_definition *definitions,
		   size_t count, struct report *report);

#endif
