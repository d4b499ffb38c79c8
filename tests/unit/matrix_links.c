// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_links - what the definitions of an object say about each other: inner maps by index, by
 * id, by type; slots that hold maps; programs that jump into programs. tier: 1
 */
#include "support.h"

/* ---- inner maps of the kernel's samples ---- */

static void insert(struct bpf_loader *loader, const char *outer, const char *inner, __u32 slot)
{
	int fd = find_map(loader, inner)->fd;

	if (bpf_map_update_elem(find_map(loader, outer)->fd, &slot, &fd, BPF_ANY))
		fail_msg("'%s' does not take '%s': %s", outer, inner, strerror(errno));
}

static void does_not_take(struct bpf_loader *loader, const char *outer, const char *inner)
{
	int fd = find_map(loader, inner)->fd;
	__u32 slot = 0;

	assert_int_not_equal(
		bpf_map_update_elem(find_map(loader, outer)->fd, &slot, &fd, BPF_ANY), 0);
}

/* Each outer map takes its own inner map; a program writes through it. */
static void check_inner_idx(const char *flags)
{
	struct bpf_loader *loader = load(build("matrix_inner_idx", flags), NULL);

	assert_int_equal(info_of(loader, "outer").value_size, 4);
	assert_int_equal(slot_id(loader, "outer", 1), 0);
	does_not_take(loader, "outer", "inner_hash");
	does_not_take(loader, "outer_hash", "inner");
	insert(loader, "outer", "inner", 1);
	insert(loader, "outer_hash", "inner_hash", 1);
	assert_int_equal(run_program(loader, "write_through"), 1);
	assert_int_equal(element(loader, "inner", 0), 31);
	assert_int_equal(element(loader, "inner_hash", 0), 32);
	bpf_loader_close(loader);
}

static void inner_map_idx_of_an_earlier_map(void **state UNUSED)
{
	check_inner_idx("-g");
	check_inner_idx("");
	check_inner_idx("-DSIZE=24");
}

static void inner_map_idx_of_a_later_map(void **state UNUSED)
{
	check_inner_idx("-g -DOUTER_FIRST");
	check_inner_idx("-DOUTER_FIRST");
	check_inner_idx("-g -DOUTER_FIRST -DSIZE=24");
}

static void inner_map_idx_out_of_range(void **state UNUSED)
{
	refuse(build("matrix_inner_idx", "-g -DARRAY_IDX=4"), NULL, EINVAL, "map 'outer'",
	       "inner_map_idx 4", "4 maps (0 to 3)");
	refuse(build("matrix_inner_idx", "-g -DHASH_IDX=400000000"), NULL, EINVAL,
	       "map 'outer_hash'", "inner_map_idx 400000000", "4 maps (0 to 3)");
	refuse(build("matrix_inner_idx", "-g -DARRAY_IDX=-1"), NULL, EINVAL, "map 'outer'",
	       "inner_map_idx 4294967295");
}

static void inner_map_idx_of_a_map_of_maps(void **state UNUSED)
{
	refuse(build("matrix_inner_idx", "-g -DARRAY_IDX=3"), NULL, EINVAL, "map 'outer'",
	       "inner map 'outer_hash' holds maps itself");
}

static int give_outer(struct bpf_loader_map *map, size_t index UNUSED, void *ctx)
{
	if (!strcmp(map->name, "outer"))
		map->fd = *(int *)ctx;
	return 0;
}

/* A map that names itself, or is the first and names nothing, waits for the caller's. */
static void inner_map_idx_of_the_map_itself(void **state UNUSED)
{
	LIBBPF_OPTS(bpf_map_create_opts, create);
	int inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "inner", 4, 8, 3, NULL), outer;
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH, .fixup_map = give_outer, .ctx = &outer};
	const char *object = build("matrix_inner_idx", "-g -DARRAY_IDX=1");

	create.inner_map_fd = (__u32)inner;
	outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "outer", 4, 4, 2, &create);
	refuse(object, NULL, EINVAL, "map 'outer'", "template");
	bpf_loader_close(load(object, &opts));
	close(inner);
	close(outer);
}

/* The first structs could not say it: the kernel is asked, and the error says what is missing. */
static void map_of_maps_without_inner_map_idx(void **state UNUSED)
{
	const char *object = build_snippet("struct bpf_map_def SEC(\"maps\") outer = "
					   "{BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2};\n"
					   "SEC(\"socket\") int p(void *ctx) { return 0; }\n",
					   "-g -DSIZE=20");

	refuse(object, NULL, EINVAL, "map 'outer'", "template");
}

/* ---- inner maps of iproute2 ---- */

/* Every map with the id goes into the outer map, at the slot that it calls inner_idx itself. */
static void check_inner_id(const char *flags)
{
	struct bpf_loader *loader = load(build("matrix_inner_id", flags), NULL);
	__u32 inner = info_of(loader, "inner").id, second = info_of(loader, "second").id;

	assert_int_equal(slot_id(loader, "outer", 0), second);
	assert_int_equal(slot_id(loader, "outer", 1), inner);
	assert_int_equal(slot_id(loader, "outer", 2), 0);
	assert_int_equal(slot_id(loader, "outer_hash", 0), second);
	assert_int_equal(slot_id(loader, "outer_hash", 1), inner);
	run_program(loader, "write_through");
	assert_int_equal(element(loader, "inner", 0), 41);
	assert_int_equal(element(loader, "second", 0), 0);
	run_program(loader, "write_through_hash");
	assert_int_equal(element(loader, "second", 0), 42);
	assert_int_equal(element(loader, "inner", 0), 41);
	assert_int_equal(element(loader, "aside", 0), 0);
	bpf_loader_close(loader);
}

static void inner_id_is_inserted_at_inner_idx(void **state UNUSED)
{
	check_inner_id("-g");
	check_inner_id("");
}

static void inner_id_of_a_later_map(void **state UNUSED)
{
	check_inner_id("-g -DOUTER_FIRST");
	check_inner_id("-DOUTER_FIRST");
}

static void inner_idx_minus_1_inserts_nothing(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_inner_id", "-DINNER_IDX=-1"), NULL);

	assert_int_equal(slot_id(loader, "outer", 0), info_of(loader, "second").id);
	assert_int_equal(slot_id(loader, "outer", 1), 0);
	assert_int_equal(slot_id(loader, "outer_hash", 1), 0);
	insert(loader, "outer", "inner", 1);
	bpf_loader_close(loader);
}

static void inner_idx_past_the_end(void **state UNUSED)
{
	refuse(build("matrix_inner_id", "-DINNER_IDX=3"), NULL, E2BIG, "map 'outer'",
	       "cannot put map 'inner' into slot 3", strerror(E2BIG));
}

static void inner_id_of_no_map(void **state UNUSED)
{
	static const char *const ids[] = {"6", "8" /* its own */, "9" /* another outer one */};
	char flags[32], text[64];

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		snprintf(flags, sizeof(flags), "-DINNER_ID=%s", ids[i]);
		snprintf(text, sizeof(text), "inner_id %s is the id of no map", ids[i]);
		refuse(build("matrix_inner_id", flags), NULL, EINVAL, "map 'outer'", text);
	}
}

/* tc made it 4 without a word; so there are sources that say something else. */
static void value_size_of_a_map_of_maps_is_4(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_inner_id", "-DVALUE_SIZE=64"), NULL);

	assert_int_equal(info_of(loader, "outer").value_size, 4);
	bpf_loader_close(loader);
}

/* ---- numa_node ---- */

static const char *build_numa(int flags, int node, const char *debug)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "struct bpf_map_def SEC(\"maps\") m = {BPF_MAP_TYPE_HASH, 4, 8, 5, %d, 0, "
		 "%d};\n"
		 "SEC(\"socket\") int p(void *ctx) { put(&m, 9); return 1; }\n",
		 flags, node);
	return build_snippet(text, debug);
}

static void numa_node_with_its_flag(void **state UNUSED)
{
	struct bpf_loader *loader = load(build_numa(BPF_F_NUMA_NODE, 0, "-g"), NULL);

	assert_int_equal(info_of(loader, "m").map_flags, BPF_F_NUMA_NODE);
	assert_int_equal(run_program(loader, "p"), 1);
	assert_int_equal(element(loader, "m", 0), 9);
	bpf_loader_close(loader);
}

/* A node that this machine does not have: that the kernel refuses it shows that it got it. */
static void numa_node_reaches_the_kernel(void **state UNUSED)
{
	refuse(build_numa(BPF_F_NUMA_NODE, 4000, "-g"), NULL, EINVAL, "map 'm'");
	refuse(build_numa(BPF_F_NUMA_NODE, 4000, ""), NULL, EINVAL, "map 'm'");
}

static void numa_node_without_its_flag_counts_nothing(void **state UNUSED)
{
	struct bpf_loader *loader = load(build_numa(0, 4000, "-g"), NULL);

	assert_int_equal(info_of(loader, "m").map_flags, 0);
	bpf_loader_close(loader);
}

/* ---- iproute2's tail calls ---- */

static const struct {
	const char *program;
	__u32 result, slot;
} jumps[] = {
	{"into_hex_0", 1, 0},	  {"into_hex_3", 100, 3},   {"into_hex_5", 2, 5},
	{"into_decimal_0", 4, 0}, {"into_decimal_3", 3, 3}, {"into_decimal_5", 100, 5},
};

static void tail_call_sections(const char *flags)
{
	struct bpf_loader *loader = load(build("matrix_tail_calls", flags), NULL);

	for (size_t i = 0; i < ARRAY_SIZE(jumps); i++) {
		assert_int_equal(run_program(loader, jumps[i].program), jumps[i].result);
		assert_int_equal(element(loader, "values", 0), jumps[i].slot);
	}
	assert_int_equal(slot_id(loader, "hex", 5),
			 program_info(find_program(loader, "target_2")->fd).id);
	assert_int_equal(find_program(loader, "target_2")->type, BPF_PROG_TYPE_SCHED_CLS);
	bpf_loader_close(loader);
}

static void tail_calls_by_id_and_key_decimal_and_hex(void **state UNUSED)
{
	tail_call_sections("-g");
	tail_call_sections("");
}

/* Recent kernels let programs into one PROG_ARRAY only if their attach types agree too. */
static void check_tail_call_from(const char *section, const struct bpf_loader_opts *opts)
{
	char text[512];
	struct bpf_loader *loader;

	snprintf(text, sizeof(text),
		 "struct bpf_elf_map SEC(\"maps\") jumps = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8, "
		 ".id = 42};\n"
		 "SEC(\"%s\") int caller(void *ctx) { bpf_tail_call(ctx, &jumps, 3); return 1; "
		 "}\n"
		 "SEC(\"42/3\") int target(void *ctx) { return 2; }\n",
		 section);
	loader = load(build_snippet(text, ""), opts);
	assert_int_equal(find_program(loader, "target")->type,
			 find_program(loader, "caller")->type);
	assert_int_equal(run_program(loader, "caller"), 2);
	bpf_loader_close(loader);
}

static void tail_calls_between_xdp_programs(void **state UNUSED)
{
	const struct bpf_loader_opts xdp = {.flags = BPF_LOADER_NO_ATTACH,
					    .prog_type = BPF_PROG_TYPE_XDP};

	check_tail_call_from("prog", NULL);
	check_tail_call_from("xdp", NULL);
	check_tail_call_from("xdp", &xdp);
	check_tail_call_from("my_xdp", &xdp);
}

/* tc and libbpf pass over it too; whoever jumps finds the slot empty. */
static void tail_call_into_no_map_is_a_warning(void **state UNUSED)
{
	struct heard heard = {.kinds = WARNINGS};
	const struct bpf_loader_opts opts = hear_opts(&heard, 0);
	struct bpf_loader *loader =
		load(build("matrix_tail_calls", "-DEXTRA='\"43/0\"'"), &opts);

	assert_contains(heard.texts, "program 'target_5': no PROG_ARRAY map has the id 43");
	assert_int_equal(run_program(loader, "target_5"), 5);
	assert_int_equal(run_program(loader, "into_hex_5"), 2);
	bpf_loader_close(loader);
}

static void tail_call_past_the_end(void **state UNUSED)
{
	refuse(build("matrix_tail_calls", "-DEXTRA='\"42/8\"'"), NULL, E2BIG, "section '42/8'",
	       "program 'target_5'", "slot 8 of map 'decimal' (8 entries)");
}

/* ---- bpf_load.c's tail calls ---- */

static void socket_slots_of_the_last_prog_array(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_slots", ""), NULL);

	assert_int_equal(run_program(loader, "into_3"), 13);
	assert_int_equal(element(loader, "values", 0), 53);
	assert_int_equal(run_program(loader, "into_0"), 10);
	assert_int_equal(element(loader, "values", 0), 50);
	assert_int_equal(run_program(loader, "into_7"), 100);
	for (__u32 i = 0; i < 8; i++)
		assert_int_equal(slot_id(loader, "other_jumps", i), 0);
	bpf_loader_close(loader);
}

/* Also of types that this kernel may not attach. */
static void slots_of_other_sections(void **state UNUSED)
{
	static const char *const targets[] = {"kprobe/", "kretprobe/", "sockops/", "sk_skb/",
					      "sk_msg/"};
	char flags[64];

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct bpf_loader *loader;

		snprintf(flags, sizeof(flags), "-DTARGET='\"%s\"'", targets[i]);
		loader = load(build("matrix_slots", flags), NULL);
		assert_int_equal(slot_id(loader, "jumps", 0),
				 program_info(find_program(loader, "target_0")->fd).id);
		assert_int_equal(slot_id(loader, "jumps", 3),
				 program_info(find_program(loader, "target_3")->fd).id);
		assert_int_equal(slot_id(loader, "jumps", 1), 0);
		bpf_loader_close(loader);
	}
}

static void socket_slot_past_the_end(void **state UNUSED)
{
	refuse(build("matrix_slots", "-DSLOT='\"8\"'"), NULL, E2BIG, "section 'socket/8'",
	       "slot 8 of map 'jumps' (8 entries)");
}

static void socket_slot_without_prog_array_is_a_warning(void **state UNUSED)
{
	struct heard heard = {.kinds = WARNINGS};
	const struct bpf_loader_opts opts = hear_opts(&heard, 0);
	struct bpf_loader *loader = load(build("matrix_slots", "-DNO_ARRAY"), &opts);

	assert_contains(heard.texts, "program 'target_3': it belongs into slot 3");
	assert_contains(heard.texts, "no such map");
	assert_int_equal(run_program(loader, "target_3"), 13);
	bpf_loader_close(loader);
}

/* ---- initial values of SEC(".maps") ---- */

/* The object asks for a pin, which must not go to the machine's own bpffs. */
static struct bpf_loader *load_btf(void)
{
	return load(build("matrix_btf", "-g -DNO_PIN"), NULL);
}

static void values_hold_inner_maps(void **state UNUSED)
{
	struct bpf_loader *loader = load_btf();

	assert_int_equal(slot_id(loader, "outer", 0), info_of(loader, "inner_two").id);
	assert_int_equal(slot_id(loader, "outer", 1), 0);
	assert_int_equal(slot_id(loader, "outer", 2), info_of(loader, "inner_one").id);
	assert_int_equal(run_program(loader, "write_inner"), 1);
	assert_int_equal(element(loader, "inner_one", 0), 61);
	assert_int_equal(element(loader, "inner_two", 0), 0);
	bpf_loader_close(loader);
}

static void values_as_template_only(void **state UNUSED)
{
	struct bpf_loader *loader = load_btf();

	for (__u32 i = 0; i < 3; i++)
		assert_int_equal(slot_id(loader, "empty", i), 0);
	insert(loader, "empty", "inner_one", 1);
	does_not_take(loader, "empty", "shared");
	bpf_loader_close(loader);
}

static void values_hold_programs(void **state UNUSED)
{
	struct bpf_loader *loader = load_btf();

	assert_int_equal(run_program(loader, "into_1"), 72);
	assert_int_equal(run_program(loader, "into_3"), 71);
	assert_int_equal(slot_id(loader, "jumps", 0), 0);
	assert_int_equal(slot_id(loader, "jumps", 2), 0);
	bpf_loader_close(loader);
}

static void map_extra_reaches_the_kernel(void **state UNUSED)
{
	struct bpf_loader *loader = load_btf();
	__u64 value = 5;

	assert_int_equal(info_of(loader, "bloom").map_extra, 3);
	assert_int_equal(info_of(loader, "shared").map_extra, 0);
	assert_int_equal(run_program(loader, "fill_bloom"), 0);
	assert_int_equal(bpf_map_lookup_elem(find_map(loader, "bloom")->fd, NULL, &value), 0);
	bpf_loader_close(loader);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(inner_map_idx_of_an_earlier_map),
		TEST(inner_map_idx_of_a_later_map),
		TEST(inner_map_idx_out_of_range),
		TEST(inner_map_idx_of_a_map_of_maps),
		TEST(inner_map_idx_of_the_map_itself),
		TEST(map_of_maps_without_inner_map_idx),
		TEST(inner_id_is_inserted_at_inner_idx),
		TEST(inner_id_of_a_later_map),
		TEST(inner_idx_minus_1_inserts_nothing),
		TEST(inner_idx_past_the_end),
		TEST(inner_id_of_no_map),
		TEST(value_size_of_a_map_of_maps_is_4),
		TEST(numa_node_with_its_flag),
		TEST(numa_node_reaches_the_kernel),
		TEST(numa_node_without_its_flag_counts_nothing),
		TEST(tail_calls_by_id_and_key_decimal_and_hex),
		TEST(tail_calls_between_xdp_programs),
		TEST(tail_call_into_no_map_is_a_warning),
		TEST(tail_call_past_the_end),
		TEST(socket_slots_of_the_last_prog_array),
		TEST(slots_of_other_sections),
		TEST(socket_slot_past_the_end),
		TEST(socket_slot_without_prog_array_is_a_warning),
		TEST(values_hold_inner_maps),
		TEST(values_as_template_only),
		TEST(values_hold_programs),
		TEST(map_extra_reaches_the_kernel),
	};

	support_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
