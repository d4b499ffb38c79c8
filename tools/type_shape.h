/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * type_shape: types of BTF as text, in the words of C and as what they come to in memory.
 */
#ifndef BPFLOAD_TYPE_SHAPE_H
#define BPFLOAD_TYPE_SHAPE_H

#include <linux/types.h>

struct btf;

/* "struct pair", "__u32[4]"; "" for id 0, without BTF or for an id that is none. To be freed. */
char *type_text(const struct btf *btf, __u32 id);

/*
 * The same for two types with the same members of the same names, sizes and encodings at the same
 * places, whatever typedefs and qualifiers lead there. Behind pointers only the name counts.
 * "" where type_text() says that. To be freed.
 */
char *type_shape(const struct btf *btf, __u32 id);

#endif
