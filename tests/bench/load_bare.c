// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * load_bare: what a load costs with no loader: BPF_MAP_CREATE and BPF_PROG_LOAD by syscall(2),
 * no ELF, no BTF. See loaders.h.
 *
 * Preparing borrows attributes and instructions from this project's loader, so both give the
 * kernel the same work. Objects with maps and programs only: no data sections, no sub-programs.
 */
#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loaders.h"

struct bare_plan {
	struct bpf_loader *loader; /* owns instructions, relocations, names */
	size_t map_count, program_count;
	union bpf_attr *maps, *programs;
	int *map_fds, *program_fds;
};

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, command, attr, sizeof(*attr));
}

static void plan_map(union bpf_attr *attr, const struct bpf_loader_map *map)
{
	attr->map_type = map->type;
	attr->key_size = map->key_size;
	attr->value_size = map->value_size;
	attr->max_entries = map->max_entries;
	attr->map_flags = map->map_flags;
	strncpy(attr->map_name, map->name, sizeof(attr->map_name) - 1);
}

static void plan_program(union bpf_attr *attr, const struct bpf_loader_program *program,
			 const char *license)
{
	attr->prog_type = program->type;
	attr->expected_attach_type = program->expected_attach_type;
	attr->insns = (uintptr_t)program->insns;
	attr->insn_cnt = (__u32)program->insn_count;
	attr->license = (uintptr_t)license;
	strncpy(attr->prog_name, program->name, sizeof(attr->prog_name) - 1);
}

static bool plan_all(struct bare_plan *plan)
{
	plan->map_count = bpf_loader_map_count(plan->loader);
	plan->program_count = bpf_loader_program_count(plan->loader);
	plan->maps = calloc(plan->map_count + 1, sizeof(*plan->maps));
	plan->programs = calloc(plan->program_count + 1, sizeof(*plan->programs));
	plan->map_fds = calloc(plan->map_count + 1, sizeof(int));
	plan->program_fds = calloc(plan->program_count + 1, sizeof(int));
	if (!plan->maps || !plan->programs || !plan->map_fds || !plan->program_fds)
		return false;
	for (size_t i = 0; i < plan->map_count; i++)
		plan_map(&plan->maps[i], bpf_loader_map(plan->loader, i));
	for (size_t i = 0; i < plan->program_count; i++)
		plan_program(&plan->programs[i], bpf_loader_program(plan->loader, i),
			     bpf_loader_license(plan->loader));
	return true;
}

struct bare_plan *bare_prepare(const char *path)
{
	struct bare_plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return NULL;
	plan->loader = bpf_loader_open(path, NULL);
	if (bpf_loader_error(plan->loader))
		fprintf(stderr, "bench: %s\n", bpf_loader_error(plan->loader));
	else if (plan_all(plan))
		return plan;
	bare_free(plan);
	return NULL;
}

void bare_free(struct bare_plan *plan)
{
	bpf_loader_close(plan->loader);
	free(plan->maps);
	free(plan->programs);
	free(plan->map_fds);
	free(plan->program_fds);
	free(plan);
}

static void fill_in_maps(struct bare_plan *plan, const struct bpf_loader_program *program)
{
	for (size_t i = 0; i < program->reloc_count; i++) {
		struct bpf_insn *insn = &program->insns[program->relocs[i].insn];

		insn->src_reg = BPF_PSEUDO_MAP_FD;
		insn->imm = plan->map_fds[program->relocs[i].target];
	}
}

void *bare_load(const void *input)
{
	struct bare_plan *plan = (struct bare_plan *)input;
	bool good = true;
	int err;

	for (size_t i = 0; i < plan->map_count; i++) {
		plan->map_fds[i] = bpf(BPF_MAP_CREATE, &plan->maps[i]);
		good = good && plan->map_fds[i] >= 0;
	}
	for (size_t i = 0; i < plan->program_count; i++) {
		fill_in_maps(plan, bpf_loader_program(plan->loader, i));
		plan->program_fds[i] = bpf(BPF_PROG_LOAD, &plan->programs[i]);
		good = good && plan->program_fds[i] >= 0;
	}
	if (good)
		return plan;
	err = errno;
	fprintf(stderr, "bench: bare system calls: %s\n", strerror(err));
	bare_close(plan);
	errno = err;
	return NULL;
}

void bare_close(void *loaded)
{
	struct bare_plan *plan = loaded;

	for (size_t i = 0; i < plan->program_count; i++)
		close(plan->program_fds[i]);
	for (size_t i = 0; i < plan->map_count; i++)
		close(plan->map_fds[i]);
}
