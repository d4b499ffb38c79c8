// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object - `bpfload convert --object` over the loader's matrix and the samples. tier: 1
 *
 * Each object is converted, and the result is asked in three ways that know nothing of each other:
 *
 *  - the command's own --check must call it identical to the kernel;
 *  - this test loads the old object by the loader and the new one by libbpf, and compares what
 *    the kernel says of maps and programs;
 *  - bpftool, which has a libbpf of its own, loads it.
 *
 * What one of them cannot load for a reason that lies outside of the conversion is named in the
 * tables below with that reason. The old object must not change by a byte.
 */
#include "compare.h"
#include "matrix_rows.h"
#include "old_object.h"
#include "support.h"

#include <libgen.h>

enum {
	OLD = 1 << 0,	      /* made to look like one of old LLVM */
	NEEDS_BTF = 1 << 1,   /* without -g there is nothing to convert, or the old one fails */
	WITHOUT_BTF = 1 << 2, /* only without -g */
};

struct object_row {
	const char *source, *flags, *options;
	unsigned int how;
	const char *no_bpftool; /* why bpftool's own libbpf does not load it */
};

#define BSS "bpftool 7.1's libbpf knows no .bss.NAME"

static const struct object_row object_rows[] = {
	{"matrix_old", "-DSIZE=16", "", 0, NULL},
	{"matrix_old", "-DSIZE=20", "", 0, NULL},
	{"matrix_old", "-DSIZE=24", "", 0, NULL},
	{"matrix_old", "-DSIZE=28", "", 0, NULL},
	{"matrix_old", "-DIPROUTE2", "", 0, NULL},
	{"matrix_old", "-DSIZE=16", "", OLD, NULL},
	{"matrix_old", "-DSIZE=20", "", OLD, NULL},
	{"matrix_old", "-DSIZE=28", "", OLD, NULL},
	{"matrix_old", "-DIPROUTE2", "", OLD, NULL},
	{"matrix_static_maps", "", "", 0, NULL},
	{"matrix_static_maps", "-DIPROUTE2", "", 0, NULL},
	{"matrix_calls", "", "", 0, NULL},
	{"matrix_calls", "-DPLAIN", "", 0, NULL},
	{"matrix_calls", "", "", OLD | WITHOUT_BTF, NULL},
	{"matrix_globals", "", "", 0, BSS},
	{"matrix_globals", "-DNO_MAP", "", 0, BSS},
	{"matrix_tail", "-DSIZE=40", "", 0, NULL},
	{"matrix_tail", "-DSIZE=44 -DTAIL=0x2a", "--relaxed", 0, NULL},
	{"matrix_programs", "", "", 0, NULL},
	{"matrix_programs", "-DSECTION='\"classifier\"'", "", 0, NULL},
	{"matrix_programs", "-DSECTION='\"len_hist\"'", "--type socket_filter", 0, NULL},
	{"matrix_programs", "-DSECTION='\"len_hist\"'", "--type len_hist=xdp", 0, NULL},
	{"matrix_programs", "-DNO_LICENSE", "", 0, NULL},
	{"matrix_programs", "-DGPL_ONLY", "", 0, NULL},
	{"matrix_programs", "-DLICENSE='\"GPL\"'", "", 0, NULL},
	{"matrix_programs", "-DVERSION=0x40e05", "", 0, NULL},
	{"matrix_programs", "-DVERSION=5 -DVERSION_TYPE=__u64", "", 0, NULL},
	{"matrix_inner_idx", "", "", 0, NULL},
	{"matrix_inner_idx", "-DOUTER_FIRST", "", 0, NULL},
	{"matrix_inner_id", "", "", 0, NULL},
	{"matrix_inner_id", "-DINNER_IDX=-1", "", 0, NULL},
	{"matrix_inner_id", "-DOUTER_FIRST", "", 0, NULL},
	{"matrix_inner_id", "-DVALUE_SIZE=64", "", 0, NULL},
	{"matrix_tail_calls", "", "", 0, NULL},
	{"matrix_tail_calls", "-DEXTRA='\"43/0\"'", "", 0, NULL},
	{"matrix_slots", "", "", 0, NULL},
	{"matrix_slots", "-DNO_ARRAY", "", 0, NULL},
	{"matrix_slots", "-DTARGET='\"sockops/\"'", "", 0, NULL},
	{"matrix_slots", "-DTARGET='\"sk_skb/\"'", "", 0, NULL},
	{"matrix_slots", "-DTARGET='\"sk_msg/\"'", "", 0, NULL},
	{"matrix_slots", "-DTARGET='\"kprobe/\"'", "", 0, NULL},
	{"matrix_btf", "", "", NEEDS_BTF, NULL},
	{"matrix_many", "", "", 0, NULL},
	{"matrix_pins", "", "", 0, NULL},
	{"matrix_pins", "-DPINNING=1", "", 0, NULL},
	{"matrix_pins", "-DPINNING=2", "", 0, NULL},
	{"matrix_pins", "-DPINNING=7", "--relaxed", 0, NULL},
	{"matrix_foreign_pins", "-DNAMESPACE='\"ns\"'", "", 0, NULL},
	{"matrix_foreign_pins", "-DGOEBPF -DPATH='\"/x/y\"'", "", 0, NULL},
	{"matrix_annotate", "", "", NEEDS_BTF, NULL},
	{"matrix_annotate", "-DNO_LOCK", "", 0, NULL},
	{"matrix_annotate", "-DNO_LOCK -DWRONG", "", 0, NULL},
	{"matrix_ld_abs", "-DIN_MAIN", "", 0, NULL},
	{"matrix_ld_abs", "", "", NEEDS_BTF, NULL},
	{"bad_input", "", "", 0, NULL},
	{"bad_input", "-DIPROUTE2", "", 0, NULL},
	{"faults", "", "", NEEDS_BTF, NULL},
	{"explain_kernel", "", "", 0, NULL},
	{"explain_iproute2", "", "", 0, NULL},
	{"explain_static", "", "", 0, NULL},
	{"explain_btf", "", "", NEEDS_BTF, NULL},
};

/* Samples whose old object this loader or this kernel does not take: only libbpf is asked. */
static const struct {
	const char *name, *why;
	bool libbpf; /* it does load it */
} unloadable[] = {
	{"struct_ops_cc", "struct_ops is libbpf's affair", true},
	{"task_inode_storage", "it needs a kernel with BPF LSM", false},
};

/* ---- running the command ---- */

/* The bpfload of the build that this test belongs to. */
static const char *bpfload(void)
{
	static char path[PATH_SIZE];
	char self[PATH_SIZE];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(length > 0);
	self[length] = '\0';
	snprintf(path, sizeof(path), "%s/bpfload", dirname(dirname(dirname(self))));
	return path;
}

/* Converts; the status must be 0. Returns the path of the new object, named as the old one. */
static const char *convert(const char *old, const char *options)
{
	char *copy = strdup(old);
	const char *dir = work_path("converted");
	const char *path;

	mkdir(dir, 0700);
	path = work_path("converted/%s", basename(copy));
	free(copy);
	shell("%s convert %s --object %s %s 2>%s || { cat %s >&2; false; }", bpfload(), options,
	      path, old, work_path("log"), work_path("log"));
	return path;
}

/* ---- libbpf's load ---- */

static struct bpf_object *load_by_libbpf(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_map *map = NULL;

	assert_non_null(object);
	while ((map = bpf_object__next_map(object, map)))
		bpf_map__set_pin_path(map, NULL);
	if (bpf_object__load(object))
		fail_msg("libbpf does not load %s: %s", path, strerror(errno));
	return object;
}

/* Data maps are found by their section, since libbpf's names for them are of two kinds. */
static int fd_of_map(const struct bpf_object *object, const struct bpf_loader_map *map)
{
	const bool data = map->dialect == BPF_LOADER_DATA;
	int fd = bpf_object__find_map_fd_by_name(object, data ? map->section : map->name);

	if (fd < 0)
		fail_msg("libbpf has no map '%s'", map->name);
	return fd;
}

static void compare_maps(const struct bpf_loader *loader, const struct bpf_object *object)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(loader, i);
		struct bpf_map_info a = map_info(map->fd);
		struct bpf_map_info b = map_info(fd_of_map(object, map));

		compare_map_fields(&a, &b);
		assert_string_equal(b.name, a.name);
		compare_fdinfo(map->fd, fd_of_map(object, map));
		/* Type ids stay what they were. */
		if (map->dialect != BPF_LOADER_DATA) {
			assert_int_equal(b.btf_key_type_id, a.btf_key_type_id);
			assert_int_equal(b.btf_value_type_id, a.btf_value_type_id);
		}
	}
}

static void compare_programs(const struct bpf_loader *loader, const struct bpf_object *object,
			     bool with_btf)
{
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		const struct bpf_loader_program *old = bpf_loader_program(loader, i);
		const struct bpf_program *new =
			bpf_object__find_program_by_name(object, old->name);
		struct bpf_prog_info a, b;

		if (!new)
			fail_msg("libbpf has no program '%s'", old->name);
		a = program_info(old->fd);
		b = program_info(bpf_program__fd(new));
		assert_int_equal(b.type, a.type);
		assert_string_equal(b.name, a.name);
		assert_int_equal(b.xlated_prog_len, a.xlated_prog_len);
		assert_int_equal(b.nr_func_info, a.nr_func_info);
		assert_int_equal(b.nr_line_info, a.nr_line_info);
		if (with_btf && a.nr_func_info && a.xlated_prog_len <= INSNS_MAX * 8)
			compare_instructions(old->name, "the loader", old->fd, "libbpf",
					     bpf_program__fd(new));
	}
}

/* ---- one object ---- */

/* For --type; one section's type is told by a fixup, which is the handle's way to do it. */
static int set_type(struct bpf_loader_program *program, size_t index UNUSED, void *ctx UNUSED)
{
	if (!strcmp(program->section, "len_hist")) {
		program->type = BPF_PROG_TYPE_XDP;
		program->expected_attach_type = BPF_XDP;
	}
	return 0;
}

/* Where maps would be pinned is no part of what is compared. */
static void forget_pins(const struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		struct bpf_loader_map *map = bpf_loader_map(loader, i);

		map->pinning = BPF_LOADER_PIN_NONE;
		free(map->pin_path);
		map->pin_path = NULL;
	}
}

static struct bpf_loader *load_old(const char *path, const char *options, bool pins)
{
	struct bpf_loader *loader;
	struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH,
		.bpffs = bpffs_dir,
	};

	if (strstr(options, "--relaxed"))
		opts.flags |= BPF_LOADER_RELAXED;
	if (strstr(options, "socket_filter"))
		opts.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	if (strstr(options, "=xdp"))
		opts.fixup_program = set_type;
	loader = describe(path, &opts);
	if (!pins)
		forget_pins(loader);
	if (bpf_loader_load_programs(loader))
		fail_msg("%s does not load: %s", path, bpf_loader_error(loader));
	return loader;
}

static void check_libbpf(const char *old, const char *new, const char *options, bool with_btf)
{
	struct bpf_loader *loader = load_old(old, options, false);
	struct bpf_object *object = load_by_libbpf(new);

	compare_maps(loader, object);
	compare_programs(loader, object, with_btf);
	bpf_object__close(object);
	bpf_loader_close(loader);
}

/* bpftool pins by name under /sys/fs/bpf, which is a bpffs of this test's own. */
static void check_bpftool(const char *path)
{
	assert_int_equal(mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL), 0);
	shell("bpftool prog loadall %s /sys/fs/bpf/programs >%s 2>&1 || { cat %s >&2; false; }",
	      path, work_path("log"), work_path("log"));
	assert_int_equal(umount2("/sys/fs/bpf", MNT_DETACH), 0);
}

/* "--check OPTIONS". The string lives until the next call. */
static const char *checked(const char *options)
{
	static char all[PATH_SIZE];

	snprintf(all, sizeof(all), "--check %s", options);
	return all;
}

static void check_object(const char *old, const char *options, bool with_btf, bool bpftool)
{
	size_t size, size_after;
	void *before = read_file(old, &size), *after;
	const char *new = convert(old, checked(options));

	after = read_file(old, &size_after);
	assert_int_equal(size_after, size);
	assert_memory_equal(after, before, size);
	free(before);
	free(after);
	check_libbpf(old, new, options, with_btf);
	if (bpftool)
		check_bpftool(new);
}

/* ---- the tests ---- */

struct object_case {
	const struct object_row *row;
	bool with_btf;
	char title[160];
};

static void object_converts(void **state)
{
	const struct object_case *test = *state;
	const struct object_row *row = test->row;
	const char *old = build(row->source, with(test->with_btf ? "-g" : "", row->flags));

	if (row->how & OLD)
		make_old(old);
	check_object(old, row->options, test->with_btf, !row->no_bpftool);
}

static void matrix_row_converts(void **state)
{
	const struct test_case *test = *state;

	check_object(build_row(test), "", test->with_btf, true);
}

static void sample_converts(void **state)
{
	check_object(*state, "", true, true);
}

/* The old object does not load; the new one must, by libbpf. */
static void sample_loads_by_libbpf(void **state)
{
	struct bpf_object *object = load_by_libbpf(convert(*state, ""));

	bpf_object__close(object);
}

/* ---- what the proof must notice, and pins ---- */

/* A global sub-program that passes only without BTF: the loader tries that, libbpf does not. */
static void check_tells_what_libbpf_refuses(void **state UNUSED)
{
	const char *old = build("matrix_programs", "-g -DUNPROVEN");
	const char *new = work_path("unproven.o"), *log = work_path("log");
	char *words;
	size_t size;

	shell("! %s convert --check --object %s %s 2>%s", bpfload(), new, old, log);
	words = read_file(log, &size);
	words[size - 1] = '\0';
	assert_contains(words, "libbpf does not load the new object: Permission denied");
	assert_contains(words, "nothing is proven");
	assert_int_equal(access(new, F_OK), -1);
	free(words);
}

/* By .pin_root_path libbpf finds the very map that the old object had pinned. */
static void global_pins_stay_where_they_are(void **state UNUSED)
{
	const char *old = build("matrix_pins", "-DPINNING=2");
	struct bpf_loader *loader = load_old(old, "", true);
	const char *root = work_path("bpffs/tc/globals");
	LIBBPF_OPTS(bpf_object_open_opts, opts, .pin_root_path = root);
	struct bpf_object *object = bpf_object__open_file(convert(old, ""), &opts);

	assert_non_null(object);
	assert_int_equal(bpf_object__load(object), 0);
	assert_int_equal(map_info(bpf_object__find_map_fd_by_name(object, "shared")).id,
			 info_of(loader, "shared").id);
	assert_int_not_equal(map_info(bpf_object__find_map_fd_by_name(object, "alone")).id,
			     info_of(loader, "alone").id);
	bpf_object__close(object);
	unlink(find_map(loader, "shared")->pin_path);
	bpf_loader_close(loader);
}

/* Slots of tail calls hold programs, and calls arrive. */
static void tail_calls_arrive(void **state UNUSED)
{
	const char *new = convert(build("matrix_tail_calls", ""), "");
	struct bpf_object *object = load_by_libbpf(new);
	static const struct {
		const char *name;
		__u32 result;
	} calls[] = {{"into_hex_0", 1},
		     {"into_hex_5", 2},
		     {"into_decimal_3", 3},
		     {"into_decimal_0", 4},
		     {"into_hex_3", 100}};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		assert_int_equal(run_fd(bpf_program__fd(bpf_object__find_program_by_name(
					 object, calls[i].name))),
				 calls[i].result);
	bpf_object__close(object);
}

/* ---- damaged input ---- */

/* Its first type, a typedef, becomes one of a type that does not exist. */
static void break_btf(const char *path)
{
	static const unsigned char magic[] = {0x9f, 0xeb, 1, 0, 24, 0, 0, 0};
	size_t size;
	unsigned char *bytes = read_file(path, &size);
	unsigned char *btf = memmem(bytes, size, magic, sizeof(magic));
	struct btf_type *first;

	assert_non_null(btf);
	first = (struct btf_type *)(btf + 24);
	assert_true(btf_is_typedef(first));
	first->type = 0xffffff;
	write_file(path, bytes, size);
	free(bytes);
}

/* libbpf's own readers crash on it. Maps and programs are the same without. */
static void damaged_btf_is_replaced(void **state UNUSED)
{
	const char *old = build("matrix_annotate", "-g -DNO_LOCK"), *new;
	struct bpf_object *object;

	break_btf(old);
	shell("%s convert %s >%s 2>&1", bpfload(), old, work_path("log"));
	new = convert(old, "");
	object = load_by_libbpf(new);
	assert_int_equal(map_info(bpf_object__find_map_fd_by_name(object, "locks")).value_size,
			 16);
	assert_int_equal(
		program_info(bpf_program__fd(bpf_object__find_program_by_name(object, "add")))
			.nr_func_info,
		0);
	bpf_object__close(object);
}

/* ---- all of them ---- */

#define TESTS_MAX 512

static struct CMUnitTest tests[TESTS_MAX];
static size_t test_count;

static void add_test(const char *title, CMUnitTestFunction function, void *state)
{
	if (test_count == TESTS_MAX)
		bail_out("more tests than TESTS_MAX");
	tests[test_count++] = ROW_TEST(title, function, state);
}

static void add_objects(void)
{
	static struct object_case cases[2 * ARRAY_SIZE(object_rows)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct object_case *test = &cases[i];

		test->row = &object_rows[i / 2];
		test->with_btf = i % 2;
		if (test->row->how & (test->with_btf ? WITHOUT_BTF : NEEDS_BTF))
			continue;
		snprintf(test->title, sizeof(test->title), "%s %s%s%s%s%s", test->row->source,
			 test->row->flags, test->with_btf ? " -g" : "",
			 test->row->how & OLD ? ", as of old LLVM" : "",
			 test->row->no_bpftool ? "; not by bpftool: " : "",
			 test->row->no_bpftool ?: "");
		add_test(test->title, object_converts, test);
	}
}

static void add_matrix(void)
{
	static struct test_case cases[2 * ARRAY_SIZE(rows)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct test_case *test = &cases[i];

		test->row = &rows[i / 2];
		test->with_btf = i % 2;
		if (!test->with_btf && test->row->form != LEGACY)
			continue; /* .maps without BTF is nothing but zeros */
		snprintf(test->title, sizeof(test->title), "matrix: %s%s", test->row->name,
			 test->with_btf ? " -g" : "");
		add_test(test->title, matrix_row_converts, test);
	}
}

static void add_sample(const char *name, char *path)
{
	char *title = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(unloadable); i++) {
		if (strcmp(unloadable[i].name, name) != 0)
			continue;
		if (asprintf(&title, "sample %s, by libbpf only: %s", name, unloadable[i].why) <
		    0)
			bail_out("no memory");
		add_test(title, sample_loads_by_libbpf, path);
		if (!unloadable[i].libbpf) {
			skip_test(&tests[test_count - 1], unloadable[i].why);
			free(title);
		}
		return;
	}
	if (asprintf(&title, "sample %s", name) < 0)
		bail_out("no memory");
	add_test(title, sample_converts, path);
}

/* Every sample, by its sources; the objects stand in the build that the test belongs to. */
static void add_samples(void)
{
	DIR *dir = opendir("samples");
	struct dirent *entry;
	char build_dir[PATH_SIZE];

	if (!dir)
		bail_out("samples");
	snprintf(build_dir, sizeof(build_dir), "%s", bpfload());
	*strrchr(build_dir, '/') = '\0';
	while ((entry = readdir(dir))) {
		char *end = strstr(entry->d_name, "_kern.c"), *path = NULL;

		if (!end || end[strlen("_kern.c")])
			continue;
		*end = '\0';
		if (asprintf(&path, "%s/samples/%s_kern.o", build_dir, entry->d_name) < 0)
			bail_out("no memory");
		add_sample(entry->d_name, path);
	}
	closedir(dir);
}

/* libbpf_set_print()'s default prints what is tried, too. */
static int print_warnings(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

int main(void)
{
	support_begin();
	libbpf_set_print(print_warnings);
	add_test("check_tells_what_libbpf_refuses", check_tells_what_libbpf_refuses, NULL);
	add_test("global_pins_stay_where_they_are", global_pins_stay_where_they_are, NULL);
	add_test("tail_calls_arrive", tail_calls_arrive, NULL);
	add_test("damaged_btf_is_replaced", damaged_btf_is_replaced, NULL);
	add_objects();
	add_matrix();
	add_samples();
	return _cmocka_run_group_tests("tests", tests, test_count, NULL, NULL);
}
