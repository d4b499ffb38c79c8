/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source_definition: the map definitions of a source, taken apart.
 *
 * Three witnesses know a definition: the loader, what it says in the compiled object; clang, where
 * it stands and what its values are; the file, how they are written. A definition is converted
 * only where all three agree and nothing is left over; otherwise .left says why not.
 */
#ifndef BPFLOAD_CONVERT_SOURCE_DEFINITION_H
#define BPFLOAD_CONVERT_SOURCE_DEFINITION_H

#include "convert_source_ast.h"
#include "convert_source_text.h"
#include "loader/handle.h"
#include "loader/map_layout.h"

/*
 * One value of an initialiser. Tokens; `comma` may be the closing brace. Where a macro stands for
 * several values, there is one for each, with the same tokens.
 */
struct element {
	size_t first; /* of the designator, if there is one */
	size_t value_first, value_last, comma;
	bool is_part; /* of what one macro stands for */
	const struct ast_value *value;
	const char *member;
	enum map_field_kind kind;
	__u64 number; /* as the object has it */
};

struct definition {
	const char *name;
	size_t line;			     /* 0: not known */
	const struct ast_variable *variable; /* NULL: only the object has it */
	const struct bpf_loader_map *map; /* of an array the first; NULL: not in the object */
	size_t map_index, map_count;	  /* in the loader's list */
	const struct ast_annotation *annotation; /* or NULL */
	bool of_2019;				 /* in .maps already, with numbers as values */
	char *left;				 /* why it is left as it is, or NULL */

	/* tokens */
	bool opens_declaration; /* it is the first (or only one) of its declaration */
	size_t first, name_at, equals, open, close, separator;
	struct element *elements;
	size_t element_count;
	char *section;	/* the attribute for .maps: SEC(".maps") */
	char *trailer;	/* other attributes, to stand behind; "" */
	char *comments; /* out of the declaration, to stand before the brace; "" */
	bool was_static;
	size_t body_open, body_close; /* of 2019: braces of its struct */

	/* of the annotation */
	char *key_type, *value_type;
	size_t annotation_first, annotation_last;

	char *tag;	  /* of its struct, where others refer to it; NULL */
	size_t component; /* the same for definitions that have to go together */
	bool held;	  /* not to be rewritten this time */
};

/* Something a person should know. */
struct note {
	size_t line;
	const char *name; /* of the map; "" */
	char *text;
};

struct plan {
	const char *path;     /* for messages */
	const char *ast_path; /* the file's name in the ast */
	const struct source *source;
	const struct ast *ast;
	const struct bpf_loader *loader;
	struct definition *list; /* in the order of the file */
	size_t count;
	struct note *notes;
	size_t note_count;
	bool keeps_order; /* initialisers keep the maps in the order of the file */
	bool has_uint, has_type, has_array; /* the macros of libbpf's bpf_helpers.h */
};

/* Fills .list from the other members. */
void plan_make(struct plan *plan);
void plan_release(struct plan *plan);

/* Fills what is in the tokens, or leaves the definition. Those before it come first. */
void definition_take_apart(const struct plan *plan, struct definition *definition);

/* For both kinds of definitions: .first, .name_at, .equals, .open, .close, .separator. */
bool definition_find_tokens(const struct plan *plan, struct definition *definition);

/* The same: .elements, of a variable that is a `record`, or leaves the definition. */
void definition_read_elements(const struct plan *plan, struct definition *definition,
			      const struct ast_record *record);

/*
 * A declaration ends with a semicolon behind the last definition that is known; otherwise that is
 * left. Those behind it come first.
 */
void definition_check_end(const struct plan *plan, size_t index);

/* Leaves a definition as it is; the first reason counts. */
void plan_leave(struct definition *definition, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Leaves what cannot be converted without what is left already. */
void plan_spread(struct plan *plan);

void plan_note(struct plan *plan, const struct definition *definition, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void plan_forget_notes(struct plan *plan);

/* Is it to be rewritten? */
bool plan_converts(const struct definition *definition);

/* The definition of the loader's map `index`, NULL if it is none of the source's. */
struct definition *plan_of_map(const struct plan *plan, long index);

/* The element of that kind, NULL if it is not written down. */
const struct element *definition_element(const struct definition *definition,
					 enum map_field_kind kind);

#endif
