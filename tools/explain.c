// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain: `bpfload explain`, an object laid open without creating anything.
 *
 * The same pipeline as a load, without the two steps that need a kernel: nothing here parses
 * maps or programs a second time.
 */
#include "explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "options.h"
#include "output.h"

static const char help[] =
	"usage: bpfload explain [OPTION]... OBJECT\n"
	"\n"
	"Shows what a BPF object holds and how the loader reads it: sections, every map\n"
	"with its bytes beside the fields they mean, every program with its relocations\n"
	"and its code, disassembled between the lines of its source. Needs no privileges,\n"
	"creates nothing. OBJECT may be - for standard input.\n"
	"\n"
	"  --stage STAGE    only what belongs to one stage of a load: maps (sections,\n"
	"                   evidence, definitions), relocations (instructions before and\n"
	"                   after), programs (type, attach point, code); may be repeated\n"
	"  --syscalls       instead: the bpf(2) calls that load would make, as strace would\n"
	"                   show them, if each succeeded and nothing were pinned yet\n"
	"  --dialect NAME   how to read SEC(\"maps\"): auto (default, by evidence), kernel\n"
	"                   (struct bpf_map_def), iproute2 (struct bpf_elf_map), gobpf,\n"
	"                   goebpf\n"
	"  --relaxed        drop bytes of a definition that no dialect knows\n"
	"  --bpffs DIR      where bpffs is mounted, for the paths of pins (default\n"
	"                   $TC_BPF_MNT or /sys/fs/bpf)\n"
	"  --pin-root DIR   where LIBBPF_PIN_BY_NAME pins (default: bpffs itself)\n"
	"  --json           one JSON document instead of text\n"
	"  -h, --help       this page\n"
	"\n"
	"JSON: object {path, size, license, version}, sections [], dialects [], maps [],\n"
	"programs [], syscalls {}, notes []. Numbers are numbers, bytes are strings of hex\n"
	"digits, what does not exist or was not asked for is null;\n"
	"tests/schema/explain.schema.json has every key.\n"
	"\n"
	"Exit status: 0 the object was read, 1 it could not be, 2 wrong usage.\n";

static void hear(const struct bpf_loader_event *event, void *ctx)
{
	findings_hear(ctx, event);
}

/* ---- the object ---- */

static void show_version(const struct object *object)
{
	__u32 version;

	if (!object_version(object, &version))
		return;
	if (version == 0xfffffffe)
		say_fact(STYLE_PLAIN, "version", "0x%x: whatever kernel runs", version);
	else
		say_fact(STYLE_PLAIN, "version", "0x%x, which is Linux %u.%u.%u", version,
			 version >> 16, version >> 8 & 0xff, version & 0xff);
}

static void show_object(const struct object *object)
{
	const char *license = bpf_loader_license(object->loader);

	if (!license[0])
		license = "none, so programs cannot call helpers that are for GPL programs";
	say(STYLE_BOLD, "%s\n", object->path);
	say_fact(STYLE_PLAIN, "size", "%zu bytes", object->file->size);
	say_fact(STYLE_PLAIN, "license", "%s", license);
	show_version(object);
}

static void show_sections(const struct object *object)
{
	static const struct column columns[] = {
		{.title = "no", .right = true},
		{.title = "name"},
		{.title = "bytes", .right = true},
		{.title = "purpose"},
	};
	struct table table = {.columns = columns, .column_count = 4};

	for (size_t i = 1; i < object->file->section_count; i++) {
		const struct elf_section *section = &object->file->sections[i];
		const char *purpose = handle_section_purpose(section);

		if (!purpose)
			continue;
		table_add(&table, "%u", section->index);
		table_add(&table, "%s", section->name);
		table_add(&table, "%zu", section->size);
		table_add(&table, "%s", purpose);
	}
	say_heading("Sections");
	table_print(&table);
}

static void show_dialects(const struct findings *findings)
{
	bool heading = false;

	for (size_t i = 0; i < findings->count; i++) {
		if (findings->list[i].kind != BPF_LOADER_EVENT_DIALECT)
			continue;
		if (!heading)
			say_heading("How the maps are read");
		heading = true;
		say_fact(STYLE_PLAIN, findings->list[i].section, "%s", findings->list[i].text);
	}
}

static void show_text(const struct object *object, const struct findings *findings,
		      unsigned int stages)
{
	const size_t maps = bpf_loader_map_count(object->loader);
	const size_t programs = bpf_loader_program_count(object->loader);

	show_object(object);
	if (stages & STAGE_MAPS) {
		show_sections(object);
		show_dialects(findings);
	}
	for (size_t i = 0; i < maps && stages & STAGE_MAPS; i++)
		explain_map(object, bpf_loader_map(object->loader, i));
	for (size_t i = 0; i < programs && stages & ~STAGE_MAPS; i++)
		explain_program(object, bpf_loader_program(object->loader, i), stages);
	if (!maps && !programs)
		say_heading("Neither maps nor programs: there is nothing to load");
}

static int explain(const struct options *options)
{
	struct findings findings = {0};
	struct bpf_loader_opts opts = options->loader;
	struct object object;
	int status = EXIT_FAILURE;

	opts.report = hear;
	opts.ctx = &findings;
	if (object_open(&object, options->object, &opts)) {
		if (options->json)
			explain_json(&object, &findings, options);
		else if (options->syscalls)
			explain_syscalls(&object, options);
		else
			show_text(&object, &findings, options->stages);
		status = finish_output();
	}
	object_release(&object);
	findings_release(&findings);
	return status;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options;
	int status = options_parse(&options, command, OPTIONS_EXPLAIN, argc, argv);

	if (!status && options.help) {
		fputs(help, stdout);
		status = finish_output();
	} else if (!status) {
		status = explain(&options);
	}
	options_release(&options);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.line = "show what an object holds and how it is read; needs no privileges",
	.help = help,
	.run = run,
};
