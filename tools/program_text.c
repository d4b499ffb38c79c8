// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * program_text: see program_text.h.
 */
#include "program_text.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

#ifndef BPF_PSEUDO_FUNC
#define BPF_PSEUDO_FUNC 4
#endif

#define FUNC_SIZE sizeof(struct bpf_func_info)

/* ---- what the kernel has ---- */

static bool get_info(int fd, struct bpf_prog_info *info)
{
	__u32 size = sizeof(*info);

	return !bpf_obj_get_info_by_fd(fd, info, &size);
}

static bool is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

/* ---- functions without names ---- */

/*
 * Where a call or an address of a function leads, -1 where the instruction is neither. The distance
 * of a call is in `off`: the verifier needs `imm` for itself.
 */
static long target_of(const struct program_dump *dump, __u32 at)
{
	const struct bpf_insn *insn = &dump->insns[at];
	long target = -1;

	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL)
		target = (long)at + insn->off + 1;
	else if (is_wide(insn) && insn->src_reg == BPF_PSEUDO_FUNC)
		target = (long)at + insn->imm + 1;
	return target < (long)dump->insn_count ? target : -1;
}

static __u32 func_at(const struct program_dump *dump, __u32 insn)
{
	__u32 i = 0;

	while (i < dump->func_count && dump->funcs[i].insn_off != insn)
		i++;
	return i;
}

static __u32 func_end(const struct program_dump *dump, __u32 func)
{
	return func + 1 < dump->func_count ? dump->funcs[func + 1].insn_off : dump->insn_count;
}

/* Numbers a function and those that it calls, depth first; `next` is the next number. */
static void number_function(struct program_dump *dump, __u32 func, __u32 *next)
{
	if (func >= dump->func_count || dump->numbers[func] != UINT32_MAX)
		return;
	dump->numbers[func] = (*next)++;
	for (__u32 at = dump->funcs[func].insn_off; at < func_end(dump, func); at++) {
		const long target = target_of(dump, at);

		if (target >= 0)
			number_function(dump, func_at(dump, (__u32)target), next);
		at += is_wide(&dump->insns[at]);
	}
}

/*
 * Without BTF, instructions tell where functions are. Loaders put them one behind the other in
 * whatever order, so they are numbered by calls.
 */
static void find_functions(struct program_dump *dump)
{
	bool *starts = must(calloc(dump->insn_count + 1, sizeof(*starts)));
	__u32 next = 0;

	starts[0] = true;
	for (__u32 at = 0; at < dump->insn_count; at++) {
		const long target = target_of(dump, at);

		if (target >= 0)
			starts[target] = true;
		at += is_wide(&dump->insns[at]);
	}
	free(dump->funcs);
	dump->funcs = must(calloc(dump->insn_count + 1, FUNC_SIZE));
	dump->numbers = must(calloc(dump->insn_count + 1, sizeof(*dump->numbers)));
	for (__u32 at = 0; at < dump->insn_count; at++)
		if (starts[at]) {
			dump->numbers[dump->func_count] = UINT32_MAX;
			dump->funcs[dump->func_count++].insn_off = at;
		}
	for (__u32 i = 0; i < dump->func_count; i++)
		number_function(dump, i, &next);
	free(starts);
}

void program_dump_forget_names(struct program_dump *dump)
{
	if (dump->numbers || !dump->insns)
		return;
	dump->func_count = 0;
	find_functions(dump);
}

bool program_dump(struct program_dump *dump, int fd)
{
	struct bpf_prog_info sizes = {0}, *info = &dump->info;

	*dump = (struct program_dump){0};
	if (!get_info(fd, &sizes))
		return false;
	dump->insns = must(calloc(sizes.xlated_prog_len + 1, 1));
	dump->funcs = must(calloc(sizes.nr_func_info + 1, FUNC_SIZE));
	dump->maps = must(calloc(sizes.nr_map_ids + 1, sizeof(*dump->maps)));
	info->xlated_prog_len = sizes.xlated_prog_len;
	info->xlated_prog_insns = (__u64)(uintptr_t)dump->insns;
	info->nr_func_info = sizes.nr_func_info;
	info->func_info_rec_size = FUNC_SIZE;
	info->func_info = (__u64)(uintptr_t)dump->funcs;
	info->nr_map_ids = sizes.nr_map_ids;
	info->map_ids = (__u64)(uintptr_t)dump->maps;
	if (!get_info(fd, info)) {
		program_dump_release(dump);
		return false;
	}
	if (!info->xlated_prog_insns) {
		free(dump->insns);
		dump->insns = NULL;
	}
	dump->insn_count = info->xlated_prog_len / sizeof(*dump->insns);
	dump->map_count = info->nr_map_ids;
	if (info->btf_id)
		dump->btf = btf__load_from_kernel_by_id(info->btf_id);
	dump->func_count = dump->btf && info->func_info ? info->nr_func_info : 0;
	if (!dump->func_count && dump->insns)
		find_functions(dump);
	return true;
}

void program_dump_release(struct program_dump *dump)
{
	int err = errno;

	free(dump->insns);
	free(dump->funcs);
	free(dump->maps);
	free(dump->numbers);
	btf__free(dump->btf);
	*dump = (struct program_dump){0};
	errno = err;
}

/* ---- names ---- */

static __u32 map_id(int fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

static __u32 program_id(int fd)
{
	struct bpf_prog_info info = {0};

	return get_info(fd, &info) ? info.id : 0;
}

void program_text_map(const struct kernel_side *side, __u32 id, FILE *out)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);
	int fd;

	for (size_t i = 0; i < side->map_count; i++)
		if (map_id(side->maps[i].fd) == id) {
			fputs(side->maps[i].name, out);
			return;
		}
	fd = bpf_map_get_fd_by_id(id);
	if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
		fprintf(out, "%.*s", BPF_OBJ_NAME_LEN, info.name);
	else
		fputs("?", out);
	if (fd >= 0)
		close(fd);
}

void program_text_program(const struct kernel_side *side, __u32 id, FILE *out)
{
	struct bpf_prog_info info = {0};
	int fd;

	for (size_t i = 0; i < side->program_count; i++)
		if (program_id(side->programs[i].fd) == id) {
			fputs(side->programs[i].name, out);
			return;
		}
	fd = bpf_prog_get_fd_by_id(id);
	if (fd >= 0 && get_info(fd, &info))
		fprintf(out, "%.*s", BPF_OBJ_NAME_LEN, info.name);
	else
		fputs("?", out);
	if (fd >= 0)
		close(fd);
}

/* By BTF, or its number; sorted as text they come in order. */
static void print_name(const struct program_dump *dump, __u32 func, FILE *out)
{
	const struct btf_type *type;

	if (dump->numbers) {
		fprintf(out, "function %05u", dump->numbers[func]);
		return;
	}
	type = btf__type_by_id(dump->btf, dump->funcs[func].type_id);
	fputs(type ? btf__name_by_offset(dump->btf, type->name_off) : "?", out);
}

/* The function that starts at instruction `insn`. */
static void print_target(const struct program_dump *dump, __u32 insn, FILE *out)
{
	const __u32 func = func_at(dump, insn);

	if (func < dump->func_count)
		print_name(dump, func, out);
	else
		fprintf(out, "instruction %u", insn);
	fputc('\n', out);
}

/* ---- instructions ---- */

static void print_wide_number(const struct bpf_insn *insn, FILE *out)
{
	const __u64 value = (__u32)insn[0].imm | (__u64)(__u32)insn[1].imm << 32;

	/* Kernel addresses differ from load to load. */
	if (value >> 47)
		fprintf(out, "r%d = an address\n", insn->dst_reg);
	else
		fprintf(out, "r%d = 0x%llx\n", insn->dst_reg, (unsigned long long)value);
}

static void print_wide(const struct kernel_side *side, const struct program_dump *dump,
		       __u32 at, FILE *out)
{
	const struct bpf_insn *insn = &dump->insns[at];

	switch (insn->src_reg) {
	case BPF_PSEUDO_MAP_FD:
	case BPF_PSEUDO_MAP_VALUE:
		fprintf(out, "r%d = map ", insn->dst_reg);
		program_text_map(side, (__u32)insn->imm, out);
		if (insn->src_reg == BPF_PSEUDO_MAP_VALUE)
			fprintf(out, ", value + %d", insn[1].imm);
		fputc('\n', out);
		break;
	case BPF_PSEUDO_FUNC:
		fprintf(out, "r%d = function ", insn->dst_reg);
		print_target(dump, at + (__u32)insn->imm + 1, out);
		break;
	default: print_wide_number(insn, out); break;
	}
}

static void print_insn(const struct kernel_side *side, const struct program_dump *dump,
		       __u32 at, FILE *out)
{
	const struct bpf_insn *insn = &dump->insns[at];

	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL) {
		fputs("call ", out);
		print_target(dump, (__u32)((int)at + insn->off + 1), out);
	} else if (is_wide(insn)) {
		print_wide(side, dump, at, out);
	} else {
		fprintf(out, "%02x dst r%d src r%d off %d imm %d\n", insn->code, insn->dst_reg,
			insn->src_reg, insn->off, insn->imm);
	}
}

static void print_range(const struct kernel_side *side, const struct program_dump *dump,
			__u32 from, __u32 to, FILE *out)
{
	for (__u32 at = from; at < to && at < dump->insn_count; at++) {
		const bool wide = is_wide(&dump->insns[at]);

		if (wide && at + 1 == dump->insn_count)
			break;
		print_insn(side, dump, at, out);
		at += wide;
	}
}

static char *function_text(const struct kernel_side *side, const struct program_dump *dump,
			   __u32 func)
{
	char *text = NULL;
	size_t size;
	FILE *out = must(open_memstream(&text, &size));

	print_name(dump, func, out);
	fputs(":\n", out);
	print_range(side, dump, dump->funcs[func].insn_off, func_end(dump, func), out);
	fclose(out);
	return must(text);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *program_text(const struct kernel_side *side, const struct program_dump *dump)
{
	char **functions = must(calloc(dump->func_count + 1, sizeof(*functions)));
	char *text = NULL;
	size_t size;
	FILE *out = must(open_memstream(&text, &size));

	for (__u32 i = 0; i < dump->func_count && dump->insns; i++)
		functions[i] = function_text(side, dump, i);
	qsort(functions, dump->insns ? dump->func_count : 0, sizeof(*functions), by_text);
	for (__u32 i = 0; i < dump->func_count && dump->insns; i++) {
		fputs(functions[i], out);
		free(functions[i]);
	}
	if (!dump->insns)
		fputs("kept secret by the kernel\n", out);
	fclose(out);
	free(functions);
	return must(text);
}
