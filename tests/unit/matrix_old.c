// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_old - objects as compilers of other days and ways left them: old LLVM, which gave its
 * symbols neither type nor size, and the host's triple, which adds .eh_frame. tier: 1
 *
 * An object of today is rewritten to look old; both must give the same maps and programs.
 */
#include "old_object.h"
#include "support.h"

/* ---- objects of old LLVM ---- */

static void assert_same_maps(const struct bpf_loader *a, const struct bpf_loader *b)
{
	assert_int_equal(bpf_loader_map_count(a), bpf_loader_map_count(b));
	for (size_t i = 0; i < bpf_loader_map_count(a); i++) {
		const struct bpf_loader_map *map = bpf_loader_map((struct bpf_loader *)a, i);
		struct bpf_map_info x = info_of(a, map->name), y = info_of(b, map->name);

		x.id = y.id = 0;
		assert_memory_equal(&x, &y, sizeof(x));
	}
}

static void assert_same_programs(struct bpf_loader *a, struct bpf_loader *b)
{
	assert_int_equal(bpf_loader_program_count(a), bpf_loader_program_count(b));
	for (size_t i = 0; i < bpf_loader_program_count(a); i++) {
		const struct bpf_loader_program *x = bpf_loader_program(a, i);
		const struct bpf_loader_program *y = find_program(b, x->name);

		assert_int_equal(x->type, y->type);
		assert_string_equal(x->section, y->section);
		assert_int_equal(x->insn_count, y->insn_count);
		assert_int_equal(x->reloc_count, y->reloc_count);
	}
}

static void check_old_effects(struct bpf_loader *loader)
{
	assert_int_equal(run_program(loader, "first"), 1);
	assert_int_equal(element(loader, "one", 0), 106);
	assert_int_equal(element(loader, "two", 0), 206);
	assert_int_equal(element(loader, "three", 0), 0);
	assert_int_equal(run_program(loader, "second"), 2);
	assert_int_equal(element(loader, "one", 0), 106);
	assert_int_equal(element(loader, "three", 0), 300);
}

static void old_llvm(const char *defines)
{
	const char *young = build("matrix_old", defines), *old = build("matrix_old", defines);
	struct bpf_loader *a, *b;

	make_old(old);
	a = load(young, NULL);
	b = load(old, NULL);
	assert_same_maps(a, b);
	assert_same_programs(a, b);
	check_old_effects(b);
	bpf_loader_close(a);
	bpf_loader_close(b);
}

static void old_llvm_16_bytes(void **state UNUSED)
{
	old_llvm("-DSIZE=16");
}

static void old_llvm_20_bytes(void **state UNUSED)
{
	old_llvm("-DSIZE=20");
}

static void old_llvm_28_bytes(void **state UNUSED)
{
	old_llvm("-DSIZE=28");
}

static void old_llvm_iproute2(void **state UNUSED)
{
	old_llvm("-DIPROUTE2");
}

/* With a DWARF of that day, which names sections in relocations of its own. */
static void old_llvm_with_dwarf(void **state UNUSED)
{
	old_llvm("-g -DSIZE=20");
}

/* Functions, static ones too, are then symbols without type among the compiler's labels. */
static void old_llvm_with_sub_programs(void **state UNUSED)
{
	const char *young = build("matrix_calls", ""), *old = build("matrix_calls", "");
	struct bpf_loader *a, *b;

	make_old(old);
	a = load(young, NULL);
	b = load(old, NULL);
	assert_same_maps(a, b);
	assert_same_programs(a, b);
	for (size_t i = 0; i < bpf_loader_program_count(a); i++) {
		const char *name = bpf_loader_program(a, i)->name;

		assert_int_equal(run_program(b, name), run_program(a, name));
		assert_int_equal(element(b, "called", 0), element(a, "called", 0));
	}
	bpf_loader_close(a);
	bpf_loader_close(b);
}

/* ---- objects made through the host's triple ---- */

static bool has_section(const char *path, const char *name)
{
	size_t size;
	unsigned char *bytes = read_file(path, &size);
	bool found = memmem(bytes, size, name, strlen(name) + 1) != NULL;

	free(bytes);
	return found;
}

static void eh_frame_of_the_host_triple(void **state UNUSED)
{
	const char *object = object_path("host");
	struct bpf_loader *loader;

	shell("%s %s -funwind-tables -emit-llvm -c tests/objects/matrix_old.c -o - | "
	      "%s -march=bpf -filetype=obj -o %s",
	      clang(), include_flags(), llvm_tool("llc"), object);
	assert_true(has_section(object, ".rel.eh_frame"));
	loader = load(object, NULL);
	assert_int_equal(bpf_loader_map_count(loader), 3);
	assert_int_equal(bpf_loader_program_count(loader), 2);
	check_old_effects(loader);
	bpf_loader_close(loader);
}

static bool needs_llc(const struct CMUnitTest *test)
{
	return test->test_func == eh_frame_of_the_host_triple;
}

int main(void)
{
	static struct CMUnitTest tests[] = {
		TEST(old_llvm_16_bytes),	   TEST(old_llvm_20_bytes),
		TEST(old_llvm_28_bytes),	   TEST(old_llvm_iproute2),
		TEST(old_llvm_with_dwarf),	   TEST(old_llvm_with_sub_programs),
		TEST(eh_frame_of_the_host_triple),
	};

	support_begin();
	skip_without("llc", tests, ARRAY_SIZE(tests), needs_llc);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
