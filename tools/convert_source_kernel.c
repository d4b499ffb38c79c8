// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_kernel: --check. Both objects are loaded side by side, attached to nothing and
 * pinned nowhere, and what the kernel says of their maps and programs is compared.
 *
 * Of maps, everything that bpf_map_info says but ids and the BTF ids of key and value, which a
 * legacy definition mostly has none of. Of programs, type and instructions as the verifier left
 * them, with the names of maps in the place of their ids.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "convert_source.h"
#include "output.h"

/* ---- loading ---- */

/* A check must neither find the maps of others at their pins nor leave its own there. */
static void forget_pins(struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		struct bpf_loader_map *map = bpf_loader_map(loader, i);

		map->pinning = BPF_LOADER_PIN_NONE;
		free(map->pin_path);
		map->pin_path = NULL;
	}
}

/* NULL after a complaint. To be closed. */
static struct bpf_loader *load(const struct source_job *job, const struct clang_output *object,
			       const char *which)
{
	struct bpf_loader_opts opts = job->convert->options->loader;
	struct bpf_loader *loader = bpf_loader_open_memory(
		object->bytes.bytes, object->bytes.size, job->convert->name, &opts);

	if (!bpf_loader_error(loader)) {
		forget_pins(loader);
		if (!bpf_loader_load(loader))
			return loader;
	}
	complain("%s: --check: %s cannot be loaded, so nothing is proven: %s",
		 job->convert->name, which, bpf_loader_error(loader));
	bpf_loader_close(loader);
	return NULL;
}

/* ---- maps ---- */

/* NULL, or what is different; to be freed. */
static char *map_difference(int fd_was, int fd_is)
{
	struct bpf_map_info was = {0}, is = {0};
	__u32 size = sizeof(was), is_size = sizeof(is);

	if (bpf_obj_get_info_by_fd(fd_was, &was, &size) ||
	    bpf_obj_get_info_by_fd(fd_is, &is, &is_size))
		return text_of("the kernel does not describe it: %s", strerror(errno));

	const struct {
		const char *name;
		__u64 was, is;
	} rows[] = {
		{"type", was.type, is.type},
		{"key_size", was.key_size, is.key_size},
		{"value_size", was.value_size, is.value_size},
		{"max_entries", was.max_entries, is.max_entries},
		{"map_flags", was.map_flags, is.map_flags},
		{"map_extra", was.map_extra, is.map_extra},
		{"ifindex", was.ifindex, is.ifindex},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].was != rows[i].is)
			return text_of("%s is %llu, and was %llu", rows[i].name,
				       (unsigned long long)rows[i].is,
				       (unsigned long long)rows[i].was);
	return strcmp(was.name, is.name) != 0 ? text_of("its name is '%s'", is.name) : NULL;
}

/* ---- programs ---- */

struct code {
	struct bpf_insn *insns;
	size_t count;
	__u32 type;
};

static bool fetch(int fd, struct code *code)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info), length;

	*code = (struct code){0};
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return false;
	length = info.xlated_prog_len;
	code->type = info.type;
	code->insns = must(calloc(1, length + sizeof(*code->insns)));
	info = (struct bpf_prog_info){.xlated_prog_len = length,
				      .xlated_prog_insns = (__u64)(uintptr_t)code->insns};
	size = sizeof(info);
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return false;
	code->count = length / sizeof(*code->insns);
	/* a kernel that hides its addresses keeps the instructions, too */
	return length && info.xlated_prog_insns;
}

/* The map of `loader` whose id the kernel knows, -1 if none is. */
static long map_by_id(const struct bpf_loader *loader, __u32 id)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		struct bpf_map_info info = {0};
		__u32 size = sizeof(info);

		if (!bpf_obj_get_info_by_fd(bpf_loader_map(loader, i)->fd, &info, &size) &&
		    info.id == id)
			return (long)i;
	}
	return -1;
}

static bool same_map(const struct bpf_loader *was, __u32 id_was, const struct bpf_loader *is,
		     __u32 id_is)
{
	long a = map_by_id(was, id_was), b = map_by_id(is, id_is);

	return a >= 0 && b >= 0 &&
	       !strcmp(bpf_loader_map(was, (size_t)a)->name,
		       bpf_loader_map(is, (size_t)b)->name);
}

static bool is_address(const struct bpf_insn *wide)
{
	return (__u32)wide[1].imm >> 16 != 0;
}

/* Two words of ld_imm64. Addresses of the kernel differ from load to load. */
static bool same_wide(const struct bpf_loader *loader_was, const struct bpf_insn *was,
		      const struct bpf_loader *loader_is, const struct bpf_insn *is)
{
	if (was->code != is->code || was->dst_reg != is->dst_reg || was->src_reg != is->src_reg)
		return false;
	if (was->src_reg == BPF_PSEUDO_MAP_FD || was->src_reg == BPF_PSEUDO_MAP_VALUE)
		return was[1].imm == is[1].imm &&
		       same_map(loader_was, (__u32)was->imm, loader_is, (__u32)is->imm);
	if (is_address(was) && is_address(is))
		return true;
	return was->imm == is->imm && was[1].imm == is[1].imm;
}

/* Of a call inside the program the kernel keeps the distance in `off`. */
static bool same_insn(const struct bpf_insn *was, const struct bpf_insn *is)
{
	if (was->code == (BPF_JMP | BPF_CALL) && was->src_reg == BPF_PSEUDO_CALL)
		return is->code == was->code && is->src_reg == was->src_reg &&
		       is->off == was->off;
	return !memcmp(was, is, sizeof(*was));
}

/* The first instruction that differs; `count` where none does. */
static size_t first_difference(const struct bpf_loader *loader_was, const struct code *was,
			       const struct bpf_loader *loader_is, const struct code *is)
{
	for (size_t i = 0; i < was->count; i++) {
		bool wide = was->insns[i].code == (BPF_LD | BPF_IMM | BPF_DW);

		if (wide ? !same_wide(loader_was, &was->insns[i], loader_is, &is->insns[i])
			 : !same_insn(&was->insns[i], &is->insns[i]))
			return i;
		i += wide;
	}
	return was->count;
}

static char *program_difference(const struct bpf_loader *loader_was, int fd_was,
				const struct bpf_loader *loader_is, int fd_is)
{
	struct code was, is;
	bool good = fetch(fd_was, &was);
	char *text = NULL;
	size_t at;

	good = fetch(fd_is, &is) && good;
	if (!good)
		text = text_of("the kernel does not show its instructions");
	else if (was.type != is.type)
		text = text_of("its type is %s, and was %s", prog_type_name(is.type),
			       prog_type_name(was.type));
	else if (was.count != is.count)
		text = text_of("it has %zu instructions, and had %zu", is.count, was.count);
	else if ((at = first_difference(loader_was, &was, loader_is, &is)) < was.count)
		text = text_of("instruction %zu is another", at);
	free(was.insns);
	free(is.insns);
	return text;
}

/* ---- all of it ---- */

static bool tell(const struct source_job *job, const char *what, const char *name, char *text)
{
	if (text)
		complain("%s: --check: %s '%s' is not the same to the kernel: %s",
			 job->convert->name, what, name, text);
	free(text);
	return !text;
}

static bool compare_maps(const struct source_job *job, const struct bpf_loader *was,
			 const struct bpf_loader *is)
{
	bool same = true;

	for (size_t i = 0; i < bpf_loader_map_count(was); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(was, i);
		int fd = bpf_loader_map_fd(is, map->name);

		same &= tell(job, "map", map->name,
			     fd < 0 ? text_of("it is missing") : map_difference(map->fd, fd));
	}
	for (size_t i = 0; i < bpf_loader_map_count(is); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(is, i);

		if (bpf_loader_map_fd(was, map->name) >= 0)
			continue;
		/* a rule of libbpf for objects with BTF definitions, which this loader follows */
		if (map->dialect == BPF_LOADER_DATA)
			complain("%s: --check: note: with .maps, '%s' is made, too: a map for "
				 "variables that no program uses",
				 job->convert->name, map->name);
		else
			same &= tell(job, "map", map->name, text_of("it was not there"));
	}
	return same;
}

/* Does its section tell another type than before? Then it may be loaded by guessing only. */
static bool is_told_otherwise(const struct source_job *job, const char *name)
{
	const struct bpf_loader_program *was, *is;

	if (!source_converted(job))
		return false;
	was = bpf_loader_find_program(job->loader, name);
	is = bpf_loader_find_program(job->new_loader, name);
	return was && is && was->type != is->type;
}

static bool compare_programs(const struct source_job *job, const struct bpf_loader *was,
			     const struct bpf_loader *is)
{
	bool same = true;

	for (size_t i = 0; i < bpf_loader_program_count(was); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(was, i);
		int fd = bpf_loader_program_fd(is, program->name);
		char *text;

		if (fd < 0)
			text = text_of("it is missing");
		else if (is_told_otherwise(job, program->name))
			text = text_of("nothing tells its type any more");
		else
			text = program_difference(was, program->fd, is, fd);
		same &= tell(job, "program", program->name, text);
	}
	return same;
}

static bool compare(const struct source_job *job, const struct bpf_loader *was,
		    const struct bpf_loader *is)
{
	size_t maps = bpf_loader_map_count(was), programs = bpf_loader_program_count(was);
	bool same = compare_maps(job, was, is);

	same = compare_programs(job, was, is) && same;
	if (same)
		complain("%s: --check: %zu map%s and %zu program%s, the same to the kernel "
			 "before and after",
			 job->convert->name, maps, maps == 1 ? "" : "s", programs,
			 programs == 1 ? "" : "s");
	return same;
}

bool source_check(const struct source_job *job)
{
	struct bpf_loader *was, *is;
	bool same;

	if (!job->plan.count)
		return true;
	was = load(job, &job->object, "what it was");
	if (!was)
		return false;
	is = load(job, source_converted(job) ? &job->new_object : &job->object,
		  "what it becomes");
	same = is && compare(job, was, is);
	bpf_loader_close(was);
	bpf_loader_close(is);
	return same;
}
