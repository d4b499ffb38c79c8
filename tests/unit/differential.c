// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * differential - objects with SEC(".maps"), loaded by libbpf and by us: the kernel must end up
 * with the same maps and programs. tier: 1
 *
 * Compared are, for each map of tests/objects/diff_*.c, what bpf_map_info and fdinfo say (all but
 * ids and memory) and what is in it; for each program its name, type, counts of BTF records, and
 * its instructions as the verifier left them, with the source lines tied to them, map ids
 * replaced by map names. The order of sub-programs in a program is the loader's own business, so
 * functions are compared one by one.
 */
#include "support.h"

#include "compare.h"

static struct object {
	const char *name;
	char path[PATH_SIZE];
	bool loads; /* by libbpf, on this kernel */
} objects[] = {
	{.name = "diff_fields"},       {.name = "diff_inner"},
	{.name = "diff_globals"},      {.name = "diff_sections"},
	{.name = "diff_strings"},      {.name = "diff_calls_static"},
	{.name = "diff_calls_global"}, {.name = "diff_calls_nested"},
	{.name = "diff_callbacks"},    {.name = "diff_tail_calls"},
	{.name = "diff_tracing"},      {.name = "diff_xdp"},
	{.name = "diff_cgroup"},       {.name = "diff_network"},
	{.name = "diff_locks"},	       {.name = "diff_global_lock"},
};

/* One object, loaded twice. */
struct twins {
	struct bpf_object *theirs;
	struct bpf_loader *ours;
};

static int keep_quiet(enum libbpf_print_level level UNUSED, const char *format UNUSED,
		      va_list args UNUSED)
{
	return 0;
}

static void prepare(struct object *object)
{
	struct bpf_object *theirs;

	snprintf(object->path, sizeof(object->path), "%s", build(object->name, "-g"));
	theirs = bpf_object__open_file(object->path, NULL);
	object->loads = theirs && !bpf_object__load(theirs);
	bpf_object__close(theirs);
}

static struct twins load_twins(const struct object *object)
{
	struct twins twins = {.theirs = bpf_object__open_file(object->path, NULL)};

	assert_non_null(twins.theirs);
	assert_int_equal(bpf_object__load(twins.theirs), 0);
	twins.ours = load(object->path, NULL);
	return twins;
}

static void close_twins(struct twins *twins)
{
	bpf_object__close(twins->theirs);
	bpf_loader_close(twins->ours);
}

/* ---- maps ---- */

static int our_map_fd(struct bpf_loader *loader, const char *kernel_name)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		int fd = bpf_loader_map(loader, i)->fd;

		if (!strcmp(map_info(fd).name, kernel_name))
			return fd;
	}
	fail_msg("we have no map that the kernel calls '%s'", kernel_name);
	return -1;
}

static void compare_info(const char *name, int theirs, int ours)
{
	struct bpf_map_info a = map_info(theirs), b = map_info(ours);

	compare_map_fields(&a, &b);
	if (!b.btf_key_type_id != !a.btf_key_type_id)
		fail_msg("map '%s': BTF key type is %u, libbpf's %u", name, b.btf_key_type_id,
			 a.btf_key_type_id);
	if (!b.btf_value_type_id != !a.btf_value_type_id)
		fail_msg("map '%s': BTF value type is %u, libbpf's %u", name,
			 b.btf_value_type_id, a.btf_value_type_id);
}

/* What an id in a slot leads to, by name: ids differ, names must not. "" where it is empty. */
static void slot_name(int fd, __u32 type, __u32 key, char name[BPF_OBJ_NAME_LEN])
{
	__u32 id = 0;
	int target;

	name[0] = '\0';
	if (bpf_map_lookup_elem(fd, &key, &id) || !id)
		return;
	target = type == BPF_MAP_TYPE_PROG_ARRAY ? bpf_prog_get_fd_by_id(id)
						 : bpf_map_get_fd_by_id(id);
	assert_true(target >= 0);
	if (type == BPF_MAP_TYPE_PROG_ARRAY)
		memcpy(name, program_info(target).name, BPF_OBJ_NAME_LEN);
	else
		memcpy(name, map_info(target).name, BPF_OBJ_NAME_LEN);
	close(target);
}

static void compare_slots(const struct bpf_map_info *info, int theirs, int ours)
{
	char a[BPF_OBJ_NAME_LEN], b[BPF_OBJ_NAME_LEN];

	for (__u32 key = 0; key < info->max_entries; key++) {
		slot_name(theirs, info->type, key, a);
		slot_name(ours, info->type, key, b);
		assert_string_equal(b, a);
	}
}

static void compare_values(const struct bpf_map_info *info, int theirs, int ours)
{
	unsigned char a[1024] = {0}, b[1024] = {0};

	assert_true(info->value_size <= sizeof(a));
	for (__u32 key = 0; key < info->max_entries; key++) {
		assert_int_equal(bpf_map_lookup_elem(theirs, &key, a), 0);
		assert_int_equal(bpf_map_lookup_elem(ours, &key, b), 0);
		assert_memory_equal(b, a, info->value_size);
	}
}

static void compare_contents(int theirs, int ours)
{
	struct bpf_map_info info = map_info(theirs);

	switch (info.type) {
	case BPF_MAP_TYPE_ARRAY: compare_values(&info, theirs, ours); break;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
	case BPF_MAP_TYPE_PROG_ARRAY: compare_slots(&info, theirs, ours); break;
	default: break;
	}
}

static void maps_are_the_same(void **state)
{
	struct twins twins = load_twins(*state);
	struct bpf_map *map;
	size_t count = 0;

	bpf_object__for_each_map(map, twins.theirs)
	{
		int theirs = bpf_map__fd(map);
		int ours = our_map_fd(twins.ours, map_info(theirs).name);

		compare_info(bpf_map__name(map), theirs, ours);
		compare_fdinfo(theirs, ours);
		compare_contents(theirs, ours);
		count++;
	}
	assert_true(count > 0);
	assert_int_equal(bpf_loader_map_count(twins.ours), count);
	close_twins(&twins);
}

/* ---- programs ---- */

/* Not the number of maps: libbpf ties .rodata to every program, whether it uses it or not. */
static void compare_program_info(int theirs, int ours)
{
	struct bpf_prog_info a = program_info(theirs), b = program_info(ours);

	assert_int_equal(b.type, a.type);
	assert_string_equal(b.name, a.name);
	assert_int_equal(b.xlated_prog_len, a.xlated_prog_len);
	assert_int_equal(b.nr_func_info, a.nr_func_info);
	assert_int_equal(b.nr_line_info, a.nr_line_info);
	assert_int_equal(b.verified_insns, a.verified_insns);
	assert_int_equal(b.gpl_compatible, a.gpl_compatible);
	assert_true(b.nr_func_info > 0 && b.nr_line_info > 0);
}

/*
 * The kernel lets two programs into one PROG_ARRAY only if all that it knows of their kind is
 * the same. Types that cannot be jumped into are passed over.
 */
static void compare_kind(const char *name, int theirs, int ours)
{
	int array = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "kind", 4, 4, 2, NULL);
	__u32 first = 0, second = 1;

	assert_true(array >= 0);
	if (!bpf_map_update_elem(array, &first, &theirs, 0) &&
	    bpf_map_update_elem(array, &second, &ours, 0)) {
		close(array);
		fail_msg("program '%s' is not of the kind that libbpf made: the kernel does "
			 "not let both into one PROG_ARRAY",
			 name);
	}
	close(array);
}

static void programs_are_the_same(void **state)
{
	struct twins twins = load_twins(*state);
	struct bpf_program *program;
	size_t count = 0;

	bpf_object__for_each_program(program, twins.theirs)
	{
		const char *name = bpf_program__name(program);
		int theirs = bpf_program__fd(program);
		int ours = find_program(twins.ours, name)->fd;

		compare_program_info(theirs, ours);
		compare_instructions(name, "libbpf", theirs, "us", ours);
		count++;
	}
	assert_int_equal(bpf_loader_program_count(twins.ours), count);
	close_twins(&twins);
}

/* What a program may be attached to. */
static void attach_types_are_the_same(void **state)
{
	struct twins twins = load_twins(*state);
	struct bpf_program *program;

	bpf_object__for_each_program(program, twins.theirs)
	{
		const char *name = bpf_program__name(program);
		const struct bpf_loader_program *ours = find_program(twins.ours, name);

		if (ours->expected_attach_type != bpf_program__expected_attach_type(program))
			print_message("# program '%s', section '%s': attach type %u, libbpf's "
				      "%u\n",
				      name, ours->section, ours->expected_attach_type,
				      bpf_program__expected_attach_type(program));
		compare_kind(name, bpf_program__fd(program), ours->fd);
	}
	close_twins(&twins);
}

static const struct {
	const char *what;
	CMUnitTestFunction function;
} comparisons[] = {
	{"maps", maps_are_the_same},
	{"programs", programs_are_the_same},
	{"attach types", attach_types_are_the_same},
};

#define COMPARISONS ARRAY_SIZE(comparisons)

/* The tests of one object, which is compiled and shown to libbpf first. */
static void add_tests(struct CMUnitTest *tests, struct object *object)
{
	static char titles[ARRAY_SIZE(objects) * COMPARISONS][64];
	static size_t used;

	prepare(object);
	for (size_t i = 0; i < COMPARISONS; i++) {
		char *title = titles[used++];

		snprintf(title, sizeof(titles[0]), "%s: %s", object->name, comparisons[i].what);
		tests[i] = ROW_TEST(title, comparisons[i].function, object);
		if (!object->loads)
			skip_test(&tests[i], "libbpf does not load it on this kernel");
	}
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(objects) * COMPARISONS];

	support_begin();
	libbpf_set_print(keep_quiet);
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		add_tests(&tests[i * COMPARISONS], &objects[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
