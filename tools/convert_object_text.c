// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_text: a plan as C, ready to be pasted. See convert_object.h.
 *
 * Maps that hold others come behind those, since their initialisers name them.
 */
#include "convert_object.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "words.h"

#define COMMENT_WIDTH 88

/* A stream into memory. */
struct writer {
	FILE *out;
	char *text;
	size_t size;
};

static void writer_open(struct writer *writer)
{
	*writer = (struct writer){0};
	writer->out = must(open_memstream(&writer->text, &writer->size));
}

static char *writer_close(struct writer *writer)
{
	if (fclose(writer->out))
		must(NULL);
	return must(writer->text);
}

/* ---- names ---- */

/* BPF_MAP_TYPE_HASH where libbpf knows a name, else the number. */
static void print_type(FILE *out, __u32 type)
{
	const char *name = libbpf_bpf_map_type_str((enum bpf_map_type)type);

	if (!name) {
		fprintf(out, "%u", type);
		return;
	}
	fputs("BPF_MAP_TYPE_", out);
	for (; *name; name++)
		fputc(toupper((unsigned char)*name), out);
}

const char *conversion_context(__u32 program_type)
{
	switch (program_type) {
	case BPF_PROG_TYPE_XDP: return "struct xdp_md";
	case BPF_PROG_TYPE_KPROBE: return "struct pt_regs";
	case BPF_PROG_TYPE_PERF_EVENT: return "struct bpf_perf_event_data";
	case BPF_PROG_TYPE_SOCK_OPS: return "struct bpf_sock_ops";
	case BPF_PROG_TYPE_SK_MSG: return "struct sk_msg_md";
	case BPF_PROG_TYPE_CGROUP_SOCK: return "struct bpf_sock";
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR: return "struct bpf_sock_addr";
	case BPF_PROG_TYPE_TRACEPOINT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT: return "void";
	default: return "struct __sk_buff";
	}
}

static void ignore_dump(void *ctx, const char *format, va_list args)
{
	vfprintf(ctx, format, args);
}

/* "struct pair", "__u64[2]" as __type() takes it. To be freed. */
static char *type_name(const struct conversion *plan, __u32 type)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = "");
	struct btf_dump *dump;
	struct writer writer;

	writer_open(&writer);
	dump = must(btf_dump__new(plan->types, ignore_dump, writer.out, NULL));
	btf_dump__emit_type_decl(dump, type, &opts);
	btf_dump__free(dump);
	return writer_close(&writer);
}

/* ---- comments ---- */

/* One note as a comment of its own, broken at blanks. */
static void print_comment(FILE *out, const char *text)
{
	size_t column = 3;

	fputs("/* ", out);
	while (*text) {
		size_t word = strcspn(text, " ");

		if (column > 3 && column + word > COMMENT_WIDTH) {
			fputs("\n * ", out);
			column = 3;
		} else if (column > 3) {
			fputc(' ', out);
		}
		/* What an object's name says must not end the comment. */
		for (size_t i = 0; i < word; i++)
			fputc(text[i] == '*' && text[i + 1] == '/' ? '.' : text[i], out);
		column += word + 1;
		text += word;
		text += strspn(text, " ");
	}
	fputs(" */\n", out);
}

static void print_notes(FILE *out, const struct notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		print_comment(out, notes->lines[i]);
}

/* Where the definition stood and how it was read. */
static void print_origin(FILE *out, const struct planned_map *map)
{
	const struct bpf_loader_map *from = map->map;
	char *text;

	text = text_of("%s: section %s, bytes %zu to %zu, dialect %s by %s%s", map->name,
		       from->section, from->offset, from->offset + from->size - 1,
		       map_dialect_name(from->dialect), from->dialect_rule,
		       map->rebuilt ? "" : "; a BTF definition already");
	print_comment(out, text);
	free(text);
}

/* ---- fields ---- */

static void print_flags(FILE *out, __u32 flags)
{
	char text[WORDS_ROOM];

	words_flags(flags, text, sizeof(text));
	fprintf(out, "\t__uint(map_flags, %s);\n", text);
}

/* What a person has to decide stands where it is to be decided, in the outermost map only. */
static void print_sized(const struct conversion *plan, FILE *out, const char *what, __u32 type,
			__u32 size, bool decide)
{
	char *name;

	if (type) {
		name = type_name(plan, type);
		fprintf(out, "\t__type(%s, %s);\n", what, name);
		free(name);
	} else if (size) {
		fprintf(out, "\t__uint(%s_size, %u);", what, size);
		if (decide)
			fprintf(out,
				" /* or, if it has a type of %u bytes: __type(%s, TYPE) */",
				size, what);
		fputc('\n', out);
	}
}

/* Keys and values of these are file descriptors, indexes: there is no type to decide on. */
static bool has_own_types(__u32 type)
{
	switch (type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_STACK_TRACE:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS: return false;
	default: return true;
	}
}

static void print_fields(const struct conversion *plan, FILE *out,
			 const struct bpf_loader_map *map, bool has_values, bool decide)
{
	decide = decide && has_own_types(map->type);
	fputs("\t__uint(type, ", out);
	print_type(out, map->type);
	fputs(");\n", out);
	print_sized(plan, out, "key", map->btf_key_type, map->key_size, decide);
	if (!has_values)
		print_sized(plan, out, "value", map->btf_value_type, map->value_size, decide);
	if (map->max_entries)
		fprintf(out, "\t__uint(max_entries, %u);\n", map->max_entries);
	if (map->map_flags)
		print_flags(out, map->map_flags);
	if (map->map_flags & BPF_F_NUMA_NODE)
		fprintf(out, "\t__uint(numa_node, %u);\n", map->numa_node);
	if (map->map_extra)
		fprintf(out, "\t__uint(map_extra, %llu);\n",
			(unsigned long long)map->map_extra);
}

/* The template's fields, one tab deeper. */
static void print_template(const struct conversion *plan, FILE *out,
			   const struct bpf_loader_map *inner)
{
	struct writer writer;
	char *text, *line, *rest;

	writer_open(&writer);
	print_fields(plan, writer.out, inner, false, false);
	text = writer_close(&writer);
	fputs("\t__array(values, struct {\n", out);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		fprintf(out, "\t%s\n", line);
	fputs("\t});\n", out);
	free(text);
}

/* ---- a definition ---- */

static void print_declarations(FILE *out, const struct planned_map *map)
{
	for (size_t i = 0; i < map->slot_count; i++)
		if (map->slots[i].program)
			fprintf(out, "int %s(%s *ctx);\n", map->slots[i].program->name,
				conversion_context(map->slots[i].program->program->type));
}

static void print_slots(FILE *out, const struct planned_map *map)
{
	if (!map->slot_count)
		return;
	fputs(" = {\n\t.values = {\n", out);
	for (size_t i = 0; i < map->slot_count; i++) {
		const struct planned_slot *slot = &map->slots[i];

		if (slot->map)
			fprintf(out, "\t\t[%u] = &%s,\n", slot->key, slot->map->name);
		else
			fprintf(out, "\t\t[%u] = (void *)&%s,\n", slot->key,
				slot->program->name);
	}
	fputs("\t},\n}", out);
}

char *conversion_definition(const struct conversion *plan, const struct planned_map *map)
{
	const bool has_values = map->inner || map->programs;
	struct writer writer;

	writer_open(&writer);
	print_origin(writer.out, map);
	print_notes(writer.out, &map->notes);
	print_declarations(writer.out, map);
	fputs("struct {\n", writer.out);
	print_fields(plan, writer.out, &map->numbers, has_values, true);
	if (map->pin_by_name)
		fputs("\t__uint(pinning, LIBBPF_PIN_BY_NAME);\n", writer.out);
	if (map->inner)
		print_template(plan, writer.out, map->inner);
	else if (map->programs)
		fputs("\t__array(values, int(void *));\n", writer.out);
	fprintf(writer.out, "} %s SEC(\".maps\")", map->name);
	print_slots(writer.out, map);
	fputs(";\n", writer.out);
	return writer_close(&writer);
}

/* ---- types ---- */

/* A plain number has no definition worth printing. */
static void dump_type(const struct conversion *plan, struct btf_dump *dump, __u32 type)
{
	const struct btf_type *plain = type ? btf_plain_type(plan->types, type) : NULL;

	while (plain && btf_is_array(plain)) {
		type = btf_array(plain)->type;
		plain = btf_plain_type(plan->types, type);
	}
	if (plain && btf_is_composite(plain))
		btf_dump__dump_type(dump, type);
}

static void dump_map_types(const struct conversion *plan, struct btf_dump *dump,
			   const struct bpf_loader_map *map)
{
	dump_type(plan, dump, map->btf_key_type);
	dump_type(plan, dump, map->btf_value_type);
}

char *conversion_types(const struct conversion *plan)
{
	struct btf_dump *dump = NULL;
	struct writer writer;
	char *types;

	writer_open(&writer);
	if (plan->types)
		dump = must(btf_dump__new(plan->types, ignore_dump, writer.out, NULL));
	for (size_t i = 0; dump && i < plan->map_count; i++) {
		dump_map_types(plan, dump, &plan->maps[i].numbers);
		if (plan->maps[i].inner)
			dump_map_types(plan, dump, plan->maps[i].inner);
	}
	btf_dump__free(dump);
	types = writer_close(&writer);
	for (size_t end = strlen(types); end > 1 && types[end - 2] == '\n'; end--)
		types[end - 1] = '\0';
	return types;
}

/* ---- the whole ---- */

static void print_maps(const struct conversion *plan)
{
	const struct planned_map *map;

	for (size_t n = 0; (map = conversion_map(plan, n)); n++) {
		char *text = conversion_definition(plan, map);

		say(STYLE_PLAIN, "\n%s", text);
		free(text);
	}
}

static void print_programs(const struct conversion *plan)
{
	struct writer writer;
	char *text;

	writer_open(&writer);
	for (size_t i = 0; i < plan->program_count; i++) {
		const struct planned_program *program = &plan->programs[i];

		if (strcmp(program->section, program->program->section) != 0) {
			text = text_of("%s: write SEC(\"%s\"), since libbpf does not know "
				       "SEC(\"%s\")",
				       program->name, program->section,
				       program->program->section);
			print_comment(writer.out, text);
			free(text);
		}
		print_notes(writer.out, &program->notes);
	}
	text = writer_close(&writer);
	if (text[0])
		say(STYLE_PLAIN, "\n%s", text);
	free(text);
}

void conversion_print(const struct conversion *plan)
{
	char *types = conversion_types(plan);

	say(STYLE_PLAIN,
	    "/* Maps of %s, as BTF definitions. */\n"
	    "#include <linux/bpf.h>\n"
	    "#include <bpf/bpf_helpers.h>\n",
	    plan->convert->name);
	if (types[0])
		say(STYLE_PLAIN,
		    "\n#if 0 /* types of keys and values: for those that no header of yours "
		    "has */\n"
		    "%s#endif\n",
		    types);
	print_maps(plan);
	print_programs(plan);
	free(types);
}
