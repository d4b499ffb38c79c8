// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_programs - programs and what goes with them: sections and types, BTF, what the verifier
 * says, license, version. tier: 1
 */
#include "support.h"

/* ---- sections ---- */

static void several_programs_in_one_section(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader =
			load(build("matrix_programs", debug_flags[i]), NULL);

		assert_int_equal(bpf_loader_program_count(loader), 3);
		assert_null(bpf_loader_find_program(loader, "between"));
		assert_int_equal(run_program(loader, "two"), 42);
		assert_int_equal(element(loader, "values", 0), 2);
		assert_int_equal(run_program(loader, "one"), 41);
		assert_int_equal(element(loader, "values", 0), 1);
		assert_int_equal(run_program(loader, "three"), 43);
		assert_int_equal(find_program(loader, "one")->part_count, 2);
		assert_int_equal(find_program(loader, "three")->part_count, 1);
		bpf_loader_close(loader);
	}
}

/* The type that a section's name gives, without a word from the caller. */
static const struct {
	const char *section;
	__u32 type;
} section_types[] = {
	{"socket", BPF_PROG_TYPE_SOCKET_FILTER},
	{"socket1", BPF_PROG_TYPE_SOCKET_FILTER},
	{"socket_filter", BPF_PROG_TYPE_SOCKET_FILTER},
	{"socket/tcp", BPF_PROG_TYPE_SOCKET_FILTER},
	{"kprobe/sys_write", BPF_PROG_TYPE_KPROBE},
	{"kprobe/123x", BPF_PROG_TYPE_KPROBE},
	{"kretprobe/sys_write", BPF_PROG_TYPE_KPROBE},
	{"uprobe//bin/sh:main", BPF_PROG_TYPE_KPROBE},
	{"tracepoint/sched/sched_switch", BPF_PROG_TYPE_TRACEPOINT},
	{"tp/sched/sched_switch", BPF_PROG_TYPE_TRACEPOINT},
	{"raw_tracepoint/sys_enter", BPF_PROG_TYPE_RAW_TRACEPOINT},
	{"xdp", BPF_PROG_TYPE_XDP},
	{"xdp_prog1", BPF_PROG_TYPE_XDP},
	{"xdp1", BPF_PROG_TYPE_XDP},
	{"prog", BPF_PROG_TYPE_XDP},
	{"perf_event", BPF_PROG_TYPE_PERF_EVENT},
	{"cgroup/skb", BPF_PROG_TYPE_CGROUP_SKB},
	{"cgroup/skb1", BPF_PROG_TYPE_CGROUP_SKB},
	{"cgroup_skb/egress", BPF_PROG_TYPE_CGROUP_SKB},
	{"cgroup/sock", BPF_PROG_TYPE_CGROUP_SOCK},
	{"cgroup/sock1", BPF_PROG_TYPE_CGROUP_SOCK},
	{"cgroup/dev", BPF_PROG_TYPE_CGROUP_DEVICE},
	{"cgroup/connect4", BPF_PROG_TYPE_CGROUP_SOCK_ADDR},
	{"sockops", BPF_PROG_TYPE_SOCK_OPS},
	{"sk_skb", BPF_PROG_TYPE_SK_SKB},
	{"sk_skb1", BPF_PROG_TYPE_SK_SKB},
	{"sk_skb/stream_verdict", BPF_PROG_TYPE_SK_SKB},
	{"sk_msg", BPF_PROG_TYPE_SK_MSG},
	{"sk_msg1", BPF_PROG_TYPE_SK_MSG},
	{"classifier", BPF_PROG_TYPE_SCHED_CLS},
	{"classifier_egress", BPF_PROG_TYPE_SCHED_CLS},
	{"tc", BPF_PROG_TYPE_SCHED_CLS},
	{"tc_ingress", BPF_PROG_TYPE_SCHED_CLS},
	{"action", BPF_PROG_TYPE_SCHED_ACT},
	{"lwt_in", BPF_PROG_TYPE_LWT_IN},
	{"lwt_out", BPF_PROG_TYPE_LWT_OUT},
	{"lwt_xmit", BPF_PROG_TYPE_LWT_XMIT},
};

static const char *build_section(const char *section)
{
	char text[512];

	snprintf(text, sizeof(text), "SEC(\"%s\") int program(void *ctx) { return 1; }\n",
		 section);
	return build_snippet(text, "");
}

/* An object with program pN in the Nth of `sections`, behind `definition`. */
static const char *build_sections(const char *const *sections, size_t count, size_t stride,
				  const char *definition)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *object;

	assert_non_null(out);
	fprintf(out, "#include \"matrix.h\"\n%s\n", definition);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "SEC(\"%s\") int p%zu(void *ctx) { return 1; }\n",
			*(const char *const *)((const char *)sections + i * stride), i);
	fclose(out);
	object = build_text("sections", text, "");
	free(text);
	return object;
}

static void check_type(struct bpf_loader *loader, size_t index, const char *section, __u32 type)
{
	const struct bpf_loader_program *program;
	char name[16];

	snprintf(name, sizeof(name), "p%zu", index);
	program = find_program(loader, name);
	assert_string_equal(program->section, section);
	if (program->type != type)
		fail_msg("section '%s' gives type %u, not %u", section, program->type, type);
	assert_int_equal(program_info(program->fd).type, type);
}

static void section_names_tell_the_type(void **state UNUSED)
{
	const size_t count = ARRAY_SIZE(section_types);
	struct bpf_loader *loader = load(
		build_sections(&section_types[0].section, count, sizeof(section_types[0]), ""),
		NULL);

	for (size_t i = 0; i < count; i++)
		check_type(loader, i, section_types[i].section, section_types[i].type);
	bpf_loader_close(loader);
}

/* Seen in the wild; tc takes a classifier from a section of any name. */
static const char *const tc_names[] = {"from-netdev", "cls_q",	  "egress",  "ingress",
				       "filter",      "len_hist", "tail-0x1"};

static void odd_sections_of_iproute2_objects_are_classifiers(void **state UNUSED)
{
	const size_t count = ARRAY_SIZE(tc_names);
	struct bpf_loader *loader =
		load(build_sections(tc_names, count, sizeof(tc_names[0]),
				    "struct bpf_elf_map SEC(\"maps\") m = {VALUES(1)};"),
		     NULL);

	for (size_t i = 0; i < count; i++)
		check_type(loader, i, tc_names[i], BPF_PROG_TYPE_SCHED_CLS);
	bpf_loader_close(loader);
}

static void odd_sections_without_type_are_an_error(void **state UNUSED)
{
	for (size_t i = 0; i < 3; i++)
		refuse(build_section(tc_names[i]), NULL, EINVAL, tc_names[i],
		       "program 'program'", "does not say the program's type", "--type");
}

/* Source without any SEC(): then .text holds the programs. */
static void programs_in_text(void **state UNUSED)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH,
					     .prog_type = BPF_PROG_TYPE_SCHED_CLS};
	const char *object = build_snippet("int one(void *ctx) { return 1; }\n"
					   "int two(void *ctx) { return 2; }\n",
					   "");
	struct bpf_loader *loader = load(object, &opts);

	assert_int_equal(bpf_loader_program_count(loader), 2);
	assert_int_equal(run_program(loader, "one"), 1);
	assert_int_equal(run_program(loader, "two"), 2);
	bpf_loader_close(loader);
	refuse(object, NULL, EINVAL, "section '.text'", "program 'one'", "--type");
}

static void odd_section_with_the_callers_type(void **state UNUSED)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH,
					     .prog_type = BPF_PROG_TYPE_LWT_XMIT};
	struct bpf_loader *loader =
		load(build("matrix_programs", "-DSECTION='\"len_hist\"'"), &opts);

	assert_int_equal(program_info(find_program(loader, "three")->fd).type,
			 BPF_PROG_TYPE_LWT_XMIT);
	assert_int_equal(program_info(find_program(loader, "one")->fd).type,
			 BPF_PROG_TYPE_SOCKET_FILTER);
	bpf_loader_close(loader);
}

static void odd_section_with_a_guessed_type(void **state UNUSED)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH |
						      BPF_LOADER_GUESS_TYPES};
	struct bpf_loader *loader =
		load(build("matrix_programs", "-DSECTION='\"len_hist\"'"), &opts);

	assert_int_equal(program_info(find_program(loader, "three")->fd).type,
			 BPF_PROG_TYPE_SCHED_CLS);
	bpf_loader_close(loader);
	refuse(build("matrix_programs", "-DSECTION='\"len_hist\"' -DREJECTED"), &opts, EINVAL,
	       "section 'len_hist'", "program 'three'", "invalid bpf_context access");
}

static void classic_sections_only(void **state UNUSED)
{
	struct heard heard = {.kinds = 1u << BPF_LOADER_EVENT_NOTE};
	const struct bpf_loader_opts opts = hear_opts(&heard, BPF_LOADER_CLASSIC_SECTIONS);
	struct bpf_loader *loader =
		load(build("matrix_programs", "-DSECTION='\"classifier\"'"), &opts);

	assert_int_equal(bpf_loader_program_count(loader), 2);
	assert_null(bpf_loader_find_program(loader, "three"));
	assert_contains(heard.texts, "section 'classifier': not one that bpf_load.c knew");
	bpf_loader_close(loader);
}

/* ---- BTF ---- */

static void func_info_and_line_info_with_debug(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_programs", "-g"), NULL);
	struct bpf_prog_info one = program_info(find_program(loader, "one")->fd);
	struct bpf_prog_info three = program_info(find_program(loader, "three")->fd);

	assert_int_equal(one.nr_func_info, 2);
	assert_int_equal(three.nr_func_info, 1);
	assert_true(one.nr_line_info > 2);
	assert_true(three.nr_line_info > 0);
	assert_int_not_equal(one.btf_id, 0);
	assert_string_equal(one.name, "one");
	bpf_loader_close(loader);
}

static void no_func_info_without_debug(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_programs", ""), NULL);
	struct bpf_prog_info one = program_info(find_program(loader, "one")->fd);

	assert_int_equal(one.nr_func_info, 0);
	assert_int_equal(one.nr_line_info, 0);
	assert_int_equal(one.btf_id, 0);
	assert_string_equal(one.name, "one");
	bpf_loader_close(loader);
}

static void legacy_map_with_key_and_value_types(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_annotate", "-g"), NULL);
	struct bpf_map_info locks = info_of(loader, "locks"), plain = info_of(loader, "plain");

	assert_int_not_equal(locks.btf_id, 0);
	assert_int_not_equal(locks.btf_key_type_id, 0);
	assert_int_not_equal(locks.btf_value_type_id, 0);
	assert_int_equal(plain.btf_value_type_id, 0);
	bpf_loader_close(loader);
}

static void spin_lock_in_a_legacy_map(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_annotate", "-g"), NULL);
	struct {
		__u32 lock, spare;
		__u64 value;
	} found = {0};
	__u32 key = 3;
	int fd = find_map(loader, "locks")->fd;

	assert_int_equal(run_program(loader, "add"), 1);
	assert_int_equal(run_program(loader, "add"), 1);
	assert_int_equal(bpf_map_lookup_elem_flags(fd, &key, &found, BPF_F_LOCK), 0);
	assert_int_equal(found.value, 14);
	assert_int_equal(element(loader, "plain", 0), 8);
	bpf_loader_close(loader);
}

static void spin_lock_without_types_is_refused(void **state UNUSED)
{
	refuse(build("matrix_annotate", "-g -DNO_ANNOTATION"), NULL, EINVAL, "program 'add'",
	       "the verifier refuses it");
	refuse(build("matrix_annotate", ""), NULL, EINVAL, "program 'add'",
	       "the verifier refuses it");
}

/* What is said of an annotation that is passed over: the kernel gets the types of `locks` only. */
static void warn(const char *flag, const char *text)
{
	struct heard heard = {.kinds = WARNINGS};
	const struct bpf_loader_opts opts = hear_opts(&heard, 0);
	struct bpf_loader *loader = load(build("matrix_annotate", with("-g", flag)), &opts);

	assert_int_equal(info_of(loader, "plain").btf_value_type_id, 0);
	assert_int_not_equal(info_of(loader, "locks").btf_value_type_id, 0);
	assert_string_equal(heard.texts, text);
	bpf_loader_close(loader);
}

static void annotation_of_another_size(void **state UNUSED)
{
	warn("-DWRONG",
	     "struct ____btf_map_plain annotates map 'plain' with a key of 4 bytes and a value "
	     "of "
	     "4, but the map's definition says 4 and 8: the annotation is passed over; give "
	     "BPF_ANNOTATE_KV_PAIR(plain, KEY, VALUE) types of the definition's sizes\n");
}

static void annotation_without_a_map(void **state UNUSED)
{
	warn("-DNO_MAP",
	     "struct ____btf_map_lock annotates map 'lock', and the object has no map of that "
	     "name: the annotation is passed over; BPF_ANNOTATE_KV_PAIR() takes the name of a "
	     "map "
	     "in SEC(\"maps\") first\n");
}

static void annotation_with_other_members(void **state UNUSED)
{
	warn("-DMEMBERS",
	     "struct ____btf_map_plain of map 'plain' has other members than 'key' and "
	     "'value': "
	     "the annotation is passed over; write BPF_ANNOTATE_KV_PAIR(plain, KEY, VALUE)\n");
}

/* A definition in .maps has its types from itself: from the annotation, the key would be __s32. */
static void annotation_of_a_map_of_today(void **state UNUSED)
{
	struct bpf_loader *loader;

	warn("-DTODAY", "");
	loader = load(build("matrix_annotate", "-g -DTODAY"), NULL);
	assert_int_not_equal(find_map(loader, "today")->btf_key_type, 0);
	assert_int_equal(find_map(loader, "today")->btf_key_type,
			 find_map(loader, "locks")->btf_key_type);
	bpf_loader_close(loader);
}

static void packet_loads_in_the_program(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(debug_flags); i++) {
		struct bpf_loader *loader =
			load(build("matrix_ld_abs", with(debug_flags[i], "-DIN_MAIN")), NULL);

		assert_int_equal(run_program(loader, "first_byte"), 41);
		bpf_loader_close(loader);
	}
}

static void packet_loads_in_a_sub_program(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_ld_abs", "-g"), NULL);

	assert_int_equal(program_info(find_program(loader, "first_byte")->fd).nr_func_info, 2);
	assert_int_equal(run_program(loader, "first_byte"), 41);
	bpf_loader_close(loader);
}

static void packet_loads_in_a_sub_program_need_btf(void **state UNUSED)
{
	refuse(build("matrix_ld_abs", ""), NULL, EINVAL, "program 'first_byte'",
	       "LD_ABS is not allowed in subprogs without BTF");
}

/* ---- refused programs ---- */

static void refused_program_quotes_source_lines(void **state UNUSED)
{
	refuse(build("matrix_programs", "-g -DREJECTED"), NULL, EACCES, "section 'socket2'",
	       "program 'three'", strerror(EACCES), "socket_filter",
	       "; return *(volatile int *)((char *)skb + 16384);",
	       "invalid bpf_context access");
}

static void refused_program_without_debug_quotes_instructions(void **state UNUSED)
{
	struct bpf_loader *loader = try_load(build("matrix_programs", "-DREJECTED"), NULL);

	assert_null(strstr(bpf_loader_error(loader), "\n; "));
	assert_contains(bpf_loader_error(loader), "+16384)");
	assert_contains(bpf_loader_log(loader), "invalid bpf_context access");
	assert_contains(bpf_loader_log(loader), "processed ");
	assert_refused(loader, EACCES, "invalid bpf_context access");
}

/* The log is longer than its first buffer; its end is what counts. */
static void refused_program_with_a_long_log(void **state UNUSED)
{
	struct bpf_loader *loader = try_load(build("matrix_programs", "-DLONG"), NULL);

	assert_true(strlen(bpf_loader_log(loader)) > 64 * 1024);
	assert_true(strlen(bpf_loader_error(loader)) < 4096);
	assert_refused(loader, EACCES, "program 'three'", "invalid bpf_context access");
}

static void program_that_passes_only_without_btf(void **state UNUSED)
{
	struct heard heard = {.kinds = 1u << BPF_LOADER_EVENT_NOTE};
	const struct bpf_loader_opts opts = hear_opts(&heard, 0);
	struct bpf_loader *loader = load(build("matrix_programs", "-g -DUNPROVEN"), &opts);

	assert_contains(heard.texts,
			"program 'three' passes the verifier only without its BTF");
	assert_int_equal(program_info(find_program(loader, "three")->fd).nr_func_info, 0);
	assert_int_equal(program_info(find_program(loader, "one")->fd).nr_func_info, 2);
	assert_int_equal(run_program(loader, "three"), 43);
	bpf_loader_close(loader);
}

/* A struct's name that libbpf takes and the kernel does not. */
static const char *build_bad_btf(const char *source)
{
	const char *object = build(source, "-g");
	size_t size;
	char *bytes = read_file(object, &size), *name = bytes;

	while ((name = memmem(name, size - (size_t)(name - bytes), "\0bpf_map_def", 13)))
		name++[4] = '-';
	write_file(object, bytes, size);
	free(bytes);
	return object;
}

static void btf_that_the_kernel_refuses(void **state UNUSED)
{
	struct heard heard = {.kinds = WARNINGS};
	const struct bpf_loader_opts opts = hear_opts(&heard, 0);
	struct bpf_loader *loader = load(build_bad_btf("matrix_programs"), &opts);

	assert_contains(heard.texts, "the kernel does not take the object's BTF");
	assert_string_equal(find_map(loader, "values")->dialect_rule, "BTF");
	assert_int_equal(program_info(find_program(loader, "one")->fd).nr_func_info, 0);
	assert_int_equal(run_program(loader, "one"), 41);
	bpf_loader_close(loader);
}

/* What was loaded before the refused one is gone; every further step says the same. */
static void refused_program_undoes_the_load(void **state UNUSED)
{
	struct bpf_loader *loader = try_load(build("matrix_programs", "-DREJECTED"), NULL);
	const char *error = bpf_loader_error(loader);

	assert_int_equal(bpf_loader_program_fd(loader, "one"), -1);
	assert_int_equal(bpf_loader_map_fd(loader, "values"), -1);
	assert_int_equal(bpf_loader_load_programs(loader), -EACCES);
	assert_int_equal(bpf_loader_create_maps(loader), -EACCES);
	assert_int_equal(bpf_loader_attach(loader), -EACCES);
	assert_ptr_equal(bpf_loader_error(loader), error);
	bpf_loader_close(loader);
}

/* ---- license and version ---- */

static void missing_license(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_programs", "-DNO_LICENSE"), NULL);

	assert_string_equal(bpf_loader_license(loader), "");
	assert_int_equal(program_info(find_program(loader, "one")->fd).gpl_compatible, 0);
	bpf_loader_close(loader);
	refuse(build("matrix_programs", "-DNO_LICENSE -DGPL_ONLY"), NULL, EINVAL,
	       "program 'three'", "GPL");
}

static void gpl_license(void **state UNUSED)
{
	struct bpf_loader *loader = load(build("matrix_programs", "-DGPL_ONLY"), NULL);

	assert_string_equal(bpf_loader_license(loader), "GPL");
	assert_int_equal(program_info(find_program(loader, "one")->fd).gpl_compatible, 1);
	bpf_loader_close(loader);
}

static void license_of_300_bytes(void **state UNUSED)
{
	char flags[400], license[301];
	struct bpf_loader *loader;

	memset(license, 'L', 300);
	license[300] = '\0';
	snprintf(flags, sizeof(flags), "-DLICENSE='\"%s\"'", license);
	loader = load(build("matrix_programs", flags), NULL);
	assert_string_equal(bpf_loader_license(loader), license);
	assert_int_equal(run_program(loader, "one"), 41);
	bpf_loader_close(loader);
}

/* Kernels since 5.0 do not look at it; any version, and any size of it, loads. */
static void version_section(void **state UNUSED)
{
	static const char *const flags[] = {"-DVERSION=0x050a00", "-DVERSION=0xfffffffe",
					    "-DVERSION=1",
					    "-DVERSION=7 -DVERSION_TYPE='unsigned short'",
					    "-DVERSION=7 -DVERSION_TYPE=__u64"};
	char all[128];

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct bpf_loader *loader;

		snprintf(all, sizeof(all), "%s -DSECTION='\"kprobe/sys_write\"'", flags[i]);
		loader = load(build("matrix_programs", all), NULL);
		assert_int_equal(program_info(find_program(loader, "three")->fd).type,
				 BPF_PROG_TYPE_KPROBE);
		bpf_loader_close(loader);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(several_programs_in_one_section),
		TEST(section_names_tell_the_type),
		TEST(odd_sections_of_iproute2_objects_are_classifiers),
		TEST(odd_sections_without_type_are_an_error),
		TEST(programs_in_text),
		TEST(odd_section_with_the_callers_type),
		TEST(odd_section_with_a_guessed_type),
		TEST(classic_sections_only),
		TEST(func_info_and_line_info_with_debug),
		TEST(no_func_info_without_debug),
		TEST(btf_that_the_kernel_refuses),
		TEST(legacy_map_with_key_and_value_types),
		TEST(spin_lock_in_a_legacy_map),
		TEST(spin_lock_without_types_is_refused),
		TEST(annotation_of_another_size),
		TEST(annotation_without_a_map),
		TEST(annotation_with_other_members),
		TEST(annotation_of_a_map_of_today),
		TEST(packet_loads_in_the_program),
		TEST(packet_loads_in_a_sub_program),
		TEST(packet_loads_in_a_sub_program_need_btf),
		TEST(program_that_passes_only_without_btf),
		TEST(refused_program_quotes_source_lines),
		TEST(refused_program_without_debug_quotes_instructions),
		TEST(refused_program_with_a_long_log),
		TEST(refused_program_undoes_the_load),
		TEST(missing_license),
		TEST(gpl_license),
		TEST(license_of_300_bytes),
		TEST(version_section),
	};

	support_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
