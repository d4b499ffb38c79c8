// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * prog_load: BPF_PROG_LOAD, what it needs and what it says. See prog_load.h.
 */
#include "prog_load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel_name.h"
#include "privilege.h"
#include "program_records.h"
#include "refusal.h"
#include "section_table.h"
#include "verifier_log.h"

#define LOG_SIZE_FIRST (64u << 10)
#define LOG_SIZE_LAST  (UINT32_MAX >> 2) /* the kernel's limit since 5.2 */

/* ---- license ---- */

char *prog_load_license(const struct elf_file *file)
{
	const struct elf_section *section = elf_file_section(file, "license");

	if (!section || !section->data)
		return strdup("");
	return strndup((const char *)section->data, section->size);
}

/* ---- the syscall ---- */

/* One program on its way: the arguments that stay the same over all tries. */
struct attempt {
	const struct prog_load_context *context;
	const struct bpf_loader_program *program;
	struct program_records funcs, lines;
	int btf_fd;
	int attach_btf_id;
	char *log;
	__u32 log_size;
};

static void add_btf(const struct attempt *attempt, struct bpf_prog_load_opts *opts)
{
	if (!attempt->funcs.count)
		return;
	opts->prog_btf_fd = (__u32)attempt->btf_fd;
	opts->func_info = attempt->funcs.data;
	opts->func_info_cnt = attempt->funcs.count;
	opts->func_info_rec_size = attempt->funcs.size;
	if (!attempt->lines.count)
		return;
	opts->line_info = attempt->lines.data;
	opts->line_info_cnt = attempt->lines.count;
	opts->line_info_rec_size = attempt->lines.size;
}

static int try_load(const struct attempt *attempt, __u32 type, bool with_btf, bool with_log)
{
	const struct bpf_loader_program *program = attempt->program;
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)program->expected_attach_type,
		    .prog_flags = program->flags,
		    .kern_version = attempt->context->kern_version,
		    .attach_btf_id = (__u32)attempt->attach_btf_id);
	char name[BPF_OBJ_NAME_LEN];
	int fd;

	if (with_btf)
		add_btf(attempt, &opts);
	if (with_log) {
		opts.log_level = 1;
		opts.log_buf = attempt->log;
		opts.log_size = attempt->log_size;
	}
	kernel_name(program->name, name);
	fd = bpf_prog_load((enum bpf_prog_type)type, name, attempt->context->license,
			   program->insns, program->insn_count, &opts);
	return fd < 0 ? -errno : fd;
}

/*
 * Loads once more for its log. The log may tell of success if the cause was passing (EAGAIN).
 * Kernels before 5.2 refuse a buffer over 16 MiB unread: then what the last one got stays.
 */
static void fetch_log(struct attempt *attempt)
{
	for (__u32 size = LOG_SIZE_FIRST; size <= LOG_SIZE_LAST; size *= 2) {
		char *log = realloc(attempt->log, size);
		int fd;

		if (!log)
			return;
		if (size == LOG_SIZE_FIRST)
			log[0] = '\0';
		attempt->log = log;
		attempt->log_size = size;
		fd = try_load(attempt, attempt->program->type, true, true);
		if (fd >= 0)
			close(fd);
		if (fd != -ENOSPC)
			return;
	}
}

/* Names that the kernel's BTF knows: fentry, fexit, tp_btf, lsm, iter. */
static int find_attach_target(struct attempt *attempt)
{
	const struct bpf_loader_program *program = attempt->program;
	struct report *report = attempt->context->report;
	int id;

	if (program->attach_kind != BPF_LOADER_ATTACH_TRACING)
		return 0;
	if (!program->attach_target)
		return report_fail(
			report, EINVAL,
			"section '%s', program '%s': the section's name must end with "
			"what to attach to, as in fentry/do_exit",
			program->section, program->name);
	id = libbpf_find_vmlinux_btf_id(program->attach_target,
					(enum bpf_attach_type)program->expected_attach_type);
	if (id < 0)
		return report_fail(
			report, -id,
			"section '%s', program '%s': the kernel's BTF has no '%s' to "
			"attach to: %s",
			program->section, program->name, program->attach_target, strerror(-id));
	attempt->attach_btf_id = id;
	return 0;
}

static int prepare(struct attempt *attempt)
{
	const struct prog_load_context *context = attempt->context;

	attempt->btf_fd = -1;
	if (context->btf->sections)
		attempt->btf_fd = btf_file_load(context->btf, context->report);
	if (attempt->btf_fd >= 0)
		program_records_place(&attempt->funcs, PROGRAM_FUNCTIONS, attempt->program,
				      context->functions, context->btf);
	if (attempt->funcs.count)
		program_records_place(&attempt->lines, PROGRAM_LINES, attempt->program,
				      context->functions, context->btf);
	return find_attach_target(attempt);
}

static void release(struct attempt *attempt)
{
	program_records_release(&attempt->funcs);
	program_records_release(&attempt->lines);
	if (attempt->log) {
		free(*attempt->context->log);
		*attempt->context->log = attempt->log;
	}
}

/* A refusal without a word in the log comes from before the verifier's work. */
static const char *explain_silence(const struct bpf_loader_program *program, int errnum)
{
	if (errnum == EPERM && program->attach_kind == BPF_LOADER_ATTACH_TRACING)
		return "; this kernel lets no program attach to its functions (built without "
		       "function tracing, or locked down)";
	if (errnum == EINVAL)
		return "; does this kernel have the program type, its attach type, and every "
		       "helper that it calls (lockdown takes some away)?";
	if (errnum == E2BIG)
		return "; it is longer than this kernel allows";
	return "";
}

/* False where the verifier said nothing that helps. */
static bool fail_with_log(const struct attempt *attempt, int errnum)
{
	const struct bpf_loader_program *program = attempt->program;
	char *end = attempt->log ? verifier_log_end(attempt->log) : NULL;
	bool said = end && end[0];

	if (said)
		report_fail(attempt->context->report, errnum,
			    "section '%s', program '%s' (%zu instructions): the verifier "
			    "refuses it "
			    "as %s: %s; it says:\n%s%s%s",
			    program->section, program->name, program->insn_count,
			    prog_type_name(program->type), strerror(errnum), end,
			    verifier_log_advice(end)[0] ? "\nWhat to do: " : "",
			    verifier_log_advice(end));
	free(end);
	return said;
}

static int fail_load(struct attempt *attempt, int errnum)
{
	const struct bpf_loader_program *program = attempt->program;
	char why[256];

	fetch_log(attempt);
	if (fail_with_log(attempt, errnum))
		return -errnum;
	privilege_explain(errnum, why, sizeof(why));
	if (!why[0])
		snprintf(why, sizeof(why), "%s", explain_silence(program, errnum));
	return report_fail(
		attempt->context->report, errnum,
		"section '%s', program '%s' (%zu instructions): the kernel does not load "
		"it as %s: %s%s",
		program->section, program->name, program->insn_count,
		prog_type_name(program->type), strerror(errnum), why);
}

/*
 * With BTF the verifier checks global functions one by one, for every argument, which code that
 * is older than that rule may not pass: then once more without.
 */
static int load_typed(struct attempt *attempt)
{
	const struct bpf_loader_program *program = attempt->program;
	int first = try_load(attempt, program->type, true, false), fd = first;

	if (fd < 0 && attempt->funcs.count && fd != -EPERM) {
		fd = try_load(attempt, program->type, false, false);
		if (fd >= 0)
			report_note(attempt->context->report, program->section,
				    "program '%s' passes the verifier only without its BTF",
				    program->name);
	}
	return fd < 0 ? fail_load(attempt, -first) : fd;
}

/* ---- types that nobody named ---- */

static int guess_type(struct attempt *attempt, struct bpf_loader_program *program)
{
	__u32 type;

	for (size_t i = 0; (type = section_table_guess(program->section, i)); i++) {
		int fd;

		program->expected_attach_type = section_table_attach_type(type);
		fd = try_load(attempt, type, true, false);
		if (fd < 0)
			continue;
		program->type = type;
		program->type_rule = "first type that the verifier accepted";
		return fd;
	}
	return -1;
}

static int fail_untyped(struct attempt *attempt, struct bpf_loader_program *program)
{
	/* What the verifier says of the likeliest type is better than nothing. */
	if (attempt->context->guess_types) {
		program->type = section_table_guess(program->section, 0);
		fail_load(attempt, EINVAL);
		return -EINVAL;
	}
	return report_fail(attempt->context->report, EINVAL,
			   "section '%s', program '%s': the section's name does not say the "
			   "program's type; name it: --type TYPE (.prog_type in the options), "
			   "for instance sched_cls, xdp, socket_filter, kprobe",
			   program->section, program->name);
}

/* Types by name of the section, by the caller, by tc's habit, by trying: the first that works. */
static int load_by_type(struct attempt *attempt, struct bpf_loader_program *program)
{
	bool guess = attempt->context->guess_types;
	int fd;

	if (program->type && !(program->type_assumed && guess))
		return load_typed(attempt);
	fd = program->type ? try_load(attempt, program->type, true, false) : -1;
	if (fd < 0 && guess)
		fd = guess_type(attempt, program);
	if (fd >= 0)
		return fd;
	return program->type ? load_typed(attempt) : fail_untyped(attempt, program);
}

static int load_program(const struct prog_load_context *context,
			struct bpf_loader_program *program)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_PROGRAM_LOADED,
					 .section = program->section,
					 .program = program};
	struct attempt attempt = {.context = context, .program = program};
	char why[256];
	int err;

	if (refusal_of(program, context->functions, context->btf, why, sizeof(why)))
		return report_fail(context->report, ENOTSUP, "section '%s', program '%s': %s",
				   program->section, program->name, why);
	err = prepare(&attempt);
	if (!err)
		err = load_by_type(&attempt, program);
	release(&attempt);
	if (err < 0)
		return err;
	program->fd = err;
	report_event(context->report, &event, "program '%s': fd %d, type %s, %zu instructions",
		     program->name, program->fd, prog_type_name(program->type),
		     program->insn_count);
	return 0;
}

/* ---- slots of program arrays ---- */

struct bpf_loader_map *prog_load_slot_map(const struct map_list *maps,
					  const struct bpf_loader_program *program)
{
	for (size_t i = maps->count; i > 0 && program->has_slot; i--) {
		struct bpf_loader_map *map = &maps->maps[i - 1];

		if (map->type == BPF_MAP_TYPE_PROG_ARRAY &&
		    (!program->slot_by_id || map->id == program->slot_id))
			return map;
	}
	return NULL;
}

static int put_program(const struct prog_load_context *context, struct bpf_loader_map *map,
		       __u32 slot, const struct bpf_loader_program *program)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_SLOT,
					 .section = program->section,
					 .map = map,
					 .program = program};

	if (bpf_map_update_elem(map->fd, &slot, &program->fd, BPF_ANY))
		return report_fail(
			context->report, errno,
			"section '%s', program '%s': cannot put it into slot %u of map "
			"'%s' (%u entries): %s",
			program->section, program->name, slot, map->name, map->max_entries,
			strerror(errno));
	report_event(context->report, &event, "map '%s': slot %u holds program '%s'", map->name,
		     slot, program->name);
	return 0;
}

/* tc and libbpf pass over a slot that has no map; whoever calls it finds it empty. */
static int fill_slot(const struct prog_load_context *context,
		     const struct bpf_loader_program *program)
{
	struct bpf_loader_map *map = prog_load_slot_map(context->maps, program);

	if (map)
		return put_program(context, map, program->slot, program);
	if (program->slot_by_id)
		report_warning(
			context->report, program->section,
			"program '%s': no PROG_ARRAY map has the id %u, so nothing can call "
			"it by slot %u",
			program->name, program->slot_id, program->slot);
	else
		report_warning(context->report, program->section,
			       "program '%s': it belongs into slot %u of a PROG_ARRAY, but the "
			       "object has no such map",
			       program->name, program->slot);
	return 0;
}

/* `.values = { [0] = &prog }` of a BTF definition. */
static int fill_static_slots(const struct prog_load_context *context,
			     struct bpf_loader_map *map)
{
	int err = 0;

	for (size_t i = 0; i < map->slot_count && !err; i++)
		for (size_t p = 0; p < context->programs->count && map->slots[i].program; p++) {
			const struct bpf_loader_program *program =
				&context->programs->programs[p];

			if (program->fd < 0 || strcmp(program->name, map->slots[i].program))
				continue;
			err = put_program(context, map, map->slots[i].key, program);
			break;
		}
	return err;
}

int prog_load_all(const struct prog_load_context *context)
{
	struct prog_list *list = context->programs;
	int err = 0;

	for (size_t i = 0; i < list->count && !err; i++) {
		struct bpf_loader_program *program = &list->programs[i];

		if (program->skip || program->fd >= 0)
			continue;
		err = load_program(context, program);
		if (!err && program->has_slot)
			err = fill_slot(context, program);
	}
	for (size_t i = 0; i < context->maps->count && !err; i++)
		err = fill_static_slots(context, &context->maps->maps[i]);
	return err;
}
