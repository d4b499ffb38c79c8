// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_edges - objects that made loaders bind the wrong map, call the wrong function or give
 * up: static maps, sub-programs, global data, definitions longer than known. tier: 1
 *
 * The sources are tests/objects/matrix_*.c; what each is about stands at its head. Most tests
 * run with -g and without.
 */
#include "support.h"

/* ---- static maps ---- */

static void check_two_maps(struct bpf_loader *loader)
{
	assert_int_equal(bpf_loader_map_count(loader), 2);
	assert_int_equal(info_of(loader, "first").max_entries, 3);
	assert_int_equal(info_of(loader, "second").max_entries, 4);
	assert_int_equal(run_program(loader, "write_second"), 2);
	assert_int_equal(element(loader, "first", 0), 0);
	assert_int_equal(element(loader, "second", 0), 22);
	assert_int_equal(run_program(loader, "write_first"), 1);
	assert_int_equal(element(loader, "first", 0), 11);
	assert_int_equal(element(loader, "second", 0), 22);
}

static void two_static_maps(const char *defines)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader =
			load(build("matrix_static_maps", with(debug_flags[i], defines)), NULL);

		check_two_maps(loader);
		bpf_loader_close(loader);
	}
}

static void two_static_maps_of_16_bytes(void **state UNUSED)
{
	two_static_maps("-DSIZE=16");
}

static void two_static_maps_of_28_bytes(void **state UNUSED)
{
	two_static_maps("-DSIZE=28");
}

static void two_static_maps_of_36_bytes(void **state UNUSED)
{
	two_static_maps("-DIPROUTE2");
}

/* ---- a maps section without symbols ---- */

/* Strips the names of static maps; the relocations only need the section. */
static const char *build_stripped(const char *defines)
{
	const char *object = build("matrix_static_maps", defines);

	shell("%s --strip-unneeded %s", llvm_tool("llvm-strip"), object);
	return object;
}

static void maps_section_without_symbols(void **state UNUSED)
{
	struct bpf_loader *loader = load(build_stripped("-DSIZE=28"), NULL);

	assert_int_equal(bpf_loader_map_count(loader), 2);
	assert_int_equal(map_info(bpf_loader_map(loader, 0)->fd).max_entries, 3);
	assert_int_equal(map_info(bpf_loader_map(loader, 1)->fd).max_entries, 4);
	assert_string_not_equal(bpf_loader_map(loader, 0)->name,
				bpf_loader_map(loader, 1)->name);
	assert_int_equal(run_program(loader, "write_second"), 2);
	assert_int_equal(element(loader, bpf_loader_map(loader, 0)->name, 0), 0);
	assert_int_equal(element(loader, bpf_loader_map(loader, 1)->name, 0), 22);
	bpf_loader_close(loader);
}

/* 2 * 40 bytes are also 4 * 20 and 5 * 16. */
static void maps_section_without_symbols_of_unclear_size(void **state UNUSED)
{
	refuse(build_stripped("-DSIZE=40"), NULL, EINVAL, "section 'maps'", "no symbol",
	       "80 bytes fit more than one struct");
}

static void maps_section_without_symbols_of_no_known_size(void **state UNUSED)
{
	refuse(build_stripped("-DSIZE=44"), NULL, EINVAL, "section 'maps'", "no symbol",
	       "88 bytes fit no known struct");
}

/* ---- sub-programs ---- */

struct call_case {
	const char *program;
	__u32 result; /* the digits of the functions on the way */
	__u64 called; /* what the last one of them wrote */
};

static const struct call_case calls[] = {
	{"call_static", 3, 7},	       {"call_nested_static", 34, 7}, {"call_global", 5, 8},
	{"call_nested_global", 56, 8}, {"call_neighbour", 38, 7},     {"call_all", 563453, 7},
};

static void check_call(struct bpf_loader *loader, const struct call_case *row, bool plain)
{
	put_element(loader, "called", 0, 0);
	assert_int_equal(run_program(loader, row->program), row->result);
	assert_int_equal(element(loader, "called", 0), plain ? 0 : row->called);
	assert_int_equal(element(loader, "called", 1), 0);
}

static void sub_programs(const char *defines)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader =
			load(build("matrix_calls", with(debug_flags[i], defines)), NULL);

		assert_int_equal(bpf_loader_program_count(loader), ARRAY_SIZE(calls));
		for (size_t c = 0; c < ARRAY_SIZE(calls); c++)
			check_call(loader, &calls[c], defines[0]);
		assert_int_equal(element(loader, "other", 0), 56345);
		bpf_loader_close(loader);
	}
}

static void sub_programs_static_global_nested_with_map(void **state UNUSED)
{
	sub_programs("");
}

static void sub_programs_in_text_without_map_relocations(void **state UNUSED)
{
	sub_programs("-DPLAIN");
}

/* Each program carries what it calls, each function once. */
static void programs_hold_only_what_they_call(void **state UNUSED)
{
	struct bpf_loader *loader = describe(build("matrix_calls", ""), NULL);
	const struct bpf_loader_program *program = find_program(loader, "call_nested_global");

	assert_int_equal(find_program(loader, "call_static")->part_count, 2);
	assert_int_equal(find_program(loader, "call_all")->part_count, 5);
	assert_int_equal(program->part_count, 3);
	assert_string_equal(bpf_loader_part_name(loader, program, 0), "call_nested_global");
	assert_string_equal(bpf_loader_part_name(loader, program, 1), "global_branch");
	assert_string_equal(bpf_loader_part_name(loader, program, 2), "global_leaf");
	bpf_loader_close(loader);
}

/* ---- global variables ---- */

/* The value of the map made for `section`, element 0, the 8 bytes at `offset`. */
static __u64 variable(const struct bpf_loader *loader, const char *section, size_t offset)
{
	unsigned char value[256];
	__u32 key = 0;
	__u64 word;

	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		const struct bpf_loader_map *map =
			bpf_loader_map((struct bpf_loader *)loader, i);

		if (strcmp(map->section, section))
			continue;
		assert_true(map_info(map->fd).value_size <= sizeof(value));
		assert_int_equal(bpf_map_lookup_elem(map->fd, &key, value), 0);
		memcpy(&word, value + offset, sizeof(word));
		return word;
	}
	fail_msg("there is no map for section '%s'", section);
	return 0;
}

static void check_variables(struct bpf_loader *loader)
{
	assert_int_equal(run_program(loader, "count"), 3);
	assert_int_equal(run_program(loader, "count"), 6);
	assert_int_equal(variable(loader, ".bss", 0), 2);
	assert_int_equal(variable(loader, ".bss", 8), 4);
	assert_int_equal(variable(loader, ".bss", 16), 6);
	assert_int_equal(run_program(loader, "read_initial"), 78);
	assert_int_equal(run_program(loader, "read_initial"), 79);
	assert_int_equal(variable(loader, ".data", 0), 0x1234567890abcdef);
	assert_int_equal(variable(loader, ".data", 8), 79);
	assert_int_equal(run_program(loader, "read_fixed"), 1);
	assert_int_equal(variable(loader, ".rodata", 0), 0xfeedface);
	assert_int_equal(run_program(loader, "use_own"), 55);
	assert_int_equal(variable(loader, ".data.own", 0), 56);
	assert_int_equal(variable(loader, ".bss.own", 0), 55);
}

static void global_variables_of_every_section(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader =
			load(build("matrix_globals", with(debug_flags[i], "-DNO_MAP")), NULL);

		assert_int_equal(bpf_loader_map_count(loader), 5);
		check_variables(loader);
		bpf_loader_close(loader);
	}
}

static void bss_variable_at_the_offset_of_a_map(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader = load(build("matrix_globals", debug_flags[i]), NULL);

		assert_int_equal(bpf_loader_map_count(loader), 6);
		check_variables(loader);
		assert_int_equal(element(loader, "values", 0), 0);
		assert_int_equal(run_program(loader, "write_map"), 1);
		assert_int_equal(element(loader, "values", 0), 99);
		assert_int_equal(variable(loader, ".bss", 0), 2);
		bpf_loader_close(loader);
	}
}

/* Constants: programs cannot write them, user space neither. */
static void rodata_is_frozen(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_globals", ""), NULL);
	__u64 value = 1;
	__u32 key = 0;

	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(loader, i);
		bool read_only = !strcmp(map->section, ".rodata");

		if (map->dialect != BPF_LOADER_DATA)
			continue;
		assert_int_equal(map_info(map->fd).map_flags,
				 BPF_F_MMAPABLE | (read_only ? BPF_F_RDONLY_PROG : 0));
		if (read_only)
			assert_int_not_equal(bpf_map_update_elem(map->fd, &key, &value, 0), 0);
	}
	bpf_loader_close(loader);
}

/* ---- how long a definition is ---- */

static void larger_struct_with_zero_tail(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader =
			load(build("matrix_tail", with(debug_flags[i], "-DSIZE=40")), NULL);

		assert_int_equal(info_of(loader, "values").max_entries, 3);
		assert_int_equal(run_program(loader, "write_values"), 1);
		assert_int_equal(element(loader, "values", 0), 5);
		bpf_loader_close(loader);
	}
}

/* Without BTF it may be a sign that this is another struct. */
static void unknown_tail_is_an_error(void **state UNUSED)
{
	refuse(build("matrix_tail", "-DSIZE=44 -DTAIL=0x2a"), NULL, EINVAL, "section 'maps'",
	       "map 'values'", "byte 40 of its 44 is 0x2a", "--relaxed");
	refuse(build("matrix_tail", "-DSIZE=64 -DTAIL=0x2a00"), NULL, EINVAL,
	       "byte 61 of its 64 is 0x2a");
}

static void check_dropped_tail(const char *flags, unsigned int loader_flags)
{
	struct heard heard = {.kinds = WARNINGS};
	const struct bpf_loader_opts opts = hear_opts(&heard, loader_flags);
	struct bpf_loader *loader = load(build("matrix_tail", flags), &opts);

	assert_contains(heard.texts, "map 'values'");
	assert_contains(heard.texts, "byte 40 of its 44 is dropped");
	assert_int_equal(run_program(loader, "write_values"), 1);
	assert_int_equal(element(loader, "values", 0), 5);
	bpf_loader_close(loader);
}

static void unknown_tail_is_dropped_when_relaxed(void **state UNUSED)
{
	check_dropped_tail("-DSIZE=44 -DTAIL=0x2a", BPF_LOADER_RELAXED);
}

/* BTF names it: then its author added it for a loader of his own. */
static void tail_that_btf_names_is_dropped(void **state UNUSED)
{
	check_dropped_tail("-g -DSIZE=44 -DTAIL=0x2a", 0);
}

/* ---- definitions one behind the other ---- */

/* Nothing can be counted off by one size then. */
static void definitions_of_several_sizes_in_one_section(void **state UNUSED)
{
	static const char text[] =
		"struct short_def { __u32 type, key_size, value_size, max_entries; };\n"
		"struct bpf_elf_map SEC(\"maps\") last = {VALUES(5)};\n"
		"struct short_def SEC(\"maps\") first = {VALUES(3)};\n"
		"struct bpf_map_def SEC(\"maps\") aside = {VALUES(9)};\n"
		"struct short_def SEC(\"maps\") second = {VALUES(4)};\n"
		"SEC(\"socket\") int write_first(void *ctx) { put(&first, 11); return 1; }\n"
		"SEC(\"socket\") int write_second(void *ctx) { put(&second, 22); return 2; }\n"
		"SEC(\"socket\") int write_last(void *ctx) { put(&last, 33); return 3; }\n";

	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader = load(build_snippet(text, debug_flags[i]), NULL);

		assert_int_equal(bpf_loader_map_count(loader), 4);
		run_program(loader, "write_second");
		assert_int_equal(element(loader, "second", 0), 22);
		run_program(loader, "write_first");
		assert_int_equal(element(loader, "first", 0), 11);
		run_program(loader, "write_last");
		assert_int_equal(element(loader, "last", 0), 33);
		assert_int_equal(element(loader, "aside", 0), 0);
		assert_int_equal(info_of(loader, "last").max_entries, 5);
		bpf_loader_close(loader);
	}
}

/* ---- several definitions under one name, several names for one ---- */

/* In C, &slots[1] becomes an addition behind the load, which no verifier takes. */
static const char array_text[] =
	"struct bpf_map_def SEC(\"maps\") before = {VALUES(9)};\n"
	"struct bpf_map_def SEC(\"maps\") slots[3] = {{VALUES(1)}, {VALUES(2)}, {VALUES(3)}};\n"
	"struct bpf_map_def SEC(\"maps\") after = {VALUES(8)};\n"
	"SEC(\"socket\") int p(void *ctx)\n"
	"{\n"
	"	void *slot;\n"
	"\n"
	"	asm volatile(\"%0 = slots + 28 ll\" : \"=r\"(slot));\n"
	"	put(slot, 6);\n"
	"	put(&after, 7);\n"
	"	return 1;\n"
	"}\n";

static void array_of_definitions(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader =
			load(build_snippet(array_text, debug_flags[i]), NULL);

		assert_int_equal(bpf_loader_map_count(loader), 5);
		assert_int_equal(info_of(loader, "slots_0").max_entries, 1);
		assert_int_equal(info_of(loader, "slots_1").max_entries, 2);
		assert_int_equal(info_of(loader, "slots_2").max_entries, 3);
		assert_int_equal(info_of(loader, "after").max_entries, 8);
		run_program(loader, "p");
		assert_int_equal(element(loader, "slots_0", 0), 0);
		assert_int_equal(element(loader, "slots_1", 0), 6);
		assert_int_equal(element(loader, "slots_2", 0), 0);
		assert_int_equal(element(loader, "after", 0), 7);
		bpf_loader_close(loader);
	}
}

static void two_names_for_one_map(void **state UNUSED)
{
	struct bpf_loader *loader = load(
		build_snippet("struct bpf_map_def SEC(\"maps\") one = {VALUES(3)};\n"
			      "extern struct bpf_map_def two __attribute__((alias(\"one\")));\n"
			      "SEC(\"socket\") int p(void *ctx) { put(&one, 6); return 1; }\n"
			      "SEC(\"socket\") int q(void *ctx) { put(&two, 7); return 1; }\n",
			      ""),
		NULL);
	const char *name = bpf_loader_map(loader, 0)->name;

	assert_int_equal(bpf_loader_map_count(loader), 1);
	run_program(loader, "p");
	assert_int_equal(element(loader, name, 0), 6);
	run_program(loader, "q");
	assert_int_equal(element(loader, name, 0), 7);
	bpf_loader_close(loader);
}

/* ---- SEC(".maps") and goebpf, static ---- */

static void two_static_btf_maps(void **state UNUSED)
{
	struct bpf_loader *loader =
		load(build_snippet("#define MAP(NAME, ENTRIES) static struct { __uint(type, "
				   "BPF_MAP_TYPE_ARRAY); __uint(max_entries, ENTRIES); "
				   "__type(key, __u32); "
				   "__type(value, __u64); } NAME SEC(\".maps\")\n"
				   "MAP(first, 3);\nMAP(second, 4);\n"
				   "SEC(\"socket\") int write_first(void *ctx) { put(&first, "
				   "11); return 1; }\n"
				   "SEC(\"socket\") int write_second(void *ctx) { put(&second, "
				   "22); return 2; "
				   "}\n",
				   "-g"),
		     NULL);

	check_two_maps(loader);
	bpf_loader_close(loader);
}

static void static_inner_map_of_goebpf(void **state UNUSED)
{
	static const char text[] =
		"struct def { __u32 map_type, key_size, value_size, max_entries, map_flags; "
		"void *inner_map_def; const char *persistent_path; };\n"
		"static struct def SEC(\"maps\") aside = {BPF_MAP_TYPE_HASH, 4, 8, 9};\n"
		"static struct def SEC(\"maps\") inner = {VALUES(3)};\n"
		"static struct def SEC(\"maps\") outer = {BPF_MAP_TYPE_ARRAY_OF_MAPS, "
		".max_entries = 2, .inner_map_def = &inner};\n"
		"SEC(\"socket\") int p(void *ctx) { __u32 key = 0; put(&inner, 1); put(&aside, "
		"1); return bpf_map_lookup_elem(&outer, &key) != 0; }\n";
	__u32 key = 0;

	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader = load(build_snippet(text, debug_flags[i]), NULL);
		int inner = find_map(loader, "inner")->fd;

		assert_int_equal(find_map(loader, "outer")->dialect, BPF_LOADER_GOEBPF);
		assert_int_equal(run_program(loader, "p"), 0);
		assert_int_equal(
			bpf_map_update_elem(find_map(loader, "outer")->fd, &key, &inner, 0), 0);
		assert_int_equal(run_program(loader, "p"), 1);
		bpf_loader_close(loader);
	}
}

static bool needs_strip(const struct CMUnitTest *test)
{
	return strstr(test->name, "without_symbols");
}

int main(void)
{
	static struct CMUnitTest tests[] = {
		TEST(two_static_maps_of_16_bytes),
		TEST(two_static_maps_of_28_bytes),
		TEST(two_static_maps_of_36_bytes),
		TEST(maps_section_without_symbols),
		TEST(maps_section_without_symbols_of_unclear_size),
		TEST(maps_section_without_symbols_of_no_known_size),
		TEST(sub_programs_static_global_nested_with_map),
		TEST(sub_programs_in_text_without_map_relocations),
		TEST(programs_hold_only_what_they_call),
		TEST(global_variables_of_every_section),
		TEST(bss_variable_at_the_offset_of_a_map),
		TEST(rodata_is_frozen),
		TEST(larger_struct_with_zero_tail),
		TEST(unknown_tail_is_an_error),
		TEST(unknown_tail_is_dropped_when_relaxed),
		TEST(tail_that_btf_names_is_dropped),
		TEST(definitions_of_several_sizes_in_one_section),
		TEST(array_of_definitions),
		TEST(two_names_for_one_map),
		TEST(two_static_btf_maps),
		TEST(static_inner_map_of_goebpf),
	};

	support_begin();
	skip_without("llvm-strip", tests, ARRAY_SIZE(tests), needs_strip);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
