/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * compare: are two maps, or two programs, the same to the kernel?
 *
 * Compared is what bpf_map_info, fdinfo and bpf_prog_info say, all but ids, addresses and memory.
 * Instructions are compared as the verifier left them, with map ids replaced by map names and
 * the source lines tied to them. The order of sub-programs in a program is the loader's own
 * business, so functions are compared one by one. What differs fails the test. For after
 * support.h.
 */
#ifndef TESTS_UNIT_COMPARE_H
#define TESTS_UNIT_COMPARE_H

#include "support.h"

#include <bpf/btf.h>

/* ---- maps ---- */

static inline void compare_map_fields(const struct bpf_map_info *a,
				      const struct bpf_map_info *b)
{
	assert_int_equal(b->type, a->type);
	assert_int_equal(b->key_size, a->key_size);
	assert_int_equal(b->value_size, a->value_size);
	assert_int_equal(b->max_entries, a->max_entries);
	assert_int_equal(b->map_flags, a->map_flags);
	assert_int_equal(b->map_extra, a->map_extra);
}

/* The lines of fdinfo that do not depend on when and where the map was made, as one string. */
static inline void read_fdinfo(int fd, char *text, size_t size)
{
	static const char *const keys[] = {"map_type", "map_flags",	  "map_extra",
					   "frozen",   "owner_prog_type", "owner_jited"};
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	assert_non_null(file);
	text[0] = '\0';
	while (fgets(line, sizeof(line), file))
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (!strncmp(line, keys[i], strlen(keys[i])))
				strncat(text, line, size - strlen(text) - 1);
	fclose(file);
}

static inline void compare_fdinfo(int fd_a, int fd_b)
{
	char a[1024], b[1024];

	read_fdinfo(fd_a, a, sizeof(a));
	read_fdinfo(fd_b, b, sizeof(b));
	assert_string_equal(b, a);
}

/* ---- programs, as the verifier left them ---- */

#define INSNS_MAX 1024
#define FUNCS_MAX 16
#define LINES_MAX 512

struct dump {
	struct bpf_insn insns[INSNS_MAX];
	struct bpf_func_info funcs[FUNCS_MAX];
	struct bpf_line_info lines[LINES_MAX];
	__u32 insn_count, func_count, line_count;
	struct btf *btf;
};

static inline void fetch_dump(int fd, struct dump *dump)
{
	struct bpf_prog_info sizes = program_info(fd), info = {0};
	__u32 size = sizeof(info);

	assert_true(sizes.xlated_prog_len <= sizeof(dump->insns));
	assert_true(sizes.nr_func_info <= FUNCS_MAX && sizes.nr_line_info <= LINES_MAX);
	info.xlated_prog_len = sizes.xlated_prog_len;
	info.xlated_prog_insns = (__u64)(uintptr_t)dump->insns;
	info.nr_func_info = sizes.nr_func_info;
	info.func_info_rec_size = sizeof(dump->funcs[0]);
	info.func_info = (__u64)(uintptr_t)dump->funcs;
	info.nr_line_info = sizes.nr_line_info;
	info.line_info_rec_size = sizeof(dump->lines[0]);
	info.line_info = (__u64)(uintptr_t)dump->lines;
	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	dump->insn_count = info.xlated_prog_len / sizeof(dump->insns[0]);
	dump->func_count = info.nr_func_info;
	dump->line_count = info.nr_line_info;
	dump->btf = btf__load_from_kernel_by_id(info.btf_id);
	assert_non_null(dump->btf);
}

static inline const char *func_name(const struct dump *dump, __u32 func)
{
	const struct btf_type *type = btf__type_by_id(dump->btf, dump->funcs[func].type_id);

	return btf__name_by_offset(dump->btf, type->name_off);
}

/* The name of the function that starts at `insn`. */
static inline const char *func_at(const struct dump *dump, __u32 insn)
{
	for (__u32 i = 0; i < dump->func_count; i++)
		if (dump->funcs[i].insn_off == insn)
			return func_name(dump, i);
	fail_msg("no function starts at instruction %u", insn);
	return NULL;
}

static inline void map_name(__u32 id, char name[BPF_OBJ_NAME_LEN])
{
	int fd = bpf_map_get_fd_by_id(id);

	assert_true(fd >= 0);
	memcpy(name, map_info(fd).name, BPF_OBJ_NAME_LEN);
	close(fd);
}

static inline bool is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

/* Kernel addresses differ from load to load. */
static __u64 wide_value(const struct bpf_insn *insn)
{
	__u64 value = (__u32)insn[0].imm | (__u64)(__u32)insn[1].imm << 32;

	return value >> 47 ? UINT64_MAX : value;
}

static inline void print_wide(const struct dump *dump, __u32 at, FILE *out)
{
	const struct bpf_insn *insn = &dump->insns[at];
	char name[BPF_OBJ_NAME_LEN];

	switch (insn->src_reg) {
	case BPF_PSEUDO_MAP_FD:
	case BPF_PSEUDO_MAP_VALUE:
		map_name((__u32)insn->imm, name);
		fprintf(out, "r%d = map %s + %d\n", insn->dst_reg, name,
			insn->src_reg == BPF_PSEUDO_MAP_VALUE ? insn[1].imm : 0);
		break;
	case BPF_PSEUDO_FUNC:
		fprintf(out, "r%d = function %s\n", insn->dst_reg,
			func_at(dump, at + (__u32)insn->imm + 1));
		break;
	default:
		fprintf(out, "r%d = 0x%llx\n", insn->dst_reg,
			(unsigned long long)wide_value(insn));
		break;
	}
}

/* The source line that begins at an instruction. */
static inline void print_line(const struct dump *dump, __u32 at, FILE *out)
{
	for (__u32 i = 0; i < dump->line_count; i++)
		if (dump->lines[i].insn_off == at)
			fprintf(out, "; line %u, column %u\n",
				BPF_LINE_INFO_LINE_NUM(dump->lines[i].line_col),
				BPF_LINE_INFO_LINE_COL(dump->lines[i].line_col));
}

static inline void print_insn(const struct dump *dump, __u32 at, FILE *out)
{
	const struct bpf_insn *insn = &dump->insns[at];

	/* The kernel keeps the distance of a call in `off`, once it has compiled the program. */
	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL)
		fprintf(out, "call %s\n", func_at(dump, (__u32)((int)at + insn->off + 1)));
	else if (is_wide(insn))
		print_wide(dump, at, out);
	else
		fprintf(out, "%02x r%d r%d %d %d\n", insn->code, insn->dst_reg, insn->src_reg,
			insn->off, insn->imm);
}

static inline void print_func(const struct dump *dump, __u32 func, FILE *out)
{
	__u32 end =
		func + 1 < dump->func_count ? dump->funcs[func + 1].insn_off : dump->insn_count;

	fprintf(out, "%s:\n", func_name(dump, func));
	for (__u32 at = dump->funcs[func].insn_off; at < end; at++) {
		print_line(dump, at, out);
		print_insn(dump, at, out);
		at += is_wide(&dump->insns[at]);
	}
}

static inline int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The program as text, its functions in the order of their names. To be freed. */
static inline char *program_text(int fd)
{
	struct dump *dump = calloc(1, sizeof(*dump));
	char *texts[FUNCS_MAX] = {0}, *all = NULL;
	size_t size;
	FILE *out;

	assert_non_null(dump);
	fetch_dump(fd, dump);
	for (__u32 i = 0; i < dump->func_count; i++) {
		out = open_memstream(&texts[i], &size);
		print_func(dump, i, out);
		fclose(out);
	}
	qsort(texts, dump->func_count, sizeof(texts[0]), by_text);
	out = open_memstream(&all, &size);
	for (__u32 i = 0; i < dump->func_count; i++) {
		fputs(texts[i], out);
		free(texts[i]);
	}
	fclose(out);
	btf__free(dump->btf);
	free(dump);
	return all;
}

static inline void compare_instructions(const char *name, const char *who_a, int fd_a,
					const char *who_b, int fd_b)
{
	char *a = program_text(fd_a), *b = program_text(fd_b);
	bool same = !strcmp(a, b);

	if (!same)
		print_error("program '%s', by %s:\n%s\nby %s:\n%s\n", name, who_a, a, who_b, b);
	free(a);
	free(b);
	assert_true(same);
}

#endif
