// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_definition: see convert_source_definition.h.
 */
#include "convert_source_definition.h"

#include <stdlib.h>
#include <string.h>

#include "convert_source_2019.h"
#include "loader/prog_load.h"
#include "output.h"

/* ---- the declaration around it ---- */

static bool within(const struct source *source, const struct ast_place *place, size_t first,
		   size_t last)
{
	return place->offset >= (long)source->tokens[first].offset &&
	       place->offset <= (long)source->tokens[last].offset;
}

static bool is_macro_attribute(const struct plan *plan, const struct definition *definition,
			       size_t token)
{
	for (size_t i = 0; i < definition->variable->attribute_count; i++) {
		const struct ast_place *begin = &definition->variable->attributes[i].begin;

		if (begin->macro && within(plan->source, begin, token, token))
			return true;
	}
	return false;
}

/* The last token of the attribute that begins at `token`: WORD or WORD(…). */
static size_t attribute_end(const struct source *source, size_t token)
{
	size_t next = source_code_from(source, token + 1);

	return source_is(source, next, "(") ? source_closing(source, next) : token;
}

static size_t only_string(const struct source *source, size_t first, size_t last)
{
	size_t found = source->count;

	for (size_t i = first; i <= last; i++) {
		if (source->tokens[i].kind != TOKEN_STRING)
			continue;
		if (found != source->count)
			return source->count;
		found = i;
	}
	return found;
}

/*
 * The attribute with ".maps" in it: as it was where its string can be exchanged, NAME(".maps")
 * where the string has a name, and in full where a macro hides all of it.
 */
static char *section_text(const struct source *source, size_t first, size_t last)
{
	size_t string = only_string(source, first, last);
	size_t from = source->tokens[first].offset, to = source_end(source, last);
	char *before, *after, *text;

	if (first == last)
		return text_of("__attribute__((section(\".maps\"), used))");
	if (string == source->count) {
		before = source_copy(source, from, source_end(source, first));
		text = text_of(source_is(source, first, "__attribute__")
				       ? "%s((section(\".maps\"), used))"
				       : "%s(\".maps\")",
			       before);
		free(before);
		return text;
	}
	before = source_copy(source, from, source->tokens[string].offset);
	after = source_copy(source, source_end(source, string), to);
	text = text_of("%s\".maps\"%s", before, after);
	free(before);
	free(after);
	return text;
}

static void lengthen(char **text, const char *more, const char *still_more)
{
	char *longer = text_of("%s%s%s", *text, more, still_more);

	free(*text);
	*text = longer;
}

static void read_attribute(const struct plan *plan, struct definition *definition, size_t first,
			   size_t last)
{
	const struct ast_variable *variable = definition->variable;
	const char *other = NULL;
	bool section = false;
	char *text;

	for (size_t i = 0; i < variable->attribute_count; i++) {
		const struct ast_attribute *attribute = &variable->attributes[i];

		if (!within(plan->source, &attribute->begin, first, last))
			continue;
		if (!strcmp(attribute->kind, "SectionAttr"))
			section = true;
		else if (strcmp(attribute->kind, "UsedAttr") != 0)
			other = attribute->kind;
	}
	if (section && !other && !definition->section) {
		definition->section = section_text(plan->source, first, last);
	} else if (section) {
		plan_leave(definition, "its section stands in one attribute with another (%s)",
			   other ? other : "a second section");
	} else {
		text = source_copy(plan->source, plan->source->tokens[first].offset,
				   source_end(plan->source, last));
		lengthen(&definition->trailer, " ", text);
		free(text);
	}
}

/* It will stand in front of the brace. */
static void keep_comment(const struct plan *plan, struct definition *definition, size_t token)
{
	char *text;

	if (plan->source->tokens[token].kind == TOKEN_LINE_COMMENT) {
		plan_leave(definition, "there is a // comment within its declaration");
		return;
	}
	text = source_copy(plan->source, plan->source->tokens[token].offset,
			   source_end(plan->source, token));
	lengthen(&definition->comments, text, " ");
	free(text);
}

static void unexpected(const struct plan *plan, struct definition *definition, size_t token)
{
	char *text = source_copy(plan->source, plan->source->tokens[token].offset,
				 source_end(plan->source, token));

	plan_leave(definition, "'%.40s' in its declaration is nothing that .maps has", text);
	free(text);
}

/* One piece of what stands around the name. Returns its last token. */
static size_t read_specifier(const struct plan *plan, struct definition *definition,
			     size_t token, bool *has_type)
{
	const struct source *source = plan->source;
	size_t last = token;

	if (source_is(source, token, "static")) {
		definition->was_static = true;
	} else if (source_is(source, token, "const") || token == definition->name_at) {
		/* a definition that becomes a type is neither */
	} else if (source_is(source, token, "__attribute__") ||
		   is_macro_attribute(plan, definition, token)) {
		last = attribute_end(source, token);
		if (last < source->count)
			read_attribute(plan, definition, token, last);
	} else if (source_is(source, token, "struct") && !*has_type) {
		last = source_code_from(source, token + 1);
		for (size_t i = token + 1; i < last; i++)
			keep_comment(plan, definition, i);
		*has_type = true;
	} else if (source->tokens[token].kind == TOKEN_WORD && !*has_type) {
		*has_type = true;
	} else {
		unexpected(plan, definition, token);
	}
	return last;
}

static void read_specifiers(const struct plan *plan, struct definition *definition)
{
	const struct source *source = plan->source;
	bool has_type = false;

	for (size_t i = definition->first; i < definition->equals && !definition->left; i++) {
		if (!source_is_code(source, i))
			keep_comment(plan, definition, i);
		else
			i = read_specifier(plan, definition, i, &has_type);
	}
	if (!definition->section)
		plan_leave(definition, "its section is not written in its declaration");
}

/* Of the second, third … of a declaration only the name may stand there. */
static void read_continuation(const struct plan *plan, struct definition *definition,
			      const struct definition *before)
{
	const struct source *source = plan->source;

	for (size_t i = before->separator + 1; i < definition->equals; i++)
		if (i != definition->name_at && source_is_code(source, i))
			unexpected(plan, definition, i);
		else if (i > definition->name_at && i != definition->equals)
			keep_comment(plan, definition, i);
	if (before->section)
		definition->section = must(strdup(before->section));
	definition->was_static = before->was_static;
	free(definition->trailer);
	definition->trailer = must(strdup(before->trailer));
}

bool definition_find_tokens(const struct plan *plan, struct definition *definition)
{
	const struct ast_variable *variable = definition->variable;
	const struct source *source = plan->source;

	definition->first = source_token_at(source, (size_t)variable->begin.offset);
	definition->name_at = source_token_at(source, (size_t)variable->name_at.offset);
	definition->open = source_token_at(source, (size_t)variable->open.offset);
	definition->close = source_token_at(source, (size_t)variable->close.offset);
	definition->equals = source_code_before(source, definition->open);
	definition->separator = source_code_from(source, definition->close + 1);
	return definition->first < source->count && definition->name_at < source->count &&
	       definition->open < source->count && definition->close < source->count &&
	       source_is(source, definition->equals, "=") &&
	       source_is(source, definition->open, "{") &&
	       source_closing(source, definition->open) == definition->close &&
	       (source_is(source, definition->separator, ";") ||
		source_is(source, definition->separator, ","));
}

static void read_declaration(const struct plan *plan, struct definition *definition)
{
	const struct definition *before = definition - 1;

	definition->opens_declaration =
		definition == plan->list || !before->variable ||
		before->variable->begin.offset != definition->variable->begin.offset;
	if (!definition_find_tokens(plan, definition))
		plan_leave(definition, "its declaration is written in a way that is not known");
	else if (source_has_directive(plan->source, definition->first, definition->separator))
		plan_leave(definition, "there is a preprocessor directive within it");
	else if (definition->opens_declaration)
		read_specifiers(plan, definition);
	else if (before->left)
		plan_leave(definition, "it is declared together with '%s'", before->name);
	else
		read_continuation(plan, definition, before);
}

/* ---- its values ---- */

static void read_designator(const struct source *source, struct element *element)
{
	size_t word = source_code_from(source, element->first + 1), after;

	element->value_first = element->first;
	if (source_is(source, element->first, ".")) {
		after = source_code_from(source, word + 1);
		if (source_is(source, after, "="))
			element->value_first = source_code_from(source, after + 1);
	} else if (source->tokens[element->first].kind == TOKEN_WORD &&
		   source_is(source, word, ":")) {
		element->value_first = source_code_from(source, word + 1);
	}
}

/* The comma behind the element, or the brace that closes the list. */
static size_t element_end(const struct source *source, size_t token, size_t close)
{
	for (; token < close; token++) {
		if (source_is(source, token, ","))
			return token;
		if (source_is(source, token, "(") || source_is(source, token, "[") ||
		    source_is(source, token, "{"))
			token = source_closing(source, token);
	}
	return close;
}

/* Does clang have the value of member `index` begin there? */
static bool is_value_at(const struct definition *definition, size_t index, long offset)
{
	return definition->variable->values[index].begin.offset == offset;
}

static size_t count_values(const struct definition *definition, long offset)
{
	size_t count = 0;

	for (size_t i = 0; i < definition->variable->value_count; i++)
		count += is_value_at(definition, i, offset);
	return count;
}

/* In .maps, a member has its name from libbpf, and its number is what the loader has read. */
static __u64 number_by_name(const struct bpf_loader_map *map, const char *name)
{
	const struct {
		const char *name;
		__u64 number;
	} rows[] = {
		{"type", map->type},
		{"key_size", map->key_size},
		{"value_size", map->value_size},
		{"max_entries", map->max_entries},
		{"map_flags", map->map_flags},
		{"numa_node", map->numa_node},
		{"pinning", map->pinning_id},
		{"map_extra", map->map_extra},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(name, rows[i].name))
			return rows[i].number;
	return 0;
}

static __u64 member_number(const struct definition *definition, const struct element *element)
{
	const struct map_layout *layout = definition->map->layout;
	const struct map_field *by_kind;

	if (!layout)
		return number_by_name(definition->map, element->member);
	by_kind = map_layout_field(layout, element->kind);
	for (size_t i = 0; i < layout->field_count; i++)
		if (!strcmp(layout->fields[i].name, element->member))
			return map_field_value(&layout->fields[i], definition->map->raw);
	return by_kind ? map_field_value(by_kind, definition->map->raw) : 0;
}

/* Values that are copied into the new definition, or are read here: they have to be numbers. */
static bool wants_number(enum map_field_kind kind)
{
	return kind <= MAP_FIELD_INNER_IDX;
}

static void complete_element(struct definition *definition, const struct ast_record *record,
			     struct element *element, size_t index)
{
	element->value = &definition->variable->values[index];
	element->member = record->members[index];
	element->kind = map_field_by_name(element->member);
	element->number = member_number(definition, element);
	if (wants_number(element->kind) && element->value->kind == AST_OTHER)
		plan_leave(definition, "its %s is no integer constant expression",
			   element->member);
}

static void check_designator(const struct plan *plan, struct definition *definition,
			     const struct element *element)
{
	for (size_t i = element->first; i < element->value_first; i++)
		if (plan->source->tokens[i].kind == TOKEN_LINE_COMMENT)
			plan_leave(definition, "there is a // comment before a value");
}

/* The values that begin at one place: one, or all that a macro stands for. */
static void add_elements(const struct plan *plan, struct definition *definition,
			 const struct ast_record *record, const struct element *element)
{
	long offset = (long)plan->source->tokens[element->value_first].offset;
	size_t count = count_values(definition, offset);

	if (!count)
		plan_leave(definition, "its initialiser does not give one value to one member");
	for (size_t i = 0; i < definition->variable->value_count; i++) {
		struct element *added;

		if (!is_value_at(definition, i, offset))
			continue;
		added = &definition->elements[definition->element_count++];
		*added = *element;
		added->is_part = count > 1;
		complete_element(definition, record, added, i);
	}
}

/* Returns the token behind it. */
static size_t read_element(const struct plan *plan, struct definition *definition,
			   const struct ast_record *record, size_t token)
{
	const struct source *source = plan->source;
	struct element element = {.first = token};

	read_designator(source, &element);
	element.comma = element_end(source, element.value_first, definition->close);
	element.value_last = source_code_before(source, element.comma);
	if (element.value_last < element.value_first)
		plan_leave(definition, "its initialiser is not understood");
	else
		add_elements(plan, definition, record, &element);
	check_designator(plan, definition, &element);
	return element.comma == definition->close ? definition->close
						  : source_code_from(source, element.comma + 1);
}

static void check_all_values(struct definition *definition)
{
	size_t written = 0;

	for (size_t i = 0; i < definition->variable->value_count; i++)
		written += definition->variable->values[i].kind != AST_IMPLICIT;
	if (written != definition->element_count)
		plan_leave(definition, "its initialiser does not give one value to one member");
}

void definition_read_elements(const struct plan *plan, struct definition *definition,
			      const struct ast_record *record)
{
	const struct source *source = plan->source;
	size_t token = source_code_from(source, definition->open + 1);

	if (!record || record->member_count != definition->variable->value_count) {
		plan_leave(definition, "its type, %s, is no struct of named members",
			   definition->variable->type);
		return;
	}
	definition->elements = must(
		calloc(definition->variable->value_count + 1, sizeof(*definition->elements)));
	while (token < definition->close && !definition->left)
		token = read_element(plan, definition, record, token);
	check_all_values(definition);
}

/* ---- BPF_ANNOTATE_KV_PAIR ---- */

/* The text between two tokens, both excluded, without blanks at its ends. */
static char *text_between(const struct source *source, size_t before, size_t after)
{
	size_t first = source_code_from(source, before + 1);
	size_t last = source_code_before(source, after);

	if (first >= after)
		return must(strdup(""));
	return source_copy(source, source->tokens[first].offset, source_end(source, last));
}

static bool read_annotation_tokens(const struct plan *plan, struct definition *definition)
{
	const struct source *source = plan->source;
	size_t first = source_token_at(source, (size_t)definition->annotation->begin.offset);
	size_t open, close, name, key;

	if (!definition->annotation->begin.macro || first >= source->count)
		return false;
	open = source_code_from(source, first + 1);
	if (!source_is(source, open, "("))
		return false;
	close = source_closing(source, open);
	name = element_end(source, open + 1, close);
	key = name < close ? element_end(source, name + 1, close) : close;
	if (close == source->count || key == close)
		return false;
	definition->key_type = text_between(source, name, key);
	definition->value_type = text_between(source, key, close);
	definition->annotation_first = first;
	definition->annotation_last = close;
	if (source_is(source, source_code_from(source, close + 1), ";"))
		definition->annotation_last = source_code_from(source, close + 1);
	return !source_has_directive(source, first, definition->annotation_last);
}

static void read_annotation(const struct plan *plan, struct definition *definition)
{
	for (size_t i = 0; i < plan->ast->annotation_count; i++)
		if (!strcmp(plan->ast->annotations[i].map, definition->name))
			definition->annotation = &plan->ast->annotations[i];
	if (!definition->annotation)
		return;
	if (strcmp(definition->annotation->file, plan->ast_path) != 0)
		plan_leave(definition, "its key and value types are told in another file, %s",
			   definition->annotation->file);
	else if (!read_annotation_tokens(plan, definition))
		plan_leave(definition,
			   "what tells its key and value types in line %u is no plain "
			   "BPF_ANNOTATE_KV_PAIR(NAME, KEY, VALUE)",
			   definition->annotation->line);
}

/* ---- what cannot be ---- */

static bool has_slot_programs(const struct plan *plan, const struct definition *definition,
			      bool by_id)
{
	for (size_t i = 0; i < bpf_loader_program_count(plan->loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(plan->loader, i);

		if (program->slot_by_id == by_id &&
		    prog_load_slot_map(&plan->loader->maps, program) == definition->map)
			return true;
	}
	return false;
}

/* What the place and the form of a definition rule out. */
static void check_place(const struct plan *plan, struct definition *definition)
{
	const struct ast_variable *variable = definition->variable;

	if (strcmp(variable->file, plan->ast_path) != 0)
		plan_leave(definition,
			   "it is defined in a header, which is a file of its own to convert");
	else if (variable->is_local)
		plan_leave(definition, "it is defined inside a function");
	else if (variable->is_redeclared)
		plan_leave(definition,
			   "it is declared before, with the type that it has now; remove that "
			   "declaration");
	else if (variable->is_array)
		plan_leave(
			definition,
			"it is an array of definitions, which .maps does not have; give each "
			"a name of its own");
	else if (variable->name_at.macro || variable->open.macro || variable->close.macro)
		plan_leave(definition, "a macro makes the definition");
	else if (variable->open.offset < 0 && !definition->of_2019)
		plan_leave(definition, "it has no initialiser");
}

static void check_map(const struct plan *plan, struct definition *definition)
{
	if (!definition->map)
		plan_leave(
			definition,
			"it is not in the compiled object: nothing uses it, and nothing says "
			"attribute((used))");
	else if (strcmp(definition->map->name, definition->name) != 0)
		plan_leave(definition,
			   "its section calls it '%s', and .maps goes by the variable's name; "
			   "rename the variable",
			   definition->map->name);
	else if (has_slot_programs(plan, definition, true))
		plan_leave(definition,
			   "programs go into it by its id, which stands in their section "
			   "names, and .maps has no ids; write .values = {[SLOT] = "
			   "(void *)&PROGRAM}");
}

static void take_apart_legacy(const struct plan *plan, struct definition *definition)
{
	read_declaration(plan, definition);
	if (!definition->left)
		definition_read_elements(plan, definition,
					 ast_record_of(plan->ast, definition->variable));
	if (!definition->left)
		read_annotation(plan, definition);
}

void definition_take_apart(const struct plan *plan, struct definition *definition)
{
	if (!definition->variable) {
		plan_leave(definition, "its definition is not found in the source");
		return;
	}
	check_place(plan, definition);
	if (!definition->left)
		check_map(plan, definition);
	if (!definition->left && definition->of_2019)
		definition_2019_take_apart(plan, definition);
	else if (!definition->left)
		take_apart_legacy(plan, definition);
	if (definition->left && definition->of_2019)
		lengthen(&definition->left, "; of the compiled object, bpfload convert prints ",
			 "it in the form of today");
}

void definition_check_end(const struct plan *plan, size_t index)
{
	struct definition *definition = &plan->list[index];
	size_t next = source_code_from(plan->source, definition->separator + 1);
	bool continues = index + 1 < plan->count && !plan->list[index + 1].left &&
			 !plan->list[index + 1].opens_declaration &&
			 plan->list[index + 1].name_at == next;

	if (source_is(plan->source, definition->separator, ",") != continues)
		plan_leave(definition, "it is declared together with something else");
}

const struct element *definition_element(const struct definition *definition,
					 enum map_field_kind kind)
{
	for (size_t i = 0; i < definition->element_count; i++)
		if (definition->elements[i].kind == kind)
			return &definition->elements[i];
	return NULL;
}
