// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_many - more than a loader's arrays had room for: maps, program sections, relocations,
 * characters in a name. tier: 1
 */
#include "support.h"

/* ---- many ---- */

/* `count` maps, each with a program in a section of its own that writes its number into it. */
static const char *build_many(int count, const char *flags)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *object;

	assert_non_null(out);
	fputs("#include \"matrix.h\"\n", out);
	for (int i = 0; i < count; i++)
		fprintf(out, "struct bpf_map_def SEC(\"maps\") m%d = {VALUES(%d)};\n", i,
			i + 1);
	for (int i = count - 1; i >= 0; i--)
		fprintf(out,
			"SEC(\"socket_%d\") int p%d(void *ctx) { put(&m%d, %d); return %d; }\n",
			i, i, i, 1000 + i, i);
	fclose(out);
	object = build_text("many", text, flags);
	free(text);
	return object;
}

static void check_many(int count, const char *flags)
{
	struct bpf_loader *loader = load(build_many(count, flags), NULL);
	char map[16], program[16];

	assert_int_equal(bpf_loader_map_count(loader), count);
	assert_int_equal(bpf_loader_program_count(loader), count);
	for (int i = 0; i < count; i++) {
		snprintf(map, sizeof(map), "m%d", i);
		snprintf(program, sizeof(program), "p%d", i);
		assert_int_equal(info_of(loader, map).max_entries, i + 1);
		assert_int_equal(run_program(loader, program), i);
		assert_int_equal(element(loader, map, 0), 1000 + i);
	}
	for (int i = 0; i < count; i++) {
		snprintf(map, sizeof(map), "m%d", i);
		assert_int_equal(element(loader, map, 0), 1000 + i);
	}
	bpf_loader_close(loader);
}

static void maps_33(void **state UNUSED)
{
	check_many(33, "");
}

static void maps_40(void **state UNUSED)
{
	check_many(40, "-DSIZE=16");
}

static void program_sections_95(void **state UNUSED)
{
	check_many(95, "-g");
}

static void program_sections_150(void **state UNUSED)
{
	check_many(150, "");
}

static void relocations_10000(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_many", ""), NULL);
	char name[16];
	size_t relocs = 0;

	for (size_t i = 0; i < bpf_loader_program_count(loader); i++)
		relocs += bpf_loader_program(loader, i)->reloc_count;
	assert_int_equal(relocs, 10010);
	for (__u32 i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "write_%u", i);
		assert_int_equal(run_program(loader, name), i);
		assert_int_equal(element(loader, "values", i), 1000 + i);
	}
	assert_int_equal(element(loader, "aside", 0), 0);
	bpf_loader_close(loader);
}

/* ---- names ---- */

static void map_name_of_300_characters(void **state UNUSED)
{
	char name[301], text[1024];
	struct bpf_loader *loader;

	memset(name, 'n', 300);
	name[300] = '\0';
	snprintf(text, sizeof(text),
		 "struct bpf_map_def SEC(\"maps\") %s = {VALUES(3)};\n"
		 "SEC(\"socket\") int p(void *ctx) { put(&%s, 6); return 1; }\n",
		 name, name);
	loader = load(build_snippet(text, "-g"), NULL);
	assert_string_equal(find_map(loader, name)->name, name);
	assert_string_equal(info_of(loader, name).name, "nnnnnnnnnnnnnnn");
	assert_int_equal(run_program(loader, "p"), 1);
	assert_int_equal(element(loader, name, 0), 6);
	bpf_loader_close(loader);
}

/* The kernel keeps 15 characters; ours are whole. */
static void map_names_alike_in_15_characters(void **state UNUSED)
{
	static const char text[] =
		"struct bpf_map_def SEC(\"maps\") fifteen_letters_one = {VALUES(3)};\n"
		"struct bpf_map_def SEC(\"maps\") fifteen_letters_two = {VALUES(4)};\n"
		"SEC(\"socket\") int p(void *ctx) { put(&fifteen_letters_two, 6); return 1; "
		"}\n";
	struct bpf_loader *loader = load(build_snippet(text, ""), NULL);

	assert_int_equal(run_program(loader, "p"), 1);
	assert_int_equal(element(loader, "fifteen_letters_one", 0), 0);
	assert_int_equal(element(loader, "fifteen_letters_two", 0), 6);
	bpf_loader_close(loader);
}

/* The kernel takes letters, digits, '_' and '.'; we know the map by its whole name. */
static void map_name_with_odd_characters(void **state UNUSED)
{
	static const char text[] =
		"struct bpf_map_def SEC(\"maps/my-map\") anything = {VALUES(3)};\n"
		"SEC(\"socket\") int p(void *ctx) { put(&anything, 6); return 1; }\n";

	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader = load(build_snippet(text, debug_flags[i]), NULL);

		assert_string_equal(info_of(loader, "my-map").name, "my_map");
		run_program(loader, "p");
		assert_int_equal(element(loader, "my-map", 0), 6);
		bpf_loader_close(loader);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(maps_33),
		TEST(maps_40),
		TEST(program_sections_95),
		TEST(program_sections_150),
		TEST(relocations_10000),
		TEST(map_name_of_300_characters),
		TEST(map_names_alike_in_15_characters),
		TEST(map_name_with_odd_characters),
	};

	support_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
