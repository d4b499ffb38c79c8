// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * bpf_load: the story of loading a BPF object, from top to bottom.
 *
 *     open ELF ──► sections, symbols ──► dialect ──► maps described
 *                                                       │
 *                    created, or pinned, or given ◄─────┘
 *                                │
 *     functions ──► programs ──► relocated with fds ──► verified ──► attached
 *
 * Each arrow is a step a caller can take alone, and a chapter under loader/. This file only
 * puts them in order, and undoes everything when one of them fails.
 */
#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/attach.h"
#include "loader/handle.h"
#include "loader/map_create.h"
#include "loader/maps_annotate.h"
#include "loader/maps_btf.h"
#include "loader/maps_data.h"
#include "loader/maps_legacy.h"
#include "loader/privilege.h"
#include "loader/prog_load.h"
#include "loader/relocate.h"
#include "loader/section_table.h"

/* ---- open: from the file to descriptions ---- */

static const char *object_name(const struct bpf_loader *loader)
{
	const char *slash = strrchr(loader->path, '/');

	return slash ? slash + 1 : loader->path;
}

static void report_map_found(struct bpf_loader *loader, const struct bpf_loader_map *map)
{
	struct bpf_loader_event event = {
		.kind = BPF_LOADER_EVENT_MAP_FOUND, .section = map->section, .map = map};

	report_event(
		&loader->report, &event,
		"map '%s': type %s, key_size %u, value_size %u, max_entries %u, flags 0x%x "
		"(dialect %s)",
		map->name, map_type_name(map->type), map->key_size, map->value_size,
		map->max_entries, map->map_flags, map_dialect_name(map->dialect));
}

static int describe_maps(struct bpf_loader *loader)
{
	const struct legacy_options options = {
		.dialect = loader->opts.dialect,
		.relaxed = loader->opts.flags & BPF_LOADER_RELAXED,
	};
	int err = maps_legacy_read(&loader->file, &loader->btf, &options, &loader->layouts,
				   &loader->maps, &loader->report);

	if (!err)
		err = maps_btf_read(&loader->file, &loader->btf, &loader->maps,
				    &loader->report);
	if (!err)
		maps_annotate(&loader->btf, &loader->maps, &loader->report);
	for (size_t i = 0; i < loader->maps.count && !err; i++)
		err = pinning_resolve(&loader->maps.maps[i], &loader->pins, loader->file.bytes,
				      loader->file.size, &loader->report);
	if (!err && map_list_index(&loader->maps, loader->file.section_count))
		err = report_fail(&loader->report, ENOMEM, "no memory for the list of maps");
	for (size_t i = 0; i < loader->maps.count && !err; i++)
		report_map_found(loader, &loader->maps.maps[i]);
	return err;
}

static void report_program_found(struct bpf_loader *loader,
				 const struct bpf_loader_program *program)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_PROGRAM_FOUND,
					 .section = program->section,
					 .program = program};

	report_event(
		&loader->report, &event,
		"program '%s': type %s, instructions %zu, relocations %zu, sub-programs %zu",
		program->name, program->type ? prog_type_name(program->type) : "not said",
		program->insn_count, program->reloc_count, program->part_count - 1);
}

/* One entry function becomes a program: its type by the section's name, its code recorded. */
static int describe_program(struct bpf_loader *loader, size_t entry)
{
	const struct function *function = &loader->functions.functions[entry];
	const struct relocate_context context = {
		.file = &loader->file,
		.functions = &loader->functions,
		.maps = &loader->maps,
		.object_name = object_name(loader),
		.report = &loader->report,
	};
	struct bpf_loader_program *program = prog_list_add(&loader->programs);

	if (!program)
		return report_fail(&loader->report, ENOMEM,
				   "no memory for the list of programs");
	program->name = function->name;
	program->section = loader->file.sections[function->section].name;
	program->section_index = function->section;
	program->offset = function->start;
	section_table_apply(program);
	return relocate_record(&context, program, entry);
}

/* What bpf_load.c of 5.10 would not have seen is said, then passed over. */
static bool passed_over(struct bpf_loader *loader, const struct function *function)
{
	const char *section = loader->file.sections[function->section].name;

	if (!(loader->opts.flags & BPF_LOADER_CLASSIC_SECTIONS) ||
	    section_table_is_classic(section))
		return false;
	report_note(&loader->report, section,
		    "section '%s': not one that bpf_load.c knew, passed over", section);
	return true;
}

/* A program of the one type that all programs of the object have; NULL where they differ. */
static const struct bpf_loader_program *common_program(const struct prog_list *list)
{
	const struct bpf_loader_program *common = NULL;

	for (size_t i = 0; i < list->count; i++) {
		if (!list->programs[i].type)
			continue;
		if (common && common->type != list->programs[i].type)
			return NULL;
		common = &list->programs[i];
	}
	return common;
}

static bool has_dialect(const struct map_list *list, enum bpf_loader_dialect dialect)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->maps[i].dialect == dialect)
			return true;
	return false;
}

static void set_type(struct bpf_loader_program *program, __u32 type, const char *rule)
{
	program->type = type;
	program->expected_attach_type = section_table_attach_type(type);
	program->type_rule = rule;
}

/* A tail call works between programs that agree in type and attach type. */
static void set_type_of_caller(struct bpf_loader_program *program,
			       const struct bpf_loader_program *caller)
{
	if (!caller) {
		set_type(program, BPF_PROG_TYPE_SCHED_CLS, "tail call: tc's default type");
		return;
	}
	set_type(program, caller->type, "tail call: the type of the object's other programs");
	program->expected_attach_type = caller->expected_attach_type;
	program->flags = caller->flags;
}

/* Types that section names do not tell: the caller's word, a tail call's caller, tc's habit. */
static void complete_types(struct bpf_loader *loader)
{
	const struct bpf_loader_program *common = common_program(&loader->programs);
	const bool tc = has_dialect(&loader->maps, BPF_LOADER_IPROUTE2);

	for (size_t i = 0; i < loader->programs.count; i++) {
		struct bpf_loader_program *program = &loader->programs.programs[i];

		if (program->type)
			continue;
		if (loader->opts.prog_type) {
			set_type(program, loader->opts.prog_type, "named by the caller");
		} else if (program->slot_by_id) {
			set_type_of_caller(program, common);
		} else if (tc) {
			set_type(program, BPF_PROG_TYPE_SCHED_CLS,
				 "tc takes a classifier from a section of any name");
			program->type_assumed = true;
		}
	}
}

/* BTF describes a section of variables as a whole: bpftool then prints them by name. */
static void name_variables(struct bpf_loader *loader, struct bpf_loader_map *map)
{
	int id = -1;

	if (loader->btf.btf)
		id = btf__find_by_name_kind(loader->btf.btf, map->section, BTF_KIND_DATASEC);
	if (id > 0)
		map->btf_value_type = (__u32)id;
}

/*
 * libbpf creates the data maps of an object with BTF maps whether used or not; so do we, but for
 * strings without a name: `char format[] = "…"` leaves one behind that the program, which builds it
 * on its stack, does not use, and nobody could ask for.
 */
static int add_unused_data(struct bpf_loader *loader)
{
	if (!has_dialect(&loader->maps, BPF_LOADER_BTF))
		return 0;
	for (size_t i = 1; i < loader->file.section_count; i++) {
		const struct elf_section *section = &loader->file.sections[i];

		if (maps_data_section(section) && section->size &&
		    !(section->flags & SHF_STRINGS) &&
		    maps_data_find(&loader->maps, section, object_name(loader)) < 0)
			return report_fail(&loader->report, ENOMEM, "no memory for data maps");
	}
	return 0;
}

static int describe_programs(struct bpf_loader *loader)
{
	const size_t known = loader->maps.count;
	int err = functions_read(&loader->functions, &loader->file, &loader->report);

	for (size_t i = 0; i < loader->functions.count && !err; i++)
		if (loader->functions.functions[i].entry &&
		    !passed_over(loader, &loader->functions.functions[i]))
			err = describe_program(loader, i);
	if (!err)
		err = add_unused_data(loader);
	if (err)
		return err;
	complete_types(loader);
	for (size_t i = known; i < loader->maps.count; i++) {
		name_variables(loader, &loader->maps.maps[i]);
		report_map_found(loader, &loader->maps.maps[i]);
	}
	for (size_t i = 0; i < loader->programs.count; i++)
		report_program_found(loader, &loader->programs.programs[i]);
	return 0;
}

const char *handle_section_purpose(const struct elf_section *section)
{
	if (elf_section_is_program(section))
		return section->size ? "program code" : NULL;
	if (maps_legacy_section(section->name))
		return "map definitions (legacy)";
	if (!strcmp(section->name, ".maps"))
		return "map definitions (BTF)";
	if (!strcmp(section->name, "license"))
		return "license";
	if (!strcmp(section->name, "version"))
		return "kernel version";
	if (!strcmp(section->name, BTF_ELF_SEC))
		return "types";
	if (!strcmp(section->name, BTF_EXT_ELF_SEC))
		return "function types and source lines";
	if (maps_data_section(section))
		return "global variables";
	return NULL;
}

static void report_sections(struct bpf_loader *loader)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_SECTION};

	for (size_t i = 1; report_wanted(&loader->report) && i < loader->file.section_count;
	     i++) {
		const struct elf_section *section = &loader->file.sections[i];
		const char *purpose = handle_section_purpose(section);

		if (!purpose)
			continue;
		event.section = section->name;
		report_event(&loader->report, &event, "section %u '%s': %zu bytes of %s",
			     section->index, section->name, section->size, purpose);
	}
}

static int describe(struct bpf_loader *loader)
{
	int err;

	report_sections(loader);
	err = btf_file_open(&loader->btf, &loader->file, &loader->report);
	if (!err)
		err = describe_maps(loader);
	if (!err)
		err = describe_programs(loader);
	if (err)
		return err;
	loader->license = prog_load_license(&loader->file);
	if (!loader->license)
		return report_fail(&loader->report, ENOMEM, "no memory for the license");
	return 0;
}

static bool copy_string(char **copy, const char **option)
{
	if (!*option)
		return true;
	*copy = strdup(*option);
	*option = *copy;
	return *copy != NULL;
}

static struct bpf_loader *new_loader(const char *path, const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader = calloc(1, sizeof(*loader));

	if (!loader)
		return NULL;
	loader->btf.fd = -1;
	if (opts)
		loader->opts = *opts;
	loader->path = strdup(path);
	if (!loader->path || !copy_string(&loader->bpffs, &loader->opts.bpffs) ||
	    !copy_string(&loader->pin_root, &loader->opts.pin_root) ||
	    !copy_string(&loader->pinning_file, &loader->opts.pinning_file)) {
		bpf_loader_close(loader);
		return NULL;
	}
	loader->pins = (struct pin_options){
		.bpffs = loader->bpffs,
		.pin_root = loader->pin_root,
		.pinning_file = loader->pinning_file,
		.relaxed = loader->opts.flags & BPF_LOADER_RELAXED,
	};
	report_init(&loader->report, loader->path, loader->opts.report, loader->opts.ctx);
	if (loader->opts.dialect == BPF_LOADER_BTF || loader->opts.dialect >= BPF_LOADER_DATA)
		report_fail(
			&loader->report, EINVAL,
			"dialect %s is no way to read SEC(\"maps\"); kernel, iproute2, gobpf "
			"and goebpf are",
			map_dialect_name(loader->opts.dialect));
	return loader;
}

struct bpf_loader *bpf_loader_open(const char *path, const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader = new_loader(path, opts);

	if (loader && !loader->report.errnum &&
	    !elf_file_open(&loader->file, loader->path, &loader->report))
		describe(loader);
	return loader;
}

struct bpf_loader *bpf_loader_open_memory(const void *bytes, size_t size, const char *name,
					  const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader = new_loader(name, opts);

	if (loader && !loader->report.errnum &&
	    !elf_file_open_memory(&loader->file, bytes, size, &loader->report))
		describe(loader);
	return loader;
}

/* ---- undo ---- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Takes back what the handle did in the kernel; what it knows about the object stays. */
static void undo(struct bpf_loader *loader)
{
	for (size_t i = 0; i < loader->programs.count; i++) {
		attach_release(&loader->programs.programs[i]);
		close_fd(&loader->programs.programs[i].fd);
	}
	for (size_t i = 0; i < loader->maps.count; i++) {
		if (loader->maps.maps[i].given)
			loader->maps.maps[i].fd = -1;
		close_fd(&loader->maps.maps[i].fd);
	}
	close_fd(&loader->btf.fd);
	pinning_undo(&loader->journal);
}

/* The end of every step: a failure undoes the steps before it. */
static int finish_step(struct bpf_loader *loader, int err)
{
	if (err)
		undo(loader);
	return err;
}

void bpf_loader_close(struct bpf_loader *loader)
{
	if (!loader)
		return;
	pinning_commit(&loader->journal);
	for (size_t i = 0; i < loader->programs.count; i++)
		attach_release(&loader->programs.programs[i]);
	prog_list_release(&loader->programs);
	map_list_release(&loader->maps);
	functions_release(&loader->functions);
	custom_layouts_release(&loader->layouts);
	btf_file_close(&loader->btf);
	elf_file_close(&loader->file);
	report_release(&loader->report);
	free(loader->license);
	free(loader->log);
	free(loader->path);
	free(loader->bpffs);
	free(loader->pin_root);
	free(loader->pinning_file);
	free(loader);
}

/* ---- the steps ---- */

int bpf_loader_create_maps(struct bpf_loader *loader)
{
	const struct map_create_context context = {
		.maps = &loader->maps,
		.btf = &loader->btf,
		.pin_options = &loader->pins,
		.journal = &loader->journal,
		.fixup = loader->opts.fixup_map,
		.ctx = loader->opts.ctx,
		.report = &loader->report,
	};

	if (loader->report.errnum)
		return -loader->report.errnum;
	if (loader->created)
		return 0;
	loader->created = true;
	loader->relocated = false; /* whatever was filled in had no descriptors yet */
	return finish_step(loader, map_create_all(&context));
}

int bpf_loader_relocate(struct bpf_loader *loader)
{
	if (loader->report.errnum)
		return -loader->report.errnum;
	if (loader->relocated)
		return 0;
	for (size_t i = 0; i < loader->programs.count; i++)
		relocate_apply(&loader->programs.programs[i], &loader->maps, &loader->report);
	loader->relocated = true;
	return 0;
}

static int fixup_programs(struct bpf_loader *loader)
{
	for (size_t i = 0; loader->opts.fixup_program && i < loader->programs.count; i++) {
		struct bpf_loader_program *program = &loader->programs.programs[i];
		int err = loader->opts.fixup_program(program, i, loader->opts.ctx);

		if (err)
			return report_fail(
				&loader->report, err < 0 ? -err : err,
				"section '%s', program '%s': refused by the caller's "
				"fixup",
				program->section, program->name);
	}
	return 0;
}

/* Kernels before 5.0 want a kprobe program, and no other, to carry their own version. What the
 * object's version section says was true for the machine that it was compiled on. */
static unsigned int version_to_claim(const struct prog_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->programs[i].type == BPF_PROG_TYPE_KPROBE || !list->programs[i].type)
			return privilege_kernel_version();
	return 0;
}

int bpf_loader_load_programs(struct bpf_loader *loader)
{
	struct prog_load_context context;
	int err = bpf_loader_create_maps(loader);

	if (!err)
		err = bpf_loader_relocate(loader);
	if (err || loader->loaded)
		return err;
	loader->loaded = true;
	context = (struct prog_load_context){
		.file = &loader->file,
		.functions = &loader->functions,
		.btf = &loader->btf,
		.maps = &loader->maps,
		.programs = &loader->programs,
		.license = loader->license,
		.guess_types = loader->opts.flags & BPF_LOADER_GUESS_TYPES,
		.log = &loader->log,
		.report = &loader->report,
	};
	err = fixup_programs(loader);
	if (err)
		return finish_step(loader, err);
	context.kern_version = version_to_claim(&loader->programs);
	err = prog_load_all(&context);
	return finish_step(loader, err);
}

int bpf_loader_attach_program(struct bpf_loader *loader, struct bpf_loader_program *program)
{
	int err = bpf_loader_load_programs(loader);

	if (err || program->attach_fd >= 0 || program->skip)
		return err;
	return finish_step(loader, attach_program(program, &loader->report));
}

int bpf_loader_attach_socket(struct bpf_loader *loader, struct bpf_loader_program *program,
			     int socket_fd)
{
	int err = bpf_loader_load_programs(loader);

	if (err)
		return err;
	return finish_step(loader, attach_socket(program, socket_fd, &loader->report));
}

int bpf_loader_attach(struct bpf_loader *loader)
{
	int err = bpf_loader_load_programs(loader);

	for (size_t i = 0; i < loader->programs.count && !err; i++)
		err = bpf_loader_attach_program(loader, &loader->programs.programs[i]);
	return err;
}

int bpf_loader_load(struct bpf_loader *loader)
{
	if (loader->opts.flags & BPF_LOADER_NO_ATTACH)
		return bpf_loader_load_programs(loader);
	return bpf_loader_attach(loader);
}

struct bpf_loader *bpf_loader_load_file(const char *path, const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader = bpf_loader_open(path, opts);

	if (loader && !loader->report.errnum)
		bpf_loader_load(loader);
	return loader;
}

/* ---- looking at it ---- */

const char *bpf_loader_error(const struct bpf_loader *loader)
{
	if (!loader)
		return "out of memory";
	if (!loader->report.errnum)
		return NULL;
	return loader->report.error ? loader->report.error : strerror(loader->report.errnum);
}

int bpf_loader_errno(const struct bpf_loader *loader)
{
	return loader ? loader->report.errnum : ENOMEM;
}

const char *bpf_loader_log(const struct bpf_loader *loader)
{
	return loader && loader->log ? loader->log : "";
}

const char *bpf_loader_license(const struct bpf_loader *loader)
{
	return loader->license ? loader->license : "";
}

size_t bpf_loader_map_count(const struct bpf_loader *loader)
{
	return loader->maps.count;
}

struct bpf_loader_map *bpf_loader_map(const struct bpf_loader *loader, size_t index)
{
	return index < loader->maps.count ? &loader->maps.maps[index] : NULL;
}

struct bpf_loader_map *bpf_loader_find_map(const struct bpf_loader *loader, const char *name)
{
	for (size_t i = 0; i < loader->maps.count; i++)
		if (!strcmp(loader->maps.maps[i].name, name))
			return &loader->maps.maps[i];
	return NULL;
}

size_t bpf_loader_program_count(const struct bpf_loader *loader)
{
	return loader->programs.count;
}

struct bpf_loader_program *bpf_loader_program(const struct bpf_loader *loader, size_t index)
{
	return index < loader->programs.count ? &loader->programs.programs[index] : NULL;
}

struct bpf_loader_program *bpf_loader_find_program(const struct bpf_loader *loader,
						   const char *name)
{
	for (size_t i = 0; i < loader->programs.count; i++)
		if (!strcmp(loader->programs.programs[i].name, name))
			return &loader->programs.programs[i];
	return NULL;
}

int bpf_loader_map_fd(const struct bpf_loader *loader, const char *name)
{
	const struct bpf_loader_map *map = bpf_loader_find_map(loader, name);

	return map ? map->fd : -1;
}

int bpf_loader_program_fd(const struct bpf_loader *loader, const char *name)
{
	const struct bpf_loader_program *program = bpf_loader_find_program(loader, name);

	return program ? program->fd : -1;
}

const char *bpf_loader_part_name(const struct bpf_loader *loader,
				 const struct bpf_loader_program *program, size_t part)
{
	return loader->functions.functions[program->parts[part].function].name;
}

int bpf_loader_set_map_fd(struct bpf_loader *loader, const char *name, int fd)
{
	struct bpf_loader_map *map = bpf_loader_find_map(loader, name);

	if (!map)
		return -ENOENT;
	if (loader->created)
		return -EBUSY;
	map->fd = fd;
	map->given = true;
	return 0;
}

void bpf_loader_print(const struct bpf_loader_event *event, void *stream)
{
	static const char *const marks[] = {
		[BPF_LOADER_EVENT_SECTION] = "section",
		[BPF_LOADER_EVENT_DIALECT] = "dialect",
		[BPF_LOADER_EVENT_MAP_FOUND] = "map",
		[BPF_LOADER_EVENT_MAP_CREATED] = "create",
		[BPF_LOADER_EVENT_SLOT] = "slot",
		[BPF_LOADER_EVENT_PROGRAM_FOUND] = "program",
		[BPF_LOADER_EVENT_RELOCATION] = "relocate",
		[BPF_LOADER_EVENT_PROGRAM_LOADED] = "load",
		[BPF_LOADER_EVENT_ATTACHED] = "attach",
		[BPF_LOADER_EVENT_NOTE] = "note",
		[BPF_LOADER_EVENT_WARNING] = "warning",
		[BPF_LOADER_EVENT_ERROR] = "error",
	};

	fprintf(stream ? stream : stderr, "%-8s  %s\n", marks[event->kind], event->text);
}
