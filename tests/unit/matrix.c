// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix - every way of defining maps, every size, every map type. tier: 1
 *
 * For each row of `rows` (a dialect and a size of its struct) the test writes a source that
 * defines one map of every type of `kinds` that such a struct can express, and for each map one
 * program that uses it alone. The object is loaded, with and without -g, and then asked of the
 * kernel:
 *
 *  - bpf_map_info says what the source said;
 *  - bpf_prog_info says that the program uses that one map;
 *  - running the program writes its value into that map, and changes no other.
 */
#include "matrix_rows.h"
#include "support.h"

/* ---- what must come out ---- */

static __u32 expected_entries(const struct kind *kind)
{
	if (kind->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !kind->entries)
		return (__u32)libbpf_num_possible_cpus();
	return kind->entries;
}

/* The kernel adds read-only for programs to device maps by itself. */
static __u32 expected_flags(const struct kind *kind)
{
	bool devices =
		kind->type == BPF_MAP_TYPE_DEVMAP || kind->type == BPF_MAP_TYPE_DEVMAP_HASH;

	return kind->flags | (devices ? BPF_F_RDONLY_PROG : 0);
}

static void check_map(const struct test_case *test, struct bpf_loader *loader, size_t index)
{
	const struct kind *kind = &kinds[index];
	const struct bpf_loader_map *map = find_map(loader, kind->name);
	struct bpf_map_info info = map_info(map->fd);
	bool typed = form_of(test, index) == BTF_NOW && described_by_btf(kind);

	assert_string_equal(info.name, kind->name);
	assert_int_equal(info.type, kind->type);
	assert_int_equal(info.key_size, kind->key);
	assert_int_equal(info.value_size, kind->value);
	assert_int_equal(info.max_entries, expected_entries(kind));
	assert_int_equal(info.map_flags, expected_flags(kind));
	assert_int_equal(!!info.btf_key_type_id, typed);
	assert_int_equal(!!info.btf_value_type_id, typed);
	assert_int_equal(map->dialect, dialect_of(test, index));
	if (map->dialect != BPF_LOADER_BTF)
		assert_int_equal(map->size, test->row->size);
	if (map->dialect == BPF_LOADER_IPROUTE2 && abilities(test) & ID)
		assert_int_equal(map->id, id_of(index));
}

/* The program uses one map, and that is its own. */
static void check_program(struct bpf_loader *loader, const struct kind *kind)
{
	char name[32];
	__u32 ids[4] = {0}, size = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {.nr_map_ids = ARRAY_SIZE(ids),
				     .map_ids = (__u64)(uintptr_t)ids};

	snprintf(name, sizeof(name), "use_%s", kind->name);
	assert_int_equal(bpf_obj_get_info_by_fd(find_program(loader, name)->fd, &info, &size),
			 0);
	assert_int_equal(info.nr_map_ids, 1);
	assert_int_equal(ids[0], info_of(loader, kind->name).id);
}

/* A map of maps takes maps of its template's shape and no others. */
static void check_template(struct bpf_loader *loader, const struct kind *kind)
{
	int outer = find_map(loader, kind->name)->fd;
	int inner = find_map(loader, kinds[0].name)->fd;
	int other = find_map(loader, "hash")->fd;
	__u32 key = 0;

	assert_int_not_equal(bpf_map_update_elem(outer, &key, &other, 0), 0);
	assert_int_equal(bpf_map_update_elem(outer, &key, &inner, 0), 0);
	assert_int_equal(bpf_map_delete_elem(outer, &key), 0);
}

/* ---- what programs have written ---- */

static __u64 stored_per_cpu(int fd, __u32 key)
{
	__u64 values[512] = {0}, sum = 0;

	assert_true(libbpf_num_possible_cpus() <= (int)ARRAY_SIZE(values));
	if (bpf_map_lookup_elem(fd, &key, values))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		sum += values[i];
	return sum;
}

/* What stands where the program of `index` writes; 0: nothing yet. */
static __u64 stored(struct bpf_loader *loader, size_t index)
{
	const struct kind *kind = &kinds[index];
	int fd = find_map(loader, kind->name)->fd;
	__u32 key = 1, prefix[2] = {32, 1};
	__u64 value = 0;

	switch (kind->storage) {
	case ELEMENT: return bpf_map_lookup_elem(fd, &key, &value) ? 0 : value;
	case PER_CPU: return stored_per_cpu(fd, key);
	case TRIE: return bpf_map_lookup_elem(fd, prefix, &value) ? 0 : value;
	case QUEUE: return bpf_map_lookup_elem(fd, NULL, &value) ? 0 : value;
	case BLOOM:
		value = value_of(index);
		return bpf_map_lookup_elem(fd, NULL, &value) ? 0 : value;
	default: return 0;
	}
}

/* All maps hold what was written by programs up to `last`, and nothing else. */
static void check_stored(const struct test_case *test, struct bpf_loader *loader, size_t last)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		__u64 wanted = i <= last ? value_of(i) : 0;

		if (!expressible(test, &kinds[i]) || kinds[i].storage == UNREADABLE)
			continue;
		if (stored(loader, i) != wanted)
			fail_msg("map '%s' holds %llx, not %llx, after program use_%s ran",
				 kinds[i].name, (unsigned long long)stored(loader, i),
				 (unsigned long long)wanted, kinds[last].name);
	}
}

static void check_effects(const struct test_case *test, struct bpf_loader *loader)
{
	char name[32];

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!expressible(test, &kinds[i]) || kinds[i].section)
			continue;
		snprintf(name, sizeof(name), "use_%s", kinds[i].name);
		assert_int_equal(run_program(loader, name), 1);
		check_stored(test, loader, i);
	}
}

static void every_map_type_loads(void **state)
{
	const struct test_case *test = *state;
	struct bpf_loader *loader = load(build_row(test), NULL);
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!expressible(test, &kinds[i]))
			continue;
		count++;
		check_map(test, loader, i);
		check_program(loader, &kinds[i]);
		if (holds_maps(&kinds[i]))
			check_template(loader, &kinds[i]);
	}
	assert_int_equal(bpf_loader_map_count(loader), count);
	check_effects(test, loader);
	bpf_loader_close(loader);
}

/* Without BTF a .maps section is nothing but zeros. */
static void btf_maps_need_btf(void **state)
{
	refuse(build_row(*state), NULL, ENOENT, ".maps", "compile with -g");
}

static struct CMUnitTest row_test(struct test_case *test, const struct row *row, bool with_btf)
{
	bool refused = !with_btf && row->form != LEGACY;

	test->row = row;
	test->with_btf = with_btf;
	snprintf(test->title, sizeof(test->title), "%s, %s -g%s", row->name,
		 with_btf ? "with" : "without", refused ? ": an error" : "");
	return ROW_TEST(test->title, refused ? btf_maps_need_btf : every_map_type_loads, test);
}

int main(void)
{
	static struct test_case cases[2 * ARRAY_SIZE(rows)];
	static struct CMUnitTest tests[2 * ARRAY_SIZE(rows)];

	support_begin();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = row_test(&cases[i], &rows[i / 2], i % 2 == 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
