// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_rewrite: see convert_source_rewrite.h.
 */
#include "convert_source_rewrite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert_source_2019.h"
#include "convert_source_types.h"
#include "output.h"
#include "words.h"

/* ---- one value ---- */

/* "BPF_MAP_TYPE_HASH", or the number of a type without a name. */
static char *type_text(__u32 type)
{
	const char *name = map_type_name(type);
	char *text;

	if (strchr(name, ' '))
		return text_of("%u", type);
	text = text_of("BPF_MAP_TYPE_%s", name);
	for (char *c = text; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return text;
}

/* What a macro for several values does not say in words of its own. */
static char *part_text(const struct element *element)
{
	char flags[WORDS_ROOM];

	if (element->kind == MAP_FIELD_TYPE)
		return type_text((__u32)element->number);
	if (element->kind != MAP_FIELD_MAP_FLAGS || !element->number)
		return text_of("%llu", (unsigned long long)element->number);
	words_flags((__u32)element->number, flags, sizeof(flags));
	return must(strdup(flags));
}

static char *value_text(const struct plan *plan, const struct element *element)
{
	if (element->is_part)
		return part_text(element);
	return source_words(plan->source, element->value_first, element->value_last);
}

/* The size of an array cannot be negative, so what is becomes the unsigned number it stood for. */
char *rewrite_number(const struct plan *plan, const struct element *element, const char *name)
{
	bool negative =
		!element->is_part && element->value->is_signed && element->number > 0x7fffffff;
	char *value = value_text(plan, element), *text;

	text = text_of(negative ? "__uint(%s, (unsigned int)(%s));" : "__uint(%s, %s);", name,
		       value);
	free(value);
	return text;
}

static char *size_text(const struct plan *plan, const struct definition *definition,
		       const struct element *element)
{
	bool is_key = element->kind == MAP_FIELD_KEY_SIZE;
	struct types types = types_find(plan, definition);
	const char *type = is_key ? types.key : types.value;
	char *text;

	if (!element->number)
		text = must(strdup(""));
	else if (type)
		text = text_of("__type(%s, %s);", is_key ? "key" : "value", type);
	else
		text = rewrite_number(plan, element, is_key ? "key_size" : "value_size");
	types_release(&types);
	return text;
}

/* What stands in the place of a value that .maps has no member for. */
static char *comment_text(const struct plan *plan, const struct element *element,
			  const char *why)
{
	char *value = value_text(plan, element), *text;

	if (strpbrk(value, "\n") || strstr(value, "/*") || strstr(value, "*/"))
		text = text_of("/* .%s = %llu: %s */", element->member,
			       (unsigned long long)element->number, why);
	else
		text = text_of("/* .%s = %s: %s */", element->member, value, why);
	free(value);
	return text;
}

static char *pinning_text(const struct plan *plan, const struct definition *definition,
			  const struct element *element)
{
	const char *by_name = plan->ast->has_pin_by_name ? "LIBBPF_PIN_BY_NAME"
							 : "1 /* LIBBPF_PIN_BY_NAME */";

	switch (definition->map->pinning) {
	case BPF_LOADER_PIN_NONE: return must(strdup(""));
	case BPF_LOADER_PIN_BY_NAME: return rewrite_number(plan, element, "pinning");
	case BPF_LOADER_PIN_GLOBAL_NS:
		return text_of("__uint(pinning, %s); /* tc: /sys/fs/bpf/tc/globals/%s, libbpf: "
			       "/sys/fs/bpf/%s */",
			       by_name, definition->name, definition->name);
	default: return comment_text(plan, element, "libbpf pins by name only");
	}
}

/* A member of the new definition with its semicolon, a comment, or nothing. To be freed. */
static char *element_text(const struct plan *plan, const struct definition *definition,
			  const struct element *element)
{
	switch (element->kind) {
	case MAP_FIELD_TYPE: return rewrite_number(plan, element, "type");
	case MAP_FIELD_KEY_SIZE:
	case MAP_FIELD_VALUE_SIZE: return size_text(plan, definition, element);
	case MAP_FIELD_MAX_ENTRIES: return rewrite_number(plan, element, "max_entries");
	case MAP_FIELD_MAP_FLAGS: return rewrite_number(plan, element, "map_flags");
	case MAP_FIELD_NUMA_NODE: return rewrite_number(plan, element, "numa_node");
	case MAP_FIELD_PINNING: return pinning_text(plan, definition, element);
	case MAP_FIELD_INNER_MAP_IDX:
	case MAP_FIELD_INNER_ID:
	case MAP_FIELD_INNER_IDX:
	case MAP_FIELD_INNER_PTR: return must(strdup(""));
	case MAP_FIELD_ID:
		return element->number ? comment_text(plan, element, ".maps has no ids")
				       : must(strdup(""));
	default:
		return definition_keeps(definition, element)
			       ? comment_text(plan, element, ".maps has no such member")
			       : must(strdup(""));
	}
}

/* ---- inner maps ---- */

static const struct definition *template_of(const struct plan *plan,
					    const struct definition *definition)
{
	return plan_of_map(plan, definition->map->inner_map);
}

/* Members of a template; it is not pinned, and what stands in it is said where it is defined. */
static char *template_text(const struct plan *plan, const struct definition *inner,
			   const char *indent)
{
	char *text = text_of("struct {%s", plan->source->eol), *closed;

	for (size_t i = 0; i < inner->element_count; i++) {
		char *member = element_text(plan, inner, &inner->elements[i]), *longer;

		if (member[0] && strncmp(member, "/*", 2) != 0 &&
		    inner->elements[i].kind != MAP_FIELD_PINNING) {
			longer = text_of("%s%s\t%s%s", text, indent, member, plan->source->eol);
			free(text);
			text = longer;
		}
		free(member);
	}
	closed = text_of("%s%s}", text, indent);
	free(text);
	return closed;
}

/* The last member of a map of maps, NULL for others and where user space gives the template. */
static char *values_text(const struct plan *plan, const struct definition *definition,
			 const char *indent)
{
	const struct definition *inner = template_of(plan, definition);
	char *structure, *text;

	if (!inner)
		return NULL;
	structure = inner->tag ? text_of("struct %s", inner->tag)
			       : template_text(plan, inner, indent);
	text = text_of("__array(values, %s);", structure);
	free(structure);
	return text;
}

/* The initialiser that puts maps into slots; "" (or an empty one) where there are none. */
static char *slots_text(const struct plan *plan, const struct definition *definition)
{
	const struct bpf_loader_map *map = definition->map;
	const char *eol = plan->source->eol;
	char *text = must(strdup("")), *longer;

	for (size_t i = 0; i < map->slot_count; i++) {
		const struct definition *inner = plan_of_map(plan, map->slots[i].map);

		longer = text_of("%s\t\t[%u] = (void *)&%s,%s", text, map->slots[i].key,
				 inner ? inner->name : "?", eol);
		free(text);
		text = longer;
	}
	if (!map->slot_count) {
		free(text);
		return must(strdup(plan->keeps_order ? " = {}" : ""));
	}
	longer = text_of(" = {%s\t.values = {%s%s\t},%s}", eol, eol, text, eol);
	free(text);
	return longer;
}

static bool is_taken(const struct plan *plan, const char *tag)
{
	for (size_t i = 0; i < plan->ast->tag_count; i++)
		if (!strcmp(plan->ast->tags[i], tag))
			return true;
	for (size_t i = 0; i < plan->count; i++)
		if (plan->list[i].tag && !strcmp(plan->list[i].tag, tag))
			return true;
	return false;
}

static char *new_tag(const struct plan *plan, const char *name)
{
	char *tag = must(strdup(name)), *longer;

	while (is_taken(plan, tag)) {
		longer = text_of("%s_map", tag);
		free(tag);
		tag = longer;
	}
	return tag;
}

/* An inner map's struct gets a name if its definition comes first; templates are not pinned. */
static void name_templates(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		free(plan->list[i].tag);
		plan->list[i].tag = NULL;
	}
	for (size_t i = 0; i < plan->count; i++) {
		const struct definition *outer = &plan->list[i];
		struct definition *inner;

		if (!plan_converts(outer))
			continue;
		inner = (struct definition *)template_of(plan, outer);
		if (inner && inner->open < outer->open && !inner->tag &&
		    inner->map->pinning == BPF_LOADER_PIN_NONE)
			inner->tag = new_tag(plan, inner->name);
	}
}

/* ---- where it goes ---- */

static char *indent_of(const struct source *source, size_t token)
{
	size_t start = source_line_start(source, source->tokens[token].offset);

	return source_copy(source, start, start + strspn(source->text + start, " \t"));
}

static bool same_line(const struct source *source, size_t first, size_t last)
{
	size_t from = source->tokens[first].offset, to = source->tokens[last].offset;

	return to <= from || !memchr(source->text + from, '\n', to - from);
}

/* Are there values that do not begin in a line of their own? */
static bool shares_lines(const struct source *source, const struct definition *definition)
{
	size_t before = definition->open;

	for (size_t i = 0; i < definition->element_count; i++) {
		if (same_line(source, before, definition->elements[i].first))
			return true;
		before = definition->elements[i].value_last;
	}
	return false;
}

/* Is it to get a line for each member? Comments have their place among the lines as they are. */
static bool is_spread(const struct source *source, const struct definition *definition)
{
	for (size_t i = definition->open; i < definition->close; i++)
		if (!source_is_code(source, i))
			return false;
	return shares_lines(source, definition);
}

static void add_line(char **text, const char *indent, const char *line, const char *eol)
{
	char *longer = line && line[0] ? text_of("%s%s%s%s", *text, indent, line, eol)
				       : must(strdup(*text));

	free(*text);
	*text = longer;
}

/* "{ … }" with a line for each member. */
static char *spread_text(const struct plan *plan, const struct definition *definition)
{
	const char *eol = plan->source->eol;
	char *outside = indent_of(plan->source, definition->first);
	char *inside = text_of("%s\t", outside);
	char *text = text_of("{%s", eol), *line, *result;

	for (size_t i = 0; i < definition->element_count; i++) {
		line = element_text(plan, definition, &definition->elements[i]);
		add_line(&text, inside, line, eol);
		free(line);
	}
	line = values_text(plan, definition, inside);
	add_line(&text, inside, line, eol);
	free(line);
	result = text_of("%s%s}", text, outside);
	free(text);
	free(inside);
	free(outside);
	return result;
}

char *rewrite_text(const struct plan *plan, const struct definition *definition)
{
	char *members, *slots, *text;

	if (definition->of_2019)
		return definition_2019_text(plan, definition);
	members = spread_text(plan, definition);
	slots = slots_text(plan, definition);
	text = text_of("struct %s%s%s %s %s%s%s;", definition->tag ? definition->tag : "",
		       definition->tag ? " " : "", members, definition->name,
		       definition->section, definition->trailer, slots);

	free(members);
	free(slots);
	return text;
}

/* ---- changes ---- */

static bool is_blank(const struct source *source, size_t from, size_t to)
{
	return strspn(source->text + from, " \t") >= to - from;
}

void rewrite_cut(const struct source *source, struct edits *edits, size_t from, size_t to)
{
	size_t start = source_line_start(source, from), end = source_line_end(source, to);

	if (is_blank(source, start, from) && is_blank(source, to, end)) {
		from = start;
		to = end + (end < source->size ? strlen(source->eol) : 0);
	} else {
		to += strspn(source->text + to, " \t");
	}
	edits_add(edits, from, to < source->size ? to : source->size, must(strdup("")));
}

/* The text behind the comments that stand in the designator, which goes. Takes `text` over. */
static char *with_comments(const struct source *source, const struct element *element,
			   char *text)
{
	for (size_t i = element->value_first; i-- > element->first;) {
		char *comment, *longer;

		if (source_is_code(source, i))
			continue;
		comment = source_words(source, i, i);
		longer = text_of("%s%s%s", comment, text[0] ? " " : "", text);
		free(comment);
		free(text);
		text = longer;
	}
	return text;
}

/* The text for one place of the source: of one element, or of all parts of a macro. */
static char *place_text(const struct plan *plan, const struct definition *definition,
			const struct element *element)
{
	const struct element *end = definition->elements + definition->element_count;
	char *text = must(strdup("")), *longer, *next;

	for (const struct element *i = element; i < end && i->first == element->first; i++) {
		next = element_text(plan, definition, i);
		longer = text_of("%s%s%s", text, text[0] && next[0] ? " " : "", next);
		free(text);
		free(next);
		text = longer;
	}
	return text;
}

static void edit_element(const struct plan *plan, const struct definition *definition,
			 const struct element *element, struct edits *edits)
{
	const struct source *source = plan->source;
	size_t from = source->tokens[element->first].offset;
	size_t to = source_end(source, element->value_last);
	bool has_comma_behind = source_is(source, element->comma, ",");
	size_t comma = source->tokens[element->comma].offset;
	char *text;

	/* those before it have the same place, and said it all */
	if (element->is_part && element > definition->elements &&
	    element[-1].first == element->first)
		return;
	text = with_comments(source, element, place_text(plan, definition, element));
	if (!text[0] && has_comma_behind && is_blank(source, to, comma)) {
		free(text);
		rewrite_cut(source, edits, from, comma + 1);
		return;
	}
	edits_add(edits, from, to, text);
	if (has_comma_behind)
		edits_add(edits, comma, comma + 1, must(strdup("")));
}

/* `__array(values, …)` goes last; in a line of its own if the brace has one. */
static void edit_values(const struct plan *plan, const struct definition *definition,
			struct edits *edits)
{
	const struct source *source = plan->source;
	size_t brace = source->tokens[definition->close].offset;
	size_t start = source_line_start(source, brace);
	char *outside = indent_of(source, definition->close);
	char *inside = text_of("%s\t", outside);
	char *values = values_text(plan, definition, inside);

	if (values && is_blank(source, start, brace))
		edits_add(edits, start, start, text_of("%s%s%s", inside, values, source->eol));
	else if (values)
		edits_add(edits, brace, brace, text_of(" %s ", values));
	free(values);
	free(inside);
	free(outside);
}

/* From the start of the declaration (or the name, of a second one) to the brace. */
static void edit_head(const struct plan *plan, const struct definition *definition,
		      struct edits *edits)
{
	const struct source *source = plan->source;
	size_t first = definition->opens_declaration ? definition->first : definition->name_at;
	size_t brace = source->tokens[definition->open].offset;
	size_t behind = source_end(source, definition->equals);
	char *gap = source_copy(source, behind, brace);

	edits_add(edits, source->tokens[first].offset, brace,
		  text_of("struct%s%s%s%.*s%s", definition->tag ? " " : "",
			  definition->tag ? definition->tag : "",
			  definition->comments[0] ? " " : "",
			  (int)strlen(definition->comments) - (definition->comments[0] != '\0'),
			  definition->comments, gap[0] ? gap : " "));
	free(gap);
}

static void edit_tail(const struct plan *plan, const struct definition *definition,
		      struct edits *edits)
{
	const struct source *source = plan->source;
	size_t behind = source_end(source, definition->close);
	size_t separator = source->tokens[definition->separator].offset;
	size_t next = source_code_from(source, definition->separator + 1);
	char *slots = slots_text(plan, definition);

	edits_add(edits, behind, behind,
		  text_of(" %s %s%s%s", definition->name, definition->section,
			  definition->trailer, slots));
	free(slots);
	if (!source_is(source, definition->separator, ","))
		return;
	/* a declaration of several becomes several declarations */
	if (next == definition->separator + 1)
		edits_add(edits, separator, source->tokens[next].offset,
			  text_of(";%s%s", source->eol, source->eol));
	else
		edits_add(edits, separator, separator + 1, must(strdup(";")));
}

static void edit_definition(const struct plan *plan, const struct definition *definition,
			    struct edits *edits)
{
	const struct source *source = plan->source;

	edit_head(plan, definition, edits);
	if (is_spread(source, definition)) {
		edits_add(edits, source->tokens[definition->open].offset,
			  source_end(source, definition->close), spread_text(plan, definition));
	} else {
		for (size_t i = 0; i < definition->element_count; i++)
			edit_element(plan, definition, &definition->elements[i], edits);
		edit_values(plan, definition, edits);
	}
	edit_tail(plan, definition, edits);
	if (definition->annotation)
		rewrite_cut(source, edits, source->tokens[definition->annotation_first].offset,
			    source_end(source, definition->annotation_last));
}

/* ---- the macros that an old bpf_helpers.h does not have ---- */

static bool directive_is(const struct source *source, size_t token, const char *name)
{
	const char *text = source->text + source->tokens[token].offset + 1;

	text += strspn(text, " \t");
	return !strncmp(text, name, strlen(name));
}

/* Behind the last #include before `limit` that no condition guards; 0 where there is none. */
static size_t behind_includes(const struct source *source, size_t limit)
{
	size_t depth = 0, place = 0;

	for (size_t i = 0; i < limit; i++) {
		if (source->tokens[i].kind != TOKEN_DIRECTIVE)
			continue;
		if (directive_is(source, i, "if"))
			depth++;
		else if (directive_is(source, i, "endif"))
			depth -= depth > 0;
		else if (directive_is(source, i, "include") && !depth)
			place = source_end(source, i);
	}
	return place;
}

static void add_macro(char **text, bool is_there, const char *macro, const char *eol)
{
	char *guarded, name[16];

	if (is_there)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(macro, "("), macro);
	guarded = text_of("#ifndef %s%s#define %s%s#endif", name, eol, macro, eol);
	add_line(text, "", guarded, eol);
	free(guarded);
}

static void edit_macros(struct plan *plan, const struct definition *first, struct edits *edits)
{
	const struct source *source = plan->source;
	size_t place = behind_includes(source, first->first);
	char *text = text_of("/* what libbpf's bpf_helpers.h has for map definitions */%s",
			     source->eol);

	add_macro(&text, plan->has_uint, "__uint(name, value) int (*name)[value]", source->eol);
	add_macro(&text, plan->has_type, "__type(name, value) __typeof__(value) *name",
		  source->eol);
	add_macro(&text, plan->has_array, "__array(name, value) __typeof__(value) *name[]",
		  source->eol);
	if (place)
		edits_add(edits, place, place,
			  text_of("%s%s%.*s", source->eol, source->eol,
				  (int)(strlen(text) - strlen(source->eol)), text));
	else
		edits_add(edits, source_line_start(source, source->tokens[first->first].offset),
			  source_line_start(source, source->tokens[first->first].offset),
			  text_of("%s%s", text, source->eol));
	free(text);
	plan_note(
		plan, NULL,
		"its headers do not define __uint, __type and __array (is bpf_helpers.h an old "
		"copy, or bpf_api.h?); the definitions were added. With libbpf's "
		"<bpf/bpf_helpers.h> they can go");
}

void rewrite(struct plan *plan, struct edits *edits)
{
	const struct definition *first = NULL;
	bool needs_array = false;

	plan_forget_notes(plan);
	name_templates(plan);
	for (size_t i = 0; i < plan->count; i++) {
		const struct definition *definition = &plan->list[i];

		if (!plan_converts(definition))
			continue;
		if (!first || definition->first < first->first)
			first = definition;
		needs_array |= definition->map->inner_map >= 0;
		rewrite_notes(plan, definition);
		if (definition->of_2019)
			definition_2019_edit(plan, definition, edits);
		else
			edit_definition(plan, definition, edits);
	}
	if (first && (!plan->has_uint || !plan->has_type || (needs_array && !plan->has_array)))
		edit_macros(plan, first, edits);
}
