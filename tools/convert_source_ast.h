/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source_ast: what clang says of a source, as far as map definitions need it.
 *
 * clang describes a file in one JSON document, which is large (with all types of a kernel,
 * 200 MB). So it is taken apart while it comes in, one declaration of file scope at a time, and
 * of each only a few facts are kept.
 *
 * A place that a macro has made counts as the place of that macro's name.
 */
#ifndef BPFLOAD_CONVERT_SOURCE_AST_H
#define BPFLOAD_CONVERT_SOURCE_AST_H

#include <stdbool.h>
#include <stddef.h>

struct ast_place {
	long offset; /* in the file; -1: nowhere */
	bool macro;  /* that of a macro's name */
};

enum ast_value_kind {
	AST_IMPLICIT, /* not written down: zero */
	AST_CONSTANT, /* an integer constant expression */
	AST_SIZEOF,   /* sizeof(TYPE), and nothing else */
	AST_OTHER,
};

/* The value of one member. */
struct ast_value {
	enum ast_value_kind kind;
	struct ast_place begin;
	bool is_signed;	     /* its own type, before it becomes the member's */
	const char *type;    /* of AST_SIZEOF: without typedefs */
	const char *spelled; /* the same as it is written */
};

struct ast_attribute {
	const char *kind; /* "SectionAttr", … */
	struct ast_place begin;
};

/* A variable with a section of its own. */
struct ast_variable {
	const char *name;
	const char *file; /* that it is in */
	const char *type; /* without typedefs, as clang writes it */
	unsigned int line;
	bool is_array, is_local;
	bool is_redeclared; /* another declaration of that name came before */
	struct ast_place begin, end, name_at;
	struct ast_place open, close; /* braces of its initialiser */
	struct ast_attribute *attributes;
	size_t attribute_count;
	struct ast_value *values; /* one for each member of its type */
	size_t value_count;
};

struct ast_record {
	const char *id, *name, *file;
	struct ast_place begin;
	const char **members;
	size_t member_count;
};

/* BPF_ANNOTATE_KV_PAIR(map, …), or what does the same. */
struct ast_annotation {
	const char *map, *file;
	unsigned int line;
	struct ast_place begin;
};

struct ast {
	struct ast_variable *variables;
	size_t variable_count;
	struct ast_record *records; /* those with a member 'type' */
	size_t record_count;
	struct ast_annotation *annotations;
	size_t annotation_count;
	const char **tags; /* names of all structs, unions and enums */
	size_t tag_count;
	const char **typedefs; /* pairs: name, id of the record without a name */
	size_t typedef_count;
	bool has_pin_by_name; /* LIBBPF_PIN_BY_NAME is declared */
	void **pool;
	size_t pool_count;
};

/* Reads the description. */
struct ast_reader;

struct ast_reader *ast_reader_open(struct ast *ast);

/* For clang_describe(): a piece of the document. False where it is none. */
bool ast_reader_hear(const char *piece, size_t size, void *reader);

/* True where the document was whole. */
bool ast_reader_close(struct ast_reader *reader);

void ast_release(struct ast *ast);

/* The struct that is a variable's type (or its element's), NULL if it is none with 'type'. */
const struct ast_record *ast_record_of(const struct ast *ast,
				       const struct ast_variable *variable);

/* The struct that is declared with the variable, in front of its name; NULL as before. */
const struct ast_record *ast_record_within(const struct ast *ast,
					   const struct ast_variable *variable);

#endif
