// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_2019: see convert_source_2019.h.
 */
#include "convert_source_2019.h"

#include <stdlib.h>
#include <string.h>

#include "convert_source_rewrite.h"
#include "output.h"

/* A declaration of members, `BASE *name, name;`. Tokens. */
struct member_declaration {
	size_t first, last; /* last: the semicolon */
	size_t base_last;   /* of the type, without stars */
};

/* ---- its parts ---- */

/* Behind the brackets that open at `token`, or behind the token. */
static size_t behind(const struct source *source, size_t token)
{
	if (source_is(source, token, "(") || source_is(source, token, "[") ||
	    source_is(source, token, "{"))
		token = source_closing(source, token);
	return source_code_from(source, token + 1);
}

/* The first `text` from `token` on that stands in no brackets; `limit` where there is none. */
static size_t find(const struct source *source, size_t token, const char *text, size_t limit)
{
	while (token < limit && !source_is(source, token, text))
		token = behind(source, token);
	return token < limit ? token : limit;
}

/* The semicolon or comma behind a definition without initialiser. */
static size_t end_of_plain(const struct source *source, size_t token)
{
	while (token < source->count && !source_is(source, token, ";") &&
	       !source_is(source, token, ","))
		token = behind(source, token);
	return token;
}

static bool find_initialiser(const struct plan *plan, struct definition *definition)
{
	const struct source *source = plan->source;

	if (definition->variable->open.offset >= 0)
		return definition_find_tokens(plan, definition);
	definition->first = source_token_at(source, (size_t)definition->variable->begin.offset);
	definition->name_at =
		source_token_at(source, (size_t)definition->variable->name_at.offset);
	if (definition->first >= source->count || definition->name_at >= source->count)
		return false;
	definition->separator = end_of_plain(source, definition->name_at);
	definition->equals = definition->open = definition->close = definition->separator;
	return definition->separator < source->count;
}

/* struct TAG { … } in front of the name. */
static bool find_body(const struct plan *plan, struct definition *definition)
{
	const struct source *source = plan->source;

	definition->body_open = find(source, definition->first, "{", definition->name_at);
	definition->body_close = source_closing(source, definition->body_open);
	return definition->body_open < definition->name_at &&
	       definition->body_close < definition->name_at;
}

static bool has_comment(const struct source *source, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++)
		if (!source_is_code(source, i))
			return true;
	return false;
}

static bool starts_line_comment(const struct source *source, size_t token)
{
	return source->tokens[token].kind == TOKEN_LINE_COMMENT;
}

static void read_parts(const struct plan *plan, struct definition *definition)
{
	const struct source *source = plan->source;

	if (!find_initialiser(plan, definition))
		plan_leave(definition, "its declaration is written in a way that is not known");
	else if (!find_body(plan, definition))
		plan_leave(definition,
			   "its struct is declared elsewhere; write the members out");
	else if (!source_is(source, definition->separator, ";"))
		plan_leave(definition, "it is declared together with something else");
	else if (source_has_directive(source, definition->first, definition->separator))
		plan_leave(definition, "there is a preprocessor directive within it");
	else if (has_comment(source, definition->equals, definition->close) ||
		 starts_line_comment(source, definition->equals - 1))
		plan_leave(definition,
			   "there is a comment within its initialiser, which is to go; move "
			   "it to the members");
	definition->opens_declaration = true;
	definition->was_static = find(source, definition->first, "static",
				      definition->body_open) < definition->body_open;
}

/* ---- its members ---- */

/* Does it call a macro, as members of today do: __uint(type, …)? */
static bool is_macro_call(const struct source *source, size_t token)
{
	return source->tokens[token].kind == TOKEN_WORD &&
	       source_is(source, source_code_from(source, token + 1), "(");
}

/* The comma or semicolon behind the declarator at `token`. */
static size_t declarator_end(const struct source *source, size_t token, size_t last)
{
	return find(source, token, ",", last);
}

/* The last token of the type in front of the first declarator; before .first for none. */
static void find_base(const struct source *source, struct member_declaration *declaration)
{
	size_t end = declarator_end(source, declaration->first, declaration->last);
	size_t token = source_code_before(source, source_code_before(source, end));

	while (token > declaration->first && source_is(source, token, "*"))
		token = source_code_before(source, token);
	declaration->base_last = token;
}

/* The next declaration from `token` on, and the token behind it; its .last is `close` for none. */
static struct member_declaration next_declaration(const struct source *source,
						  const struct definition *definition,
						  size_t token)
{
	struct member_declaration declaration = {.first = source_code_from(source, token)};

	declaration.last = find(source, declaration.first, ";", definition->body_close);
	if (declaration.last < definition->body_close)
		find_base(source, &declaration);
	return declaration;
}

static bool declares_members(const struct source *source,
			     const struct member_declaration *declaration)
{
	return !is_macro_call(source, declaration->first) &&
	       declaration->first < declaration->last;
}

static size_t count_stars(const struct source *source, size_t first, size_t last)
{
	size_t stars = 0;

	for (size_t i = first; i < last; i++)
		stars += source_is(source, i, "*");
	return stars;
}

/* A declarator from `first` to before `end`: stars and a name. */
static bool is_plain(const struct source *source, size_t first, size_t end)
{
	size_t name = source_code_before(source, end);

	return name >= first && source->tokens[name].kind == TOKEN_WORD &&
	       count_stars(source, first, name) == name - first;
}

static const struct element *element_of(const struct definition *definition, const char *name)
{
	for (size_t i = 0; i < definition->element_count; i++)
		if (!strcmp(definition->elements[i].member, name))
			return &definition->elements[i];
	return NULL;
}

/* How many of the initialiser's values the declarator is for: one or none. */
static size_t values_of(const struct plan *plan, const struct definition *definition,
			size_t first, size_t end)
{
	size_t at = source_code_before(plan->source, end);
	char *name = source_words(plan->source, at, at);
	size_t values = first == at && element_of(definition, name) ? 1 : 0;

	free(name);
	return values;
}

static void check_declarators(const struct plan *plan, struct definition *definition,
			      const struct member_declaration *declaration, size_t *values)
{
	const struct source *source = plan->source;
	size_t first = declaration->base_last + 1, end;

	if (has_comment(source, declaration->first, declaration->last))
		plan_leave(definition, "there is a comment within the declaration of a member");
	for (; !definition->left && first < declaration->last; first = end + 1) {
		end = declarator_end(source, first, declaration->last);
		if (declaration->base_last < declaration->first ||
		    !is_plain(source, first, end))
			plan_leave(
				definition,
				"one of its members is neither a plain number nor a pointer");
		else
			*values += values_of(plan, definition, first, end);
	}
	/* a comma among them would end an argument of __type() */
	if (find(source, declaration->first, "{", declaration->last) < declaration->last)
		plan_leave(definition, "a struct is declared among its members; move it out");
}

static void check_members(const struct plan *plan, struct definition *definition)
{
	const struct source *source = plan->source;
	size_t token = definition->body_open + 1, values = 0;

	while (!definition->left && source_code_from(source, token) < definition->body_close) {
		struct member_declaration declaration =
			next_declaration(source, definition, token);

		if (declaration.last == definition->body_close)
			plan_leave(definition, "its members are not understood");
		else if (declares_members(source, &declaration))
			check_declarators(plan, definition, &declaration, &values);
		token = declaration.last + 1;
	}
	if (values != definition->element_count)
		plan_leave(definition, "one of its values is for no plain member");
}

static void check_values(struct definition *definition)
{
	for (size_t i = 0; i < definition->element_count; i++) {
		const struct element *element = &definition->elements[i];

		if (element->value->kind == AST_OTHER)
			plan_leave(definition, "its %s is no integer constant expression",
				   element->member);
		else if (element->number > 0xffffffff)
			plan_leave(definition, "its %s does not fit the 32 bits of __uint()",
				   element->member);
	}
}

void definition_2019_take_apart(const struct plan *plan, struct definition *definition)
{
	read_parts(plan, definition);
	if (!definition->left && definition->variable->open.offset >= 0)
		definition_read_elements(plan, definition,
					 ast_record_within(plan->ast, definition->variable));
	if (!definition->left)
		check_values(definition);
	if (!definition->left)
		check_members(plan, definition);
}

/* ---- members as they will be ---- */

/* The declarator from `first` to before `end`; "" for a number that is not written down. */
static char *declarator_text(const struct plan *plan, const struct definition *definition,
			     const struct member_declaration *declaration, size_t first,
			     size_t end)
{
	const struct source *source = plan->source;
	size_t at = source_code_before(source, end);
	size_t stars = count_stars(source, first, at);
	char *name = source_words(source, at, at), *base, *more, *text;
	const struct element *element = element_of(definition, name);

	if (stars) {
		base = source_words(source, declaration->first, declaration->base_last);
		more = stars > 1 ? source_words(source, first, at - 2) : must(strdup(""));
		text = text_of("__type(%s, %s%s%s);", name, base, more[0] ? " " : "", more);
		free(base);
		free(more);
	} else {
		text = element ? rewrite_number(plan, element, name) : must(strdup(""));
	}
	free(name);
	return text;
}

/* The members of one declaration, each in a line; "" where none of them says anything. */
static char *members_text(const struct plan *plan, const struct definition *definition,
			  const struct member_declaration *declaration)
{
	const struct source *source = plan->source;
	size_t start = source_line_start(source, source->tokens[declaration->first].offset);
	int indent = (int)strspn(source->text + start, " \t");
	char *text = must(strdup("")), *member, *longer;
	size_t end;

	for (size_t first = declaration->base_last + 1; first < declaration->last;
	     first = end + 1) {
		end = declarator_end(source, first, declaration->last);
		member = declarator_text(plan, definition, declaration, first, end);
		longer = text[0] && member[0] ? text_of("%s%s%.*s%s", text, source->eol, indent,
							source->text + start, member)
					      : text_of("%s%s", text, member);
		free(text);
		free(member);
		text = longer;
	}
	return text;
}

static void edit_members(const struct plan *plan, const struct definition *definition,
			 const struct member_declaration *declaration, struct edits *edits)
{
	const struct source *source = plan->source;
	size_t from = source->tokens[declaration->first].offset;
	size_t to = source_end(source, declaration->last);
	char *text = members_text(plan, definition, declaration);

	if (text[0]) {
		edits_add(edits, from, to, text);
		return;
	}
	free(text);
	rewrite_cut(source, edits, from, to);
}

/* libbpf refuses static maps. */
static void edit_static(const struct source *source, const struct definition *definition,
			struct edits *edits)
{
	size_t token = find(source, definition->first, "static", definition->body_open);

	if (definition->was_static)
		rewrite_cut(source, edits, source->tokens[token].offset,
			    source_end(source, token));
}

void definition_2019_edit(const struct plan *plan, const struct definition *definition,
			  struct edits *edits)
{
	const struct source *source = plan->source;
	size_t token = definition->body_open + 1;

	edit_static(source, definition, edits);
	while (source_code_from(source, token) < definition->body_close) {
		struct member_declaration declaration =
			next_declaration(source, definition, token);

		if (declares_members(source, &declaration))
			edit_members(plan, definition, &declaration, edits);
		token = declaration.last + 1;
	}
	if (definition->equals < definition->separator)
		edits_add(edits, source_end(source, definition->equals - 1),
			  source_end(source, definition->close),
			  must(strdup(plan->keeps_order ? " = {}" : "")));
}

char *definition_2019_text(const struct plan *plan, const struct definition *definition)
{
	const struct source *source = plan->source;
	size_t from = source->tokens[definition->first].offset;
	size_t behind_it = source->size - source_end(source, definition->separator);
	struct edits edits = {0};
	size_t size;
	char *text, *part;

	definition_2019_edit(plan, definition, &edits);
	text = must(edits_apply(&edits, source, &size));
	part = must(strndup(text + from, size - behind_it - from));
	edits_release(&edits);
	free(text);
	return part;
}
