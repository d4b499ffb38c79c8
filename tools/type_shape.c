// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * type_shape: see type_shape.h. Objects may be damaged: depth and length are bounded.
 */
#include "type_shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/btf_file.h"
#include "output.h"

#define DEPTH_MOST  16
#define LENGTH_MOST 65536

static const struct btf_type *type_at(const struct btf *btf, __u32 id)
{
	return id && btf ? btf__type_by_id(btf, id) : NULL;
}

/* ---- in the words of C ---- */

static const char *keyword_of(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT: return "struct ";
	case BTF_KIND_UNION: return "union ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: return "enum ";
	default: return "";
	}
}

/* One step towards the name; what stands behind the name is collected. NULL at the name. */
static const struct btf_type *step(const struct btf *btf, const struct btf_type *type,
				   char *behind, size_t room)
{
	if (btf_is_array(type)) {
		append(behind, room, "[%u]", btf_array(type)->nelems);
		return btf__type_by_id(btf, btf_array(type)->type);
	}
	if (btf_is_ptr(type)) {
		append(behind, room, " *");
		return btf__type_by_id(btf, type->type);
	}
	return btf_is_mod(type) ? btf__type_by_id(btf, type->type) : NULL;
}

char *type_text(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = type_at(btf, id), *next;
	char behind[64] = "";
	const char *name = "?";

	if (!type)
		return text_of("%s", "");
	for (int depth = 0; depth < DEPTH_MOST; depth++) {
		next = step(btf, type, behind, sizeof(behind));
		if (!next)
			break;
		type = next;
	}
	if (btf_is_void(type))
		name = "void";
	else if (type->name_off)
		name = btf_name(btf, type->name_off);
	else if (keyword_of(type)[0])
		name = "{…}";
	return text_of("%s%s%s", keyword_of(type), name, behind);
}

/* ---- in memory ---- */

static void print_shape(const struct btf *btf, __u32 id, int depth, FILE *out);

static void print_members(const struct btf *btf, const struct btf_type *type, int depth,
			  FILE *out)
{
	const struct btf_member *member = btf_members(type);

	fprintf(out, "%s%s %u{", keyword_of(type), btf_name(btf, type->name_off), type->size);
	for (__u32 i = 0; i < btf_vlen(type); i++, member++) {
		fprintf(out, "%s@%u:%u=", btf_name(btf, member->name_off),
			btf_member_bit_offset(type, i), btf_member_bitfield_size(type, i));
		print_shape(btf, member->type, depth + 1, out);
		fputc(';', out);
	}
	fputc('}', out);
}

static void print_shape(const struct btf *btf, __u32 id, int depth, FILE *out)
{
	const struct btf_type *type = btf_plain_type(btf, id);
	char *name;

	if (depth > DEPTH_MOST || ftell(out) > LENGTH_MOST)
		return;
	if (btf_is_composite(type)) {
		print_members(btf, type, depth, out);
	} else if (btf_is_array(type)) {
		print_shape(btf, btf_array(type)->type, depth + 1, out);
		fprintf(out, "[%u]", btf_array(type)->nelems);
	} else if (btf_is_int(type)) {
		fprintf(out, "int %u/%u", type->size, btf_int_encoding(type));
	} else {
		name = type_text(btf, id);
		fprintf(out, "%s %u", name, btf_is_ptr(type) ? 8 : type->size);
		free(name);
	}
}

char *type_shape(const struct btf *btf, __u32 id)
{
	char *text = NULL;
	size_t size;
	FILE *out = must(open_memstream(&text, &size));

	if (type_at(btf, id))
		print_shape(btf, id, 0, out);
	fclose(out);
	return must(text);
}
