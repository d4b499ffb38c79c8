// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_handle - what a caller may ask of a handle: maps of his own, other definitions, other
 * types; the steps of a load one by one; handles side by side. tier: 1
 */
#include "support.h"

/* ---- the caller's wishes ---- */

struct wish {
	int calls;
	int fd;	 /* to be used for the map, 0: none */
	int err; /* to be returned */
};

static int change_map(struct bpf_loader_map *map, size_t index, void *ctx)
{
	struct wish *wish = ctx;

	assert_string_equal(map->name, "values");
	assert_int_equal(index, 0);
	assert_int_equal(map->fd, -1);
	wish->calls++;
	map->type = BPF_MAP_TYPE_HASH;
	map->max_entries = 99;
	map->map_flags = BPF_F_NO_PREALLOC;
	if (wish->fd)
		map->fd = wish->fd;
	return wish->err;
}

static void fixup_map_changes_a_definition(void **state UNUSED)
{
	struct wish wish = {0};
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH, .fixup_map = change_map, .ctx = &wish};
	struct bpf_loader *loader = load(build("matrix_programs", ""), &opts);
	struct bpf_map_info info = info_of(loader, "values");

	assert_int_equal(wish.calls, 1);
	assert_int_equal(info.type, BPF_MAP_TYPE_HASH);
	assert_int_equal(info.max_entries, 99);
	assert_int_equal(info.map_flags, BPF_F_NO_PREALLOC);
	bpf_loader_close(loader);
}

static int create_values(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "mine", 4, 8, 7, NULL);

	assert_true(fd >= 0);
	return fd;
}

static void fixup_map_gives_a_map(void **state UNUSED)
{
	struct wish wish = {.fd = create_values()};
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH, .fixup_map = change_map, .ctx = &wish};
	struct bpf_loader *loader = load(build("matrix_programs", ""), &opts);

	assert_int_equal(bpf_loader_map_fd(loader, "values"), wish.fd);
	run_program(loader, "two");
	assert_int_equal(element(loader, "values", 0), 2);
	bpf_loader_close(loader);
	assert_string_equal(map_info(wish.fd).name, "mine");
	close(wish.fd);
}

static void fixup_map_refuses(void **state UNUSED)
{
	struct wish wish = {.err = EDOM};
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH, .fixup_map = change_map, .ctx = &wish};

	refuse(build("matrix_programs", ""), &opts, EDOM, "map 'values'", "caller's fixup");
}

static void set_map_fd_gives_a_map(void **state UNUSED)
{
	struct bpf_loader *loader = describe(build("matrix_programs", ""), NULL);
	int fd = create_values();

	assert_int_equal(bpf_loader_set_map_fd(loader, "nobody", fd), -ENOENT);
	assert_int_equal(bpf_loader_set_map_fd(loader, "values", fd), 0);
	assert_int_equal(bpf_loader_load_programs(loader), 0);
	assert_int_equal(bpf_loader_set_map_fd(loader, "values", fd), -EBUSY);
	assert_int_equal(bpf_loader_map_fd(loader, "values"), fd);
	run_program(loader, "one");
	bpf_loader_close(loader);
	assert_int_equal(map_info(fd).max_entries, 7);
	close(fd);
}

/* A load that fails leaves the caller's map alone too. */
static void given_map_survives_a_failed_load(void **state UNUSED)
{
	struct bpf_loader *loader = describe(build("matrix_programs", "-DREJECTED"), NULL);
	int fd = create_values();

	assert_int_equal(bpf_loader_set_map_fd(loader, "values", fd), 0);
	assert_int_equal(bpf_loader_load_programs(loader), -EACCES);
	bpf_loader_close(loader);
	assert_int_equal(map_info(fd).max_entries, 7);
	close(fd);
}

static int change_program(struct bpf_loader_program *program, size_t index UNUSED, void *ctx)
{
	struct wish *wish = ctx;

	wish->calls++;
	if (!strcmp(program->name, "three"))
		program->type = BPF_PROG_TYPE_SCHED_CLS;
	if (!strcmp(program->name, "two"))
		program->skip = true;
	return wish->err;
}

static void fixup_program_changes_type_and_skips(void **state UNUSED)
{
	struct wish wish = {0};
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH, .fixup_program = change_program, .ctx = &wish};
	struct bpf_loader *loader =
		load(build("matrix_programs", "-DSECTION='\"whatever\"'"), &opts);

	assert_int_equal(wish.calls, 3);
	assert_int_equal(bpf_loader_program_fd(loader, "two"), -1);
	assert_int_equal(program_info(find_program(loader, "three")->fd).type,
			 BPF_PROG_TYPE_SCHED_CLS);
	assert_int_equal(run_program(loader, "one"), 41);
	bpf_loader_close(loader);
}

static void fixup_program_refuses(void **state UNUSED)
{
	struct wish wish = {.err = EDOM};
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH, .fixup_program = change_program, .ctx = &wish};

	refuse(build("matrix_programs", ""), &opts, EDOM, "program 'one'", "caller's fixup");
}

/* ---- the steps, and handles side by side ---- */

static void steps_one_by_one(void **state UNUSED)
{
	struct bpf_loader *loader = describe(build("matrix_programs", "-g"), NULL);
	int map, program;

	assert_int_equal(bpf_loader_relocate(loader), 0);
	assert_int_equal(bpf_loader_map_fd(loader, "values"), -1);
	assert_int_equal(bpf_loader_create_maps(loader), 0);
	map = bpf_loader_map_fd(loader, "values");
	assert_true(map >= 0);
	assert_int_equal(bpf_loader_program_fd(loader, "one"), -1);
	assert_int_equal(bpf_loader_load_programs(loader), 0);
	program = bpf_loader_program_fd(loader, "one");
	assert_int_equal(bpf_loader_create_maps(loader), 0);
	assert_int_equal(bpf_loader_load_programs(loader), 0);
	assert_int_equal(bpf_loader_map_fd(loader, "values"), map);
	assert_int_equal(bpf_loader_program_fd(loader, "one"), program);
	assert_int_equal(run_program(loader, "one"), 41);
	assert_int_equal(element(loader, "values", 0), 1);
	bpf_loader_close(loader);
}

static void two_handles_share_nothing(void **state UNUSED)
{
	const char *object = build("matrix_programs", "");
	struct bpf_loader *a = load(object, NULL), *b = load(object, NULL);

	run_program(a, "one");
	run_program(b, "two");
	assert_int_equal(element(a, "values", 0), 1);
	assert_int_equal(element(b, "values", 0), 2);
	bpf_loader_close(a);
	run_program(b, "one");
	assert_int_equal(element(b, "values", 0), 1);
	bpf_loader_close(b);
}

static void object_in_memory(void **state UNUSED)
{
	size_t size;
	void *bytes = read_file(build("matrix_programs", "-g"), &size);
	struct bpf_loader *loader = bpf_loader_open_memory(bytes, size, "memory.o", NULL);

	memset(bytes, 0, size);
	free(bytes);
	assert_int_equal(bpf_loader_load_programs(loader), 0);
	assert_int_equal(run_program(loader, "two"), 42);
	assert_int_equal(element(loader, "values", 0), 2);
	bpf_loader_close(loader);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(fixup_map_changes_a_definition),
		TEST(fixup_map_gives_a_map),
		TEST(fixup_map_refuses),
		TEST(set_map_fd_gives_a_map),
		TEST(given_map_survives_a_failed_load),
		TEST(fixup_program_changes_type_and_skips),
		TEST(fixup_program_refuses),
		TEST(steps_one_by_one),
		TEST(two_handles_share_nothing),
		TEST(object_in_memory),
	};

	support_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
