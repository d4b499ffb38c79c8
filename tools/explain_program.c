// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_program: one program, and what the loader fills into its instructions.
 */
#include "explain.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "words.h"

static void show_type(const struct bpf_loader_program *program)
{
	if (program->type) {
		say_fact(STYLE_PLAIN, "type", "%s", prog_type_name(program->type));
		say_fact(STYLE_PLAIN, "known by", "%s", program->type_rule);
		return;
	}
	say_fact(STYLE_PLAIN, "type",
		 "not told by the section's name: load tries types until the verifier "
		 "accepts one; name it with --type");
}

static void show_attach(const struct bpf_loader_program *program)
{
	const char *expected =
		libbpf_bpf_attach_type_str((enum bpf_attach_type)program->expected_attach_type);

	if (program->attach_kind != BPF_LOADER_ATTACH_NONE)
		say_fact(STYLE_PLAIN, "attaches to", "%s %s",
			 words_attach(program->attach_kind),
			 program->attach_target ? program->attach_target : "");
	if (program->expected_attach_type)
		say_fact(STYLE_PLAIN, "attach type", "%s (%u)", expected ? expected : "unknown",
			 program->expected_attach_type);
}

static void show_slot(const struct object *object, const struct bpf_loader_program *program)
{
	const struct bpf_loader_map *map = object_slot_map(object->loader, program);

	if (map)
		say_fact(STYLE_PLAIN, "tail call", "slot %u of map '%s'", program->slot,
			 map->name);
	else if (program->has_slot)
		say_fact(STYLE_BAD, "tail call",
			 "slot %u of a PROG_ARRAY that the object does not have",
			 program->slot);
}

static void show_functions(const struct object *object,
			   const struct bpf_loader_program *program)
{
	say_fact(STYLE_PLAIN, "instructions", "%zu (%zu bytes)", program->insn_count,
		 program->insn_count * sizeof(struct bpf_insn));
	for (size_t i = 1; i < program->part_count; i++)
		say_fact(STYLE_PLAIN, i == 1 ? "sub-programs" : "", "%s from instruction %u on",
			 bpf_loader_part_name(object->loader, program, i),
			 program->parts[i].start);
}

static void show_refusal(const struct object *object, const struct bpf_loader_program *program)
{
	char why[WORDS_ROOM];

	object_refusal(object, program, why, sizeof(why));
	if (why[0])
		say_fact(STYLE_BAD, "refused", "load would refuse it: %s", why);
}

/* ---- relocations ---- */

static void add_line(struct table *table, const char *insn, const char *before,
		     const char *after)
{
	table_add(table, "%s", insn);
	table_add(table, "%s", before);
	table_add(table, "%s", after);
}

/* Eight bytes of hex, the descriptor's four replaced by what it is while there is none. */
static void hex_after(const struct bpf_insn *insn, bool hide_fd, char *hex, size_t room)
{
	words_hex(insn, hide_fd ? 4 : 8, 8, hex, room);
	if (hide_fd)
		append(hex, room, " <map's fd>");
}

static void add_reloc(struct table *table, const struct object *object,
		      const struct bpf_loader_program *program,
		      const struct bpf_loader_reloc *reloc)
{
	const struct bpf_insn *insn = &program->insns[reloc->insn];
	const bool wide = words_reloc_is_wide(reloc->kind);
	const bool fd =
		reloc->kind == BPF_LOADER_RELOC_MAP || reloc->kind == BPF_LOADER_RELOC_VALUE;
	char index[16], before[WORDS_ROOM], after[WORDS_ROOM];
	struct bpf_insn compiled[2] = {0};

	object_insns(object, program, reloc->insn, compiled, wide ? 2 : 1);
	snprintf(index, sizeof(index), "%u", reloc->insn);
	add_line(table, index, reloc->symbol, "");
	words_hex(&reloc->before, 8, 8, before, sizeof(before));
	hex_after(insn, fd, after, sizeof(after));
	add_line(table, "", before, after);
	if (wide) {
		words_hex(&compiled[1], 8, 8, before, sizeof(before));
		words_hex(&insn[1], 8, 8, after, sizeof(after));
		add_line(table, "", before, after);
	}
	words_before(reloc, compiled, before, sizeof(before));
	words_after(object->loader, program, reloc, after, sizeof(after));
	add_line(table, "", before, after);
}

static void show_relocs(const struct object *object, const struct bpf_loader_program *program)
{
	static const struct column columns[] = {
		{.title = "insn", .right = true, .style = STYLE_DIM},
		{.title = "as compiled"},
		{.title = "as loaded", .style = STYLE_GOOD},
	};
	struct table table = {.columns = columns, .column_count = 3};

	if (!program->reloc_count) {
		say_fact(STYLE_PLAIN, "relocations", "none");
		return;
	}
	for (size_t i = 0; i < program->reloc_count; i++)
		add_reloc(&table, object, program, &program->relocs[i]);
	say(STYLE_PLAIN, "\n");
	table_print(&table);
}

static void show_facts(const struct object *object, const struct bpf_loader_program *program)
{
	const struct bpf_loader_part *entry = &program->parts[0];
	const size_t words =
		(program->part_count > 1 ? program->parts[1].start : program->insn_count) -
		entry->start;

	say_fact(STYLE_PLAIN, "section", "%s, bytes %zu to %zu", program->section,
		 program->offset, program->offset + words * sizeof(struct bpf_insn) - 1);
	show_type(program);
	show_attach(program);
	show_slot(object, program);
	show_functions(object, program);
	show_refusal(object, program);
}

void explain_program(const struct object *object, const struct bpf_loader_program *program,
		     unsigned int stages)
{
	say_heading("Program %s", program->name);
	if (stages & STAGE_PROGRAMS)
		show_facts(object, program);
	if (stages & STAGE_RELOCATIONS)
		show_relocs(object, program);
	if (stages & STAGE_PROGRAMS)
		explain_code(object, program);
}
