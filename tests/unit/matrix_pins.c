// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_pins - maps on bpffs: the paths of tc, libbpf, gobpf and goebpf, maps found there again,
 * maps that are not the same, and what a failed load leaves: nothing. tier: 1
 *
 * Every test starts and ends with an empty bpffs.
 */
#include "support.h"

#include <linux/magic.h>
#include <sys/vfs.h>

/* The root itself, and what kernels with BPF_PRELOAD put onto every bpffs. */
static bool not_ours(const char *path, int level)
{
	size_t length = strlen(path);

	return !level || (level == 1 && length > 6 && !strcmp(path + length - 6, ".debug"));
}

static int remove_ours(const char *path, const struct stat *st UNUSED, int flag UNUSED,
		       struct FTW *ftw)
{
	return not_ours(path, ftw->level) ? 0 : remove(path);
}

static int entries_on_bpffs;

static int count_ours(const char *path, const struct stat *st UNUSED, int flag UNUSED,
		      struct FTW *ftw)
{
	if (not_ours(path, ftw->level))
		return 0;
	print_message("# on bpffs: %s\n", path);
	entries_on_bpffs++;
	return 0;
}

static void assert_bpffs_empty(void)
{
	entries_on_bpffs = 0;
	assert_int_equal(nftw(bpffs_dir, count_ours, 8, FTW_PHYS), 0);
	assert_int_equal(entries_on_bpffs, 0);
}

static int empty_bpffs(void)
{
	return nftw(bpffs_dir, remove_ours, 8, FTW_DEPTH | FTW_PHYS);
}

static int clean_and_check(void **state)
{
	return empty_bpffs() ? -1 : check_descriptors(state);
}

#define PIN_TEST(function)                                                    \
	{                                                                     \
#function, function, count_descriptors, clean_and_check, NULL \
	}

static struct bpf_loader_opts pin_opts(void)
{
	return (struct bpf_loader_opts){.flags = BPF_LOADER_NO_ATTACH, .bpffs = bpffs_dir};
}

static struct bpf_loader *load_pins(const char *object)
{
	const struct bpf_loader_opts opts = pin_opts();

	return load(object, &opts);
}

/* A path below the test's bpffs; see work_path(). */
#define on_bpffs(...) work_path("bpffs/" __VA_ARGS__)

static struct bpf_map_info pinned_info(const char *path)
{
	int fd = bpf_obj_get(path);
	struct bpf_map_info info;

	if (fd < 0)
		fail_msg("nothing is pinned at %s: %s", path, strerror(errno));
	info = map_info(fd);
	close(fd);
	return info;
}

/* The id of the map pinned at `path`. */
static __u32 pinned_id(const char *path)
{
	return pinned_info(path).id;
}

/* `shared` is pinned at `path`, it alone; programs of a second load count on in it. */
static void check_shared(const char *object, const struct bpf_loader_opts *opts,
			 const char *path)
{
	struct bpf_loader *first = load(object, opts), *second;
	__u32 id = info_of(first, "shared").id;

	assert_string_equal(find_map(first, "shared")->pin_path, path);
	assert_true(find_map(first, "shared")->pinned);
	assert_null(find_map(first, "alone")->pin_path);
	assert_int_equal(pinned_id(path), id);
	run_program(first, "count");
	bpf_loader_close(first);

	assert_int_equal(pinned_id(path), id);
	second = load(object, opts);
	assert_int_equal(info_of(second, "shared").id, id);
	assert_true(find_map(second, "shared")->reused);
	assert_int_equal(element(second, "alone", 0), 0);
	run_program(second, "count");
	assert_int_equal(element(second, "shared", 0), 2);
	bpf_loader_close(second);
}

/* ---- the paths of tc ---- */

static void no_pin(void **state UNUSED)
{
	bpf_loader_close(load_pins(build("matrix_pins", "")));
	assert_bpffs_empty();
}

static void pin_global_ns(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();

	check_shared(build("matrix_pins", "-DPINNING=2"), &opts, on_bpffs("tc/globals/shared"));
	assert_int_equal(empty_bpffs(), 0);
	check_shared(build("matrix_pins", "-g -DPINNING=2"), &opts,
		     on_bpffs("tc/globals/shared"));
}

/* What the command sha1sum says of the file. */
static void sha1_of(const char *path, char hex[41])
{
	char command[PATH_SIZE];
	FILE *pipe;

	snprintf(command, sizeof(command), "sha1sum %s", path);
	pipe = popen(command, "re");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%40s", hex), 1);
	pclose(pipe);
}

static void pin_object_ns_by_sha1_of_the_file(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();
	const char *object = build("matrix_pins", "-DPINNING=1");
	char hex[41];

	sha1_of(object, hex);
	check_shared(object, &opts, on_bpffs("tc/%s/shared", hex));
}

/* Another object is another directory, even with the same map. */
static void pin_object_ns_of_two_objects(void **state UNUSED)
{
	struct bpf_loader *a = load_pins(build("matrix_pins", "-DPINNING=1"));
	struct bpf_loader *b = load_pins(build("matrix_pins", "-g -DPINNING=1"));

	assert_int_not_equal(info_of(a, "shared").id, info_of(b, "shared").id);
	bpf_loader_close(a);
	bpf_loader_close(b);
}

static const char *write_pinning_file(const char *text)
{
	const char *path = work_path("bpf_pinning");

	write_file(path, text, strlen(text));
	return path;
}

static void pin_custom_id_from_the_pinning_file(void **state UNUSED)
{
	struct bpf_loader_opts opts = pin_opts();

	opts.pinning_file =
		write_pinning_file("# names of places\n3 three\n7\tfoo/bar  \n8 x\n");
	check_shared(build("matrix_pins", "-DPINNING=7"), &opts, on_bpffs("foo/bar/shared"));
}

static void pin_unknown_id_is_an_error(void **state UNUSED)
{
	struct bpf_loader_opts opts = pin_opts();

	opts.pinning_file = write_pinning_file("3 three\n#7 seven\n77 more\n");
	refuse(build("matrix_pins", "-DPINNING=7"), &opts, ENOENT, "map 'shared'", "pinning 7",
	       "bpf_pinning", "add a line '7 PATH'");
	opts.pinning_file = work_path("no_such_file");
	refuse(build("matrix_pins", "-DPINNING=7"), &opts, ENOENT, "map 'shared'", "pinning 7",
	       "no_such_file");
	assert_bpffs_empty();
}

static void pin_unknown_id_is_dropped_when_relaxed(void **state UNUSED)
{
	struct heard heard = {.kinds = WARNINGS};
	struct bpf_loader_opts opts = hear_opts(&heard, BPF_LOADER_RELAXED);
	struct bpf_loader *loader;

	opts.bpffs = bpffs_dir;
	opts.pinning_file = write_pinning_file("3 three\n");
	loader = load(build("matrix_pins", "-DPINNING=7"), &opts);
	assert_contains(heard.texts, "map 'shared': pinning 7 has no path here");
	assert_null(find_map(loader, "shared")->pin_path);
	bpf_loader_close(loader);
	assert_bpffs_empty();
}

static void pin_path_that_leaves_bpffs_is_an_error(void **state UNUSED)
{
	struct bpf_loader_opts opts = pin_opts();

	opts.pinning_file = write_pinning_file("7 ../elsewhere\n");
	refuse(build("matrix_pins", "-DPINNING=7"), &opts, EINVAL, "../elsewhere", "leaves");
	opts.pinning_file = write_pinning_file("7 /tmp\n");
	refuse(build("matrix_pins", "-DPINNING=7"), &opts, EINVAL, "/tmp", "leaves");
}

static void bpffs_of_the_environment(void **state UNUSED)
{
	struct bpf_loader_opts opts = pin_opts();

	opts.bpffs = NULL;
	setenv("TC_BPF_MNT", bpffs_dir, 1);
	check_shared(build("matrix_pins", "-DPINNING=2"), &opts, on_bpffs("tc/globals/shared"));
	unsetenv("TC_BPF_MNT");
}

static void bpffs_is_mounted_when_missing(void **state UNUSED)
{
	const char *dir = work_path("unmounted");
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH, .bpffs = dir};
	struct bpf_loader *loader;
	struct statfs fs;

	assert_int_equal(mkdir(dir, 0700), 0);
	loader = load(build("matrix_pins", "-DPINNING=2"), &opts);
	assert_int_equal(statfs(dir, &fs), 0);
	assert_true((unsigned long)fs.f_type == BPF_FS_MAGIC);
	assert_int_equal(pinned_id(work_path("unmounted/tc/globals/shared")),
			 info_of(loader, "shared").id);
	bpf_loader_close(loader);
	assert_int_equal(umount(dir), 0);
}

/* ---- what is there already ---- */

/* Wanted and found side by side; the line that differs is marked. */
static void pinned_map_of_another_size(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();

	bpf_loader_close(load_pins(build("matrix_pins", "-DPINNING=2 -DENTRIES=1")));
	refuse(build("matrix_pins", "-DPINNING=2 -DENTRIES=5"), &opts, EINVAL, "map 'shared'",
	       on_bpffs("tc/globals/shared"), "wanted", "found",
	       "! max_entries             5            1",
	       "    key_size                4            4", "rm ");
	assert_int_equal(pinned_info(on_bpffs("tc/globals/shared")).max_entries, 1);
}

static void pinned_map_of_another_type(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();
	int fd = bpf_map_create(BPF_MAP_TYPE_HASH, "shared", 4, 8, 4, NULL);

	assert_true(fd >= 0);
	assert_int_equal(mkdir(on_bpffs("tc"), 0700), 0);
	assert_int_equal(mkdir(on_bpffs("tc/globals"), 0700), 0);
	assert_int_equal(bpf_obj_pin(fd, on_bpffs("tc/globals/shared")), 0);
	close(fd);
	refuse(build("matrix_pins", "-DPINNING=2"), &opts, EINVAL,
	       "(type array wanted, found hash)", "! type ");
}

static void pinned_program_in_the_place_of_a_map(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();
	struct bpf_loader *loader = load_pins(build("matrix_pins", ""));

	assert_int_equal(mkdir(on_bpffs("tc"), 0700), 0);
	assert_int_equal(mkdir(on_bpffs("tc/globals"), 0700), 0);
	assert_int_equal(
		bpf_obj_pin(find_program(loader, "count")->fd, on_bpffs("tc/globals/shared")),
		0);
	bpf_loader_close(loader);
	assert_refused(bpf_loader_load_file(build("matrix_pins", "-DPINNING=2"), &opts), EINVAL,
		       "map 'shared'", on_bpffs("tc/globals/shared"), "no map");
}

/* ---- failure leaves nothing ---- */

static void failed_load_takes_back_its_pins(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();

	refuse(build("matrix_pins", "-DPINNING=2 -DREJECTED"), &opts, EACCES,
	       "program 'rejected'");
	assert_bpffs_empty();
}

/* What others had made stays: the pin itself, and directories in use. */
static void failed_load_leaves_pins_of_others(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();
	char hex[41];
	const char *object = build("matrix_pins", "-DPINNING=1 -DREJECTED");

	bpf_loader_close(load_pins(build("matrix_pins", "-DPINNING=2")));
	refuse(build("matrix_pins", "-DPINNING=2 -DREJECTED"), &opts, EACCES, "'rejected'");
	pinned_id(on_bpffs("tc/globals/shared"));
	sha1_of(object, hex);
	refuse(object, &opts, EACCES, "'rejected'");
	assert_int_not_equal(access(on_bpffs("tc/%s", hex), F_OK), 0);
	pinned_id(on_bpffs("tc/globals/shared"));
}

/* ---- the pins of libbpf, gobpf, goebpf ---- */

static void pin_by_name_below_pin_root(void **state UNUSED)
{
	struct bpf_loader_opts opts = pin_opts();
	const char *object = build("matrix_btf", "-g");
	struct bpf_loader *loader;
	__u32 id;

	opts.pin_root = on_bpffs("my/root");
	loader = load(object, &opts);
	id = info_of(loader, "shared").id;
	assert_int_equal(pinned_id(on_bpffs("my/root/shared")), id);
	run_program(loader, "write_inner");
	bpf_loader_close(loader);

	opts.pin_root = on_bpffs("my/root");
	loader = load(object, &opts);
	assert_int_equal(info_of(loader, "shared").id, id);
	assert_int_equal(element(loader, "shared", 0), 62);
	bpf_loader_close(loader);
}

static void pin_by_name_without_pin_root(void **state UNUSED)
{
	bpf_loader_close(load_pins(build("matrix_btf", "-g")));
	pinned_id(on_bpffs("shared"));
}

/* A bpf_map_def with pinning in it, as some projects have: 1 is libbpf's pin by name. */
static void bpf_map_def_with_pinning(void **state UNUSED)
{
	const char *object = build_snippet(
		"struct own { __u32 type, key_size, value_size, max_entries, map_flags, "
		"pinning; };\n"
		"struct own SEC(\"maps\") shared = {VALUES(4), 0, 1};\n"
		"SEC(\"socket\") int p(void *ctx) { put(&shared, 6); return 1; }\n",
		"-g");

	bpf_loader_close(load_pins(object));
	assert_int_equal(pinned_info(on_bpffs("shared")).max_entries, 4);
}

static void gobpf_name_space(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		const char *debug = debug_flags[i];
		char flags[64];
		struct bpf_loader *loader;

		snprintf(flags, sizeof(flags), "%s -DNAMESPACE='\"my_space\"'", debug);
		loader = load_pins(build("matrix_foreign_pins", flags));
		assert_int_equal(pinned_id(on_bpffs("my_space/globals/shared")),
				 info_of(loader, "shared").id);
		assert_int_equal(run_program(loader, "count"), 1);
		assert_int_equal(element(loader, "shared", 0), 6);
		bpf_loader_close(loader);
		assert_int_equal(empty_bpffs(), 0);
	}
}

static void gobpf_name_space_that_leaves_bpffs(void **state UNUSED)
{
	const struct bpf_loader_opts opts = pin_opts();

	refuse(build("matrix_foreign_pins", "-DNAMESPACE='\"../up\"'"), &opts, EINVAL,
	       "map 'shared'", "../up");
}

static void goebpf_persistent_path(void **state UNUSED)
{
	char flags[PATH_SIZE];
	struct bpf_loader *loader;

	snprintf(flags, sizeof(flags), "-DGOEBPF -DPATH='\"%s\"'", on_bpffs("deep/er/shared"));
	loader = load_pins(build("matrix_foreign_pins", flags));
	assert_string_equal(find_map(loader, "shared")->pin_path, on_bpffs("deep/er/shared"));
	assert_int_equal(pinned_id(on_bpffs("deep/er/shared")), info_of(loader, "shared").id);
	assert_int_equal(info_of(loader, "jumps").key_size, 4);
	assert_int_equal(info_of(loader, "jumps").value_size, 4);
	bpf_loader_close(loader);
}

static void goebpf_path_that_is_not_on_bpffs(void **state UNUSED)
{
	char flags[PATH_SIZE];
	const struct bpf_loader_opts opts = pin_opts();

	snprintf(flags, sizeof(flags), "-DGOEBPF -DPATH='\"%s\"'", work_path("plain"));
	refuse(build("matrix_foreign_pins", flags), &opts, EINVAL, "map 'shared'",
	       "not on a bpffs");
	assert_int_not_equal(access(work_path("plain"), F_OK), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		PIN_TEST(no_pin),
		PIN_TEST(pin_global_ns),
		PIN_TEST(pin_object_ns_by_sha1_of_the_file),
		PIN_TEST(pin_object_ns_of_two_objects),
		PIN_TEST(pin_custom_id_from_the_pinning_file),
		PIN_TEST(pin_unknown_id_is_an_error),
		PIN_TEST(pin_unknown_id_is_dropped_when_relaxed),
		PIN_TEST(pin_path_that_leaves_bpffs_is_an_error),
		PIN_TEST(bpffs_of_the_environment),
		PIN_TEST(bpffs_is_mounted_when_missing),
		PIN_TEST(pinned_map_of_another_size),
		PIN_TEST(pinned_map_of_another_type),
		PIN_TEST(pinned_program_in_the_place_of_a_map),
		PIN_TEST(failed_load_takes_back_its_pins),
		PIN_TEST(failed_load_leaves_pins_of_others),
		PIN_TEST(pin_by_name_below_pin_root),
		PIN_TEST(pin_by_name_without_pin_root),
		PIN_TEST(bpf_map_def_with_pinning),
		PIN_TEST(gobpf_name_space),
		PIN_TEST(gobpf_name_space_that_leaves_bpffs),
		PIN_TEST(goebpf_persistent_path),
		PIN_TEST(goebpf_path_that_is_not_on_bpffs),
	};

	support_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
