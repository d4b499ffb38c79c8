// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_rewrite: see convert_source_rewrite.h.
 */
#include "convert_source_rewrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/map_create.h"
#include "output.h"

/* ---- key and value ---- */

/* The types that are written down; NULL where there is a size only. To be freed. */
struct types {
	char *key, *value;
};

static void types_release(struct types *types)
{
	free(types->key);
	free(types->value);
}

static char *token_text(const struct source *source, size_t first, size_t last)
{
	return source_copy(source, source->tokens[first].offset, source_end(source, last));
}

static bool has_comma(const struct source *source, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++) {
		if (source_is(source, i, ","))
			return true;
		if (source_is(source, i, "("))
			i = source_closing(source, i);
	}
	return false;
}

/* T of sizeof(T), whatever parentheses are around it; NULL where it cannot be taken over. */
static char *type_of_sizeof(const struct source *source, const struct element *element)
{
	size_t token = element->value_first, close;

	if (element->value->kind != AST_SIZEOF || element->value->begin.macro ||
	    !strcmp(element->value->type, "void"))
		return NULL;
	while (source_is(source, token, "("))
		token = source_code_from(source, token + 1);
	if (!source_is(source, token, "sizeof"))
		return NULL;
	token = source_code_from(source, token + 1);
	if (!source_is(source, token, "("))
		return NULL;
	close = source_closing(source, token);
	if (close > element->value_last || has_comma(source, token + 1, close - 1))
		return NULL;
	return token_text(source, source_code_from(source, token + 1),
			  source_code_before(source, close));
}

static char *known_type(const struct plan *plan, const struct definition *definition,
			enum map_field_kind kind)
{
	const struct element *element = definition_element(definition, kind);

	if (!element || !element->number)
		return NULL;
	if (definition->annotation)
		return must(strdup(kind == MAP_FIELD_KEY_SIZE ? definition->key_type
							      : definition->value_type));
	return type_of_sizeof(plan->source, element);
}

static bool is_array_type(__u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_SK_STORAGE || type == BPF_MAP_TYPE_INODE_STORAGE ||
	       type == BPF_MAP_TYPE_TASK_STORAGE;
}

/* The kernel wants an int as the type of an index, and a struct as that of a prefix. */
static bool key_is_wrong(const struct definition *definition)
{
	const struct element *element = definition_element(definition, MAP_FIELD_KEY_SIZE);
	const char *type = element && element->value->type ? element->value->type : "";

	if (definition->annotation || !type[0])
		return false;
	if (is_array_type(definition->map->type))
		return strcmp(type, "int") != 0 && strcmp(type, "unsigned int") != 0;
	return definition->map->type == BPF_MAP_TYPE_LPM_TRIE &&
	       strncmp(type, "struct ", 7) != 0;
}

/*
 * The kernel takes the types of both or of none, and a loader that offers it one gets the map
 * created with a warning. Of maps that have none there, each is worth writing down.
 */
static struct types find_types(const struct plan *plan, const struct definition *definition)
{
	struct types types = {known_type(plan, definition, MAP_FIELD_KEY_SIZE),
			      known_type(plan, definition, MAP_FIELD_VALUE_SIZE)};
	bool whole = (types.key || !definition->map->key_size) &&
		     (types.value || !definition->map->value_size) && !key_is_wrong(definition);

	if (whole || !map_create_takes_btf(definition->map->type))
		return types;
	types_release(&types);
	return (struct types){0};
}

/* ---- one value ---- */

static char *value_text(const struct plan *plan, const struct element *element)
{
	return token_text(plan->source, element->value_first, element->value_last);
}

/* The size of an array cannot be negative, so what is becomes the unsigned number it stood for. */
static char *uint_text(const struct plan *plan, const struct element *element, const char *name)
{
	bool negative = element->value->is_signed && element->number > 0x7fffffff;
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
	struct types types = find_types(plan, definition);
	const char *type = is_key ? types.key : types.value;
	char *text;

	if (!element->number)
		text = must(strdup(""));
	else if (type)
		text = text_of("__type(%s, %s);", is_key ? "key" : "value", type);
	else
		text = uint_text(plan, element, is_key ? "key_size" : "value_size");
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
	case BPF_LOADER_PIN_BY_NAME: return uint_text(plan, element, "pinning");
	case BPF_LOADER_PIN_GLOBAL_NS:
		return text_of("__uint(pinning, %s); /* tc: /sys/fs/bpf/tc/globals/%s, libbpf: "
			       "/sys/fs/bpf/%s */",
			       by_name, definition->name, definition->name);
	default: return comment_text(plan, element, "libbpf pins by name only");
	}
}

/* Is the member of a loader's own worth a word? */
static bool says_something(const struct definition *definition, const struct element *element)
{
	return element->number ||
	       (element->kind != MAP_FIELD_OWNER && definition->map->pin_hint);
}

/* A member of the new definition with its semicolon, a comment, or nothing. To be freed. */
static char *element_text(const struct plan *plan, const struct definition *definition,
			  const struct element *element)
{
	switch (element->kind) {
	case MAP_FIELD_TYPE: return uint_text(plan, element, "type");
	case MAP_FIELD_KEY_SIZE:
	case MAP_FIELD_VALUE_SIZE: return size_text(plan, definition, element);
	case MAP_FIELD_MAX_ENTRIES: return uint_text(plan, element, "max_entries");
	case MAP_FIELD_MAP_FLAGS: return uint_text(plan, element, "map_flags");
	case MAP_FIELD_NUMA_NODE: return uint_text(plan, element, "numa_node");
	case MAP_FIELD_PINNING: return pinning_text(plan, definition, element);
	case MAP_FIELD_INNER_MAP_IDX:
	case MAP_FIELD_INNER_ID:
	case MAP_FIELD_INNER_IDX:
	case MAP_FIELD_INNER_PTR: return must(strdup(""));
	case MAP_FIELD_ID:
		return element->number ? comment_text(plan, element, ".maps has no ids")
				       : must(strdup(""));
	default:
		return says_something(definition, element)
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
	char *text = text_of("struct {%s", plan->source->eol);

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
	indent = text_of("%s%s}", text, indent);
	free(text);
	return (char *)indent;
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

/* The initialiser that puts maps into slots; "" where there are none. */
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
	if (!map->slot_count)
		return text;
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

	return !memchr(source->text + from, '\n', to - from);
}

static bool is_one_line(const struct source *source, const struct definition *definition)
{
	for (size_t i = definition->open; i < definition->close; i++)
		if (!source_is_code(source, i))
			return false;
	return same_line(source, definition->open, definition->close);
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
	char *members = spread_text(plan, definition);
	char *slots = slots_text(plan, definition);
	char *text = text_of("struct %s%s%s %s %s%s%s;", definition->tag ? definition->tag : "",
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

/* Removes [from, to), and the lines that are empty without it. */
static void cut(const struct source *source, struct edits *edits, size_t from, size_t to)
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

static void edit_element(const struct plan *plan, const struct definition *definition,
			 const struct element *element, struct edits *edits)
{
	const struct source *source = plan->source;
	size_t from = source->tokens[element->first].offset;
	size_t to = source_end(source, element->value_last);
	bool has_comma_behind = source_is(source, element->comma, ",");
	size_t comma = source->tokens[element->comma].offset;
	char *text = element_text(plan, definition, element);

	if (!text[0] && has_comma_behind && is_blank(source, to, comma)) {
		free(text);
		cut(source, edits, from, comma + 1);
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
	if (is_one_line(source, definition)) {
		edits_add(edits, source->tokens[definition->open].offset,
			  source_end(source, definition->close), spread_text(plan, definition));
	} else {
		for (size_t i = 0; i < definition->element_count; i++)
			edit_element(plan, definition, &definition->elements[i], edits);
		edit_values(plan, definition, edits);
	}
	edit_tail(plan, definition, edits);
	if (definition->annotation)
		cut(source, edits, source->tokens[definition->annotation_first].offset,
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

/* ---- notes ---- */

static void note_pinning(struct plan *plan, const struct definition *definition)
{
	const char *name = definition->name;

	switch (definition->map->pinning) {
	case BPF_LOADER_PIN_GLOBAL_NS:
		plan_note(plan, definition,
			  "tc pinned it at /sys/fs/bpf/tc/globals/%s; libbpf pins it at "
			  "/sys/fs/bpf/%s, or below the loading program's pin_root_path",
			  name, name);
		break;
	case BPF_LOADER_PIN_OBJECT_NS:
		plan_note(plan, definition,
			  "PIN_OBJECT_NS has no equivalent: it is not pinned any more, and "
			  "programs of one object share it anyway");
		break;
	case BPF_LOADER_PIN_CUSTOM:
		plan_note(plan, definition,
			  "pinning %u, an id of iproute2's bpf_pinning file, has no "
			  "equivalent: it is not pinned any more",
			  definition->map->pinning_id);
		break;
	case BPF_LOADER_PIN_NAMESPACE:
	case BPF_LOADER_PIN_PATH:
		plan_note(plan, definition,
			  "a pin at a place of its own (%s) has no equivalent: the loading "
			  "program has to call bpf_map__set_pin_path()",
			  definition->map->pin_hint ? definition->map->pin_hint : "");
		break;
	default: break;
	}
}

static void note_types(struct plan *plan, const struct definition *definition)
{
	struct types types = find_types(plan, definition);
	const struct bpf_loader_map *map = definition->map;
	char *key = known_type(plan, definition, MAP_FIELD_KEY_SIZE);
	char *value = known_type(plan, definition, MAP_FIELD_VALUE_SIZE);

	if (!map_create_takes_btf(map->type) || types.key || types.value)
		;
	else if (key_is_wrong(definition))
		plan_note(
			plan, definition,
			"sizes, not types: as key of a map of type %s the kernel takes only %s",
			map_type_name(map->type),
			is_array_type(map->type) ? "a 4-byte int" : "a struct");
	else if ((!key && map->key_size) || (!value && map->value_size))
		plan_note(plan, definition,
			  "sizes, not types: the type of its %s is not known; with __type(key, "
			  "…) and __type(value, …) bpftool would show what is in it",
			  key || !map->key_size	      ? "value"
			  : value || !map->value_size ? "key"
						      : "key and value");
	free(key);
	free(value);
	types_release(&types);
}

static void note_rest(struct plan *plan, const struct definition *definition)
{
	const struct bpf_loader_map *map = definition->map;

	for (size_t i = 0; i < definition->element_count; i++) {
		const struct element *element = &definition->elements[i];

		if ((element->kind == MAP_FIELD_OWNER || element->kind >= MAP_FIELD_PADDING) &&
		    says_something(definition, element))
			plan_note(plan, definition,
				  ".%s is a member for some loader of its own, and dropped",
				  element->member);
	}
	if (map->id)
		plan_note(plan, definition,
			  "its id, %u, has no equivalent; programs and maps of this file do "
			  "not need it any more, others that do will not find it",
			  map->id);
	if (definition->was_static)
		plan_note(plan, definition, "not static any more: libbpf refuses static maps");
	if (map_type_holds_maps(map->type) && map->inner_map < 0)
		plan_note(plan, definition,
			  "as before, the loading program has to give its inner map "
			  "(bpf_map__set_inner_map_fd())");
}

static void note_definition(struct plan *plan, const struct definition *definition)
{
	note_types(plan, definition);
	note_pinning(plan, definition);
	note_rest(plan, definition);
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
		note_definition(plan, definition);
		edit_definition(plan, definition, edits);
	}
	if (first && (!plan->has_uint || !plan->has_type || (needs_array && !plan->has_array)))
		edit_macros(plan, first, edits);
}
