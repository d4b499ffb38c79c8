// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_ast: see convert_source_ast.h.
 *
 * In clang's JSON a location names its file and its line only where they differ from those of the
 * location before. So every declaration is walked from its first to its last location, whether
 * it is of interest or not.
 */
#include "convert_source_ast.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

#define ANNOTATION "____btf_map_"

/* Levels of { and [. A sum of terms has two for each; so long ones nobody writes. */
#define DEPTH_MAX 4000

struct ast_reader {
	struct ast *ast;
	struct json_tokener *tokener;
	/* the document */
	char *text; /* of the declaration that is coming in */
	size_t size, room;
	size_t depth;
	bool in_string, escaped, in_list, seen;
	/* the last location */
	char *file;
	unsigned int line;
	unsigned int functions; /* that the walk is inside of */
};

/* ---- memory that lives as long as the ast ---- */

static void *keep(struct ast *ast, void *memory)
{
	if (!(ast->pool_count & (ast->pool_count - 1)))
		ast->pool =
			must(reallocarray(ast->pool, ast->pool_count ? ast->pool_count * 2 : 1,
					  sizeof(*ast->pool)));
	return ast->pool[ast->pool_count++] = must(memory);
}

static const char *keep_text(struct ast *ast, const char *text)
{
	return keep(ast, strdup(text));
}

/* Room for one more of `size` bytes in an array of `count`; grows at powers of two. */
static void *one_more(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return must(reallocarray(array, count ? count * 2 : 1, size));
}

static void add_name(const char ***names, size_t *count, const char *name)
{
	*names = one_more(*names, *count, sizeof(**names));
	(*names)[(*count)++] = name;
}

/* ---- JSON ---- */

static struct json_object *get(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(object, key, &value);
	return value;
}

static const char *get_text(struct json_object *object, const char *key)
{
	struct json_object *value = get(object, key);

	return value ? json_object_get_string(value) : "";
}

static bool is_kind(struct json_object *node, const char *kind)
{
	return !strcmp(get_text(node, "kind"), kind);
}

static size_t child_count(struct json_object *node)
{
	struct json_object *inner = get(node, "inner");

	return inner ? json_object_array_length(inner) : 0;
}

static struct json_object *child(struct json_object *node, size_t index)
{
	return json_object_array_get_idx(get(node, "inner"), index);
}

static struct ast_place place_of(struct json_object *location)
{
	struct json_object *expansion = get(location, "expansionLoc");
	struct json_object *offset = get(expansion ? expansion : location, "offset");

	return (struct ast_place){offset ? (long)json_object_get_int64(offset) : -1,
				  expansion != NULL};
}

static struct ast_place begin_of(struct json_object *node)
{
	return place_of(get(get(node, "range"), "begin"));
}

static struct ast_place end_of(struct json_object *node)
{
	return place_of(get(get(node, "range"), "end"));
}

/* Without typedefs, as far as clang sees through them. */
static const char *type_text(struct json_object *type)
{
	const char *text = get_text(type, "desugaredQualType");

	return text[0] ? text : get_text(type, "qualType");
}

/* ---- values ---- */

/* Through what the language adds, and parentheses. */
static struct json_object *bare(struct json_object *node)
{
	while ((is_kind(node, "ImplicitCastExpr") || is_kind(node, "ParenExpr") ||
		is_kind(node, "ConstantExpr")) &&
	       child_count(node) == 1)
		node = child(node, 0);
	return node;
}

static bool is_integer_cast(struct json_object *node)
{
	const char *cast = get_text(node, "castKind");

	return !strcmp(cast, "IntegralCast") || !strcmp(cast, "NoOp") ||
	       !strcmp(cast, "IntegralToBoolean");
}

static bool is_integer_operator(struct json_object *node)
{
	const char *opcode = get_text(node, "opcode");

	if (is_kind(node, "UnaryOperator"))
		return opcode[0] && strchr("+-~!", opcode[0]) && !opcode[1];
	if (is_kind(node, "BinaryOperator"))
		return !strchr(opcode, '=') || strchr("=!<>", opcode[0]) ? strcmp(opcode, "=")
									 : false;
	return is_kind(node, "ConditionalOperator");
}

/* Can it be the size of an array in a struct, which is what __uint() makes of it? */
static bool is_constant(struct json_object *node)
{
	bool good;

	if (is_kind(node, "IntegerLiteral") || is_kind(node, "CharacterLiteral") ||
	    is_kind(node, "UnaryExprOrTypeTraitExpr") || is_kind(node, "OffsetOfExpr"))
		return true;
	if (is_kind(node, "DeclRefExpr"))
		return is_kind(get(node, "referencedDecl"), "EnumConstantDecl");
	good = is_kind(node, "ParenExpr") || is_kind(node, "ConstantExpr") ||
	       is_integer_operator(node) ||
	       ((is_kind(node, "ImplicitCastExpr") || is_kind(node, "CStyleCastExpr")) &&
		is_integer_cast(node));
	for (size_t i = 0; good && i < child_count(node); i++)
		good = is_constant(child(node, i));
	return good && child_count(node);
}

static bool is_signed_type(const char *type)
{
	static const char *const types[] = {"int",   "long", "long long",
					    "short", "char", "signed char"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(type, types[i]))
			return true;
	return false;
}

static struct ast_value read_value(struct ast *ast, struct json_object *node)
{
	struct json_object *inner = bare(node);
	struct ast_value value = {.kind = AST_OTHER, .begin = begin_of(node)};

	if (is_kind(node, "ImplicitValueInitExpr")) {
		value.kind = AST_IMPLICIT;
	} else if (!strcmp(get_text(inner, "name"), "sizeof") && get(inner, "argType")) {
		value.kind = AST_SIZEOF;
		value.type = keep_text(ast, type_text(get(inner, "argType")));
		value.spelled = keep_text(ast, get_text(get(inner, "argType"), "qualType"));
	} else if (is_constant(node)) {
		value.kind = AST_CONSTANT;
		value.is_signed = is_signed_type(type_text(get(inner, "type")));
	}
	return value;
}

static void read_values(struct ast *ast, struct ast_variable *variable,
			struct json_object *list)
{
	variable->open = begin_of(list);
	variable->close = end_of(list);
	variable->value_count = child_count(list);
	variable->values =
		keep(ast, calloc(variable->value_count + 1, sizeof(*variable->values)));
	for (size_t i = 0; i < variable->value_count; i++)
		variable->values[i] = read_value(ast, child(list, i));
}

/* ---- declarations ---- */

static bool is_attribute(struct json_object *node)
{
	const char *kind = get_text(node, "kind");
	size_t length = strlen(kind);

	return length > 4 && !strcmp(kind + length - 4, "Attr");
}

static bool has_section(struct json_object *node)
{
	for (size_t i = 0; i < child_count(node); i++)
		if (is_kind(child(node, i), "SectionAttr"))
			return true;
	return false;
}

static void read_parts(struct ast *ast, struct ast_variable *variable, struct json_object *node)
{
	variable->attributes =
		keep(ast, calloc(child_count(node) + 1, sizeof(*variable->attributes)));
	for (size_t i = 0; i < child_count(node); i++) {
		struct json_object *part = child(node, i);

		if (is_attribute(part))
			variable->attributes[variable->attribute_count++] =
				(struct ast_attribute){keep_text(ast, get_text(part, "kind")),
						       begin_of(part)};
		else if (is_kind(part, "InitListExpr"))
			read_values(ast, variable, part);
	}
}

static void hear_variable(struct ast_reader *reader, struct json_object *node, const char *file,
			  unsigned int line)
{
	struct ast *ast = reader->ast;
	struct ast_variable variable = {.line = line, .open.offset = -1, .close.offset = -1};
	const char *name = get_text(node, "name"), *type = type_text(get(node, "type"));

	if (!has_section(node) || !strncmp(name, ANNOTATION, strlen(ANNOTATION)))
		return;
	variable.name = keep_text(ast, name);
	variable.file = keep_text(ast, file);
	variable.type = keep_text(ast, type);
	variable.is_array = strchr(type, '[') != NULL;
	variable.is_local = reader->functions > 0;
	variable.is_redeclared = get(node, "previousDecl") != NULL;
	variable.begin = begin_of(node);
	variable.end = end_of(node);
	variable.name_at = place_of(get(node, "loc"));
	read_parts(ast, &variable, node);
	ast->variables = one_more(ast->variables, ast->variable_count, sizeof(*ast->variables));
	ast->variables[ast->variable_count++] = variable;
}

static void keep_record(struct ast *ast, struct json_object *node, const char *name,
			const char *file)
{
	struct ast_record record = {.name = name, .begin = begin_of(node)};
	bool has_type = false;

	for (size_t i = 0; i < child_count(node); i++)
		has_type |= is_kind(child(node, i), "FieldDecl") &&
			    strstr(get_text(child(node, i), "name"), "type") != NULL;
	if (!has_type)
		return;
	record.file = keep_text(ast, file);
	record.id = keep_text(ast, get_text(node, "id"));
	record.members = keep(ast, calloc(child_count(node) + 1, sizeof(*record.members)));
	for (size_t i = 0; i < child_count(node); i++)
		if (is_kind(child(node, i), "FieldDecl"))
			record.members[record.member_count++] =
				keep_text(ast, get_text(child(node, i), "name"));
	ast->records = one_more(ast->records, ast->record_count, sizeof(*ast->records));
	ast->records[ast->record_count++] = record;
}

static void keep_annotation(struct ast *ast, struct json_object *node, const char *map,
			    const char *file, unsigned int line)
{
	ast->annotations =
		one_more(ast->annotations, ast->annotation_count, sizeof(*ast->annotations));
	ast->annotations[ast->annotation_count++] = (struct ast_annotation){
		keep_text(ast, map), keep_text(ast, file), line, place_of(get(node, "loc"))};
}

static void hear_tag(struct ast_reader *reader, struct json_object *node, const char *file,
		     unsigned int line)
{
	const char *name = get_text(node, "name");
	struct ast *ast = reader->ast;

	name = name[0] ? keep_text(ast, name) : "";
	if (name[0])
		add_name(&ast->tags, &ast->tag_count, name);
	if (!get(node, "completeDefinition"))
		return;
	if (!strncmp(name, ANNOTATION, strlen(ANNOTATION)))
		keep_annotation(ast, node, name + strlen(ANNOTATION), file, line);
	else
		keep_record(ast, node, name, file);
}

/* The id of the record that a typedef gives its name to. */
static const char *owned_record(struct json_object *node)
{
	for (size_t i = 0; i < child_count(node); i++) {
		struct json_object *owned = get(child(node, i), "ownedTagDecl");

		if (!owned)
			owned = get(child(node, i), "decl");
		if (owned)
			return get_text(owned, "id");
		if (child_count(child(node, i)))
			return owned_record(child(node, i));
	}
	return NULL;
}

static void hear_typedef(struct ast *ast, struct json_object *node)
{
	const char *id = owned_record(node);

	if (!id)
		return;
	add_name(&ast->typedefs, &ast->typedef_count, keep_text(ast, get_text(node, "name")));
	add_name(&ast->typedefs, &ast->typedef_count, keep_text(ast, id));
}

static void hear_declaration(struct ast_reader *reader, struct json_object *node,
			     const char *file, unsigned int line)
{
	if (is_kind(node, "VarDecl"))
		hear_variable(reader, node, file, line);
	else if (is_kind(node, "RecordDecl") || is_kind(node, "EnumDecl"))
		hear_tag(reader, node, file, line);
	else if (is_kind(node, "TypedefDecl"))
		hear_typedef(reader->ast, node);
	else if (is_kind(node, "EnumConstantDecl"))
		reader->ast->has_pin_by_name |=
			!strcmp(get_text(node, "name"), "LIBBPF_PIN_BY_NAME");
}

/* ---- the walk ---- */

static void hear_location(struct ast_reader *reader, const char *key, struct json_object *value)
{
	if (!strcmp(key, "line")) {
		reader->line = (unsigned int)json_object_get_int64(value);
	} else if (!strcmp(key, "file") &&
		   (!reader->file || strcmp(reader->file, json_object_get_string(value)))) {
		free(reader->file);
		reader->file = must(strdup(json_object_get_string(value)));
	}
}

static void walk(struct ast_reader *reader, struct json_object *node);

static void walk_value(struct ast_reader *reader, const char *key, struct json_object *value)
{
	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			walk(reader, json_object_array_get_idx(value, i));
	else if (!json_object_is_type(value, json_type_object))
		hear_location(reader, key, value);
	else if (strcmp(key, "includedFrom") != 0)
		walk(reader, value);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the tree, which DEPTH_MAX bounds */
static void walk(struct ast_reader *reader, struct json_object *node)
{
	bool is_function =
		json_object_is_type(node, json_type_object) && is_kind(node, "FunctionDecl");
	char *file = NULL;
	unsigned int line = 0;

	if (!json_object_is_type(node, json_type_object))
		return;
	reader->functions += is_function;
	json_object_object_foreach(node, key, value)
	{
		walk_value(reader, key, value);
		if (!strcmp(key, "loc") && get(node, "kind")) {
			file = must(strdup(reader->file ? reader->file : ""));
			line = reader->line;
		}
	}
	if (file)
		hear_declaration(reader, node, file, line);
	free(file);
	reader->functions -= is_function;
}

/* ---- the document ---- */

struct ast_reader *ast_reader_open(struct ast *ast)
{
	struct ast_reader *reader = must(calloc(1, sizeof(*reader)));

	*ast = (struct ast){0};
	reader->ast = ast;
	reader->tokener = must(json_tokener_new_ex(DEPTH_MAX));
	return reader;
}

static bool read_declaration(struct ast_reader *reader)
{
	struct json_object *node;

	json_tokener_reset(reader->tokener);
	node = json_tokener_parse_ex(reader->tokener, reader->text, (int)reader->size);
	reader->size = 0;
	if (!node)
		return false;
	walk(reader, node);
	json_object_put(node);
	return true;
}

static void keep_byte(struct ast_reader *reader, char c)
{
	if (reader->size == reader->room) {
		reader->room = reader->room ? reader->room * 2 : 1 << 16;
		reader->text = must(realloc(reader->text, reader->room));
	}
	reader->text[reader->size++] = c;
}

/* Declarations are the objects in the list that the outermost object holds. */
static bool hear_bracket(struct ast_reader *reader, char c)
{
	if (c == '{' || c == '[') {
		reader->depth++;
		if (reader->depth == 2)
			reader->in_list = c == '[';
		reader->seen = true;
		return true;
	}
	if (!reader->depth--)
		return false;
	if (reader->depth != 2 || !reader->in_list || !reader->size)
		return true;
	return read_declaration(reader);
}

static bool hear_byte(struct ast_reader *reader, char c)
{
	bool bracket = !reader->in_string && strchr("{}[]", c) && c;

	if (reader->in_list && (reader->depth > 2 || c == '{'))
		keep_byte(reader, c);
	if (bracket)
		return hear_bracket(reader, c);
	if (reader->escaped)
		reader->escaped = false;
	else if (reader->in_string && c == '\\')
		reader->escaped = true;
	else if (c == '"')
		reader->in_string = !reader->in_string;
	return true;
}

bool ast_reader_hear(const char *piece, size_t size, void *ctx)
{
	struct ast_reader *reader = ctx;

	for (size_t i = 0; i < size; i++)
		if (!hear_byte(reader, piece[i]))
			return false;
	return true;
}

bool ast_reader_close(struct ast_reader *reader)
{
	bool whole = reader->seen && !reader->depth;

	json_tokener_free(reader->tokener);
	free(reader->text);
	free(reader->file);
	free(reader);
	return whole;
}

void ast_release(struct ast *ast)
{
	for (size_t i = 0; i < ast->pool_count; i++)
		free(ast->pool[i]);
	free(ast->pool);
	free(ast->variables);
	free(ast->records);
	free(ast->annotations);
	free(ast->tags);
	free(ast->typedefs);
}

/* ---- types ---- */

static const struct ast_record *record_by_id(const struct ast *ast, const char *id)
{
	for (size_t i = 0; i < ast->record_count; i++)
		if (!strcmp(ast->records[i].id, id))
			return &ast->records[i];
	return NULL;
}

static bool is_name(const char *whole, const char *name, size_t length)
{
	return strlen(whole) == length && !strncmp(whole, name, length);
}

static const struct ast_record *record_by_name(const struct ast *ast, const char *name,
					       size_t length)
{
	for (size_t i = 0; i < ast->record_count; i++)
		if (is_name(ast->records[i].name, name, length))
			return &ast->records[i];
	return NULL;
}

static const char *without(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) != 0 ? text : text + length;
}

const struct ast_record *ast_record_of(const struct ast *ast,
				       const struct ast_variable *variable)
{
	const char *type = without(without(variable->type, "const "), "volatile ");
	const char *name = without(type, "struct ");
	size_t length = strcspn(name, " [");

	if (name != type)
		return record_by_name(ast, name, length);
	for (size_t i = 0; i < ast->typedef_count; i += 2)
		if (is_name(ast->typedefs[i], name, length))
			return record_by_id(ast, ast->typedefs[i + 1]);
	return NULL;
}

const struct ast_record *ast_record_within(const struct ast *ast,
					   const struct ast_variable *variable)
{
	for (size_t i = 0; i < ast->record_count; i++) {
		const struct ast_record *record = &ast->records[i];

		if (record->begin.offset >= variable->begin.offset &&
		    record->begin.offset < variable->name_at.offset &&
		    !strcmp(record->file, variable->file))
			return record;
	}
	return NULL;
}
