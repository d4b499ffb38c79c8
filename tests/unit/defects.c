// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * defects - what bpf_load.c of Linux 4.1 to 5.10 did wrong, done right. tier: 1
 *
 * One object for each known weakness of the original: it crashed there, overran an array, loaded
 * something else than was written, or changed what belongs to others. Here each gets the right
 * result, or an error that names the cause. No test may leave a descriptor open.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"
#include "loader/elf_file.h"
#include "robust.h"
#include "make_object.h"

#include <sys/syscall.h>

#define NAME	"defect_kern.o"
#define TRACEFS "/sys/kernel/tracing"

static const struct bpf_loader_opts unattached = {.flags = BPF_LOADER_NO_ATTACH};

/* ---- every test: root, and as many descriptors as before ---- */

static int fds_before;

static int begin(void **state)
{
	(void)state;
	fds_before = count_fds();
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (count_fds() == fds_before)
		return 0;
	print_message("# %d descriptors, %d before\n", count_fds(), fds_before);
	return -1;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

static int own_mounts(void **state)
{
	(void)state;
	private_mounts();
	/* The original knew debugfs only, which many systems do not mount. */
	umount2("/sys/kernel/debug", MNT_DETACH);
	return 0;
}

/* ---- objects ---- */

static struct bpf_loader *open_object(struct object *object, const struct bpf_loader_opts *opts)
{
	size_t size;
	unsigned char *bytes = object_write(object, &size);
	struct bpf_loader *loader = bpf_loader_open_memory(bytes, size, NAME, opts);

	free(bytes);
	assert_non_null(loader);
	return loader;
}

/* Opens and loads; a good object is loaded when this returns. */
static struct bpf_loader *load_object(struct object *object, const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader = open_object(object, opts);

	if (!bpf_loader_error(loader))
		bpf_loader_load(loader);
	return loader;
}

static struct bpf_loader *load_good(struct object *object)
{
	struct bpf_loader *loader = load_object(object, &unattached);

	if (bpf_loader_error(loader))
		fail_msg("%s", bpf_loader_error(loader));
	return loader;
}

/* The object is refused with `errnum`, and the text has both parts. */
static void expect_refusal(struct object *object, int errnum, const char *part,
			   const char *other_part)
{
	struct bpf_loader *loader = load_object(object, NULL);

	assert_contains(bpf_loader_error(loader), NAME ": ");
	assert_contains(bpf_loader_error(loader), part);
	assert_contains(bpf_loader_error(loader), other_part);
	assert_int_equal(bpf_loader_errno(loader), errnum);
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++)
		assert_int_equal(bpf_loader_map(loader, i)->fd, -1);
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++)
		assert_int_equal(bpf_loader_program(loader, i)->fd, -1);
	bpf_loader_close(loader);
}

static const struct kernel_map array_map = {BPF_MAP_TYPE_ARRAY, 4, 4, 1, 0, 0, 0};

static void set_element(int map_fd, __u32 value)
{
	__u32 key = 0;

	assert_true(map_fd >= 0);
	assert_int_equal(bpf_map_update_elem(map_fd, &key, &value, BPF_ANY), 0);
}

static __u64 counter_of(const struct bpf_loader *loader, const char *map)
{
	__u32 key = 0;
	__u64 value = 0;

	assert_int_equal(bpf_map_lookup_elem(bpf_loader_map_fd(loader, map), &key, &value), 0);
	return value;
}

/* ---- 1: other people's probes ---- */

static bool have_tracefs(void)
{
	return !access(TRACEFS "/events", F_OK) ||
	       !mount("tracefs", TRACEFS, "tracefs", 0, NULL);
}

/* Adds an event of somebody else to `file`, loads, and looks whether it is still there. */
static void survives_in(const char *file, const char *where)
{
	struct object *object = object_new();
	char event[64], definition[256], removal[80];

	snprintf(event, sizeof(event), "somebody_%d/probe", (int)getpid());
	snprintf(definition, sizeof(definition), "p:%s %s", event, where);
	snprintf(removal, sizeof(removal), "-:%s", event);
	assert_int_equal(append_line(file, definition), 0);
	object_returns(object, "socket", "filter", 0);
	bpf_loader_close(load_good(object));
	assert_true(file_contains(file, event));
	assert_int_equal(append_line(file, removal), 0);
	assert_false(file_contains(file, event));
}

static void other_probes_survive(void **state)
{
	bool any = false;

	(void)state;
	if (!have_tracefs())
		SKIP("no tracefs on this system");
	if (!access(TRACEFS "/uprobe_events", W_OK)) {
		survives_in(TRACEFS "/uprobe_events", "/bin/sh:0x1000");
		any = true;
	}
	if (!access(TRACEFS "/kprobe_events", W_OK)) {
		survives_in(TRACEFS "/kprobe_events", "do_exit");
		any = true;
	}
	if (!any)
		SKIP("this kernel has neither uprobe_events nor kprobe_events");
}

/* ---- 2: names are not commands ---- */

static void section_names_are_no_commands(void **state)
{
	char *directory = new_directory(), *trace = path_in(directory, "ran");
	char section[PATH_MAX + 64];
	static const char *const patterns[] = {"kprobe/x; touch %s #", "kprobe/$(touch %s)",
					       "uprobe/`touch %s`:f", "kprobe/x\ntouch %s\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct object *object = object_new();
		struct bpf_loader *loader;

		snprintf(section, sizeof(section), patterns[i], trace);
		object_license(object, "GPL", 4);
		object_returns(object, section, "probe", 0);
		loader = load_object(object, NULL);
		assert_contains(bpf_loader_error(loader), "program 'probe'");
		assert_int_equal(access(trace, F_OK), -1);
		bpf_loader_close(loader);
	}
	remove_tree(directory);
	free(trace);
	free(directory);
}

/* ---- 3: the cause of a failed probe, not of what failed afterwards ---- */

static void failed_probe_names_its_cause(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	object_license(object, "GPL", 4);
	object_returns(object, "kprobe/no_such_function_at_all", "probe", 0);
	loader = load_object(object, NULL);
	assert_contains(bpf_loader_error(loader), "section 'kprobe/no_such_function_at_all'");
	assert_null(strstr(bpf_loader_error(loader), "Bad file descriptor"));
	if (!strstr(bpf_loader_error(loader), "this kernel has no kprobes"))
		assert_contains(bpf_loader_error(loader), "/proc/kallsyms");
	bpf_loader_close(loader);
}

/* Without debugfs: tracefs alone is enough for events. */
static void tracepoint_without_debugfs(void **state)
{
	struct object *object;
	struct bpf_loader *loader;

	(void)state;
	if (!have_tracefs() || access(TRACEFS "/events/sched/sched_process_fork", F_OK))
		SKIP("this kernel has no tracepoint sched/sched_process_fork");
	assert_int_equal(access("/sys/kernel/debug/tracing", F_OK), -1);
	object = object_new();
	object_license(object, "GPL", 4);
	object_returns(object, "tracepoint/sched/sched_process_fork", "on_fork", 0);
	loader = load_object(object, NULL);
	if (bpf_loader_error(loader))
		fail_msg("%s", bpf_loader_error(loader));
	assert_true(bpf_loader_program(loader, 0)->attach_fd >= 0);
	bpf_loader_close(loader);
}

/* ---- 4: the license ---- */

static void license_of_301_bytes(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;
	char license[301];

	(void)state;
	memset(license, 'L', 300);
	license[300] = '\0';
	object_license(object, license, sizeof(license));
	object_returns(object, "socket", "filter", 7);
	loader = load_good(object);
	assert_string_equal(bpf_loader_license(loader), license);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "filter")), 7);
	bpf_loader_close(loader);
}

static void license_without_end(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	object_license(object, "GPL", 3);
	object_returns(object, "socket", "filter", 0);
	loader = load_good(object);
	assert_string_equal(bpf_loader_license(loader), "GPL");
	bpf_loader_close(loader);
	object = object_new();
	object_license(object, NULL, 0);
	object_returns(object, "socket", "filter", 0);
	loader = load_good(object);
	assert_string_equal(bpf_loader_license(loader), "");
	bpf_loader_close(loader);
}

/* A version of the wrong size failed the whole load; it is not needed for anything but kprobes. */
static void odd_version(void **state)
{
	const char version[3] = {1, 2, 3};
	struct object *object = object_new();

	(void)state;
	object_section(object, "version", SHT_PROGBITS, SHF_ALLOC, version, sizeof(version));
	object_returns(object, "socket", "filter", 0);
	bpf_loader_close(load_good(object));
}

/* ---- 5: many programs ---- */

#define SECTIONS 151

static void programs_in_151_sections(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;
	char section[32], function[32];

	(void)state;
	for (int i = 0; i < SECTIONS; i++) {
		snprintf(section, sizeof(section), "socket%d", i);
		snprintf(function, sizeof(function), "filter%d", i);
		object_returns(object, section, function, i);
	}
	loader = load_good(object);
	assert_int_equal(bpf_loader_program_count(loader), SECTIONS);
	for (int i = 0; i < SECTIONS; i++)
		assert_int_equal(run_filter(bpf_loader_program(loader, (size_t)i)->fd), i);
	bpf_loader_close(loader);
}

/* ---- 6: the index of an inner map ---- */

static void inner_map_index(void **state)
{
	const __u32 indexes[] = {2, 400000000, 0x7fffffff, 0xffffffff};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(indexes); i++) {
		const struct kernel_map outer = {
			BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, 0, indexes[i], 0};
		struct object *object = object_new();
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "inner_map_idx %u", indexes[i]);
		object_map(object, "inner", &array_map, sizeof(array_map));
		object_map(object, "outer", &outer, sizeof(outer));
		/* a section that only the kernel's samples have settles the dialect */
		object_returns(object, "socket", "filter", 0);
		expect_refusal(object, EINVAL, "section 'maps', map 'outer'", wanted);
	}
}

/* The outer map may stand in front of its template. */
static void outer_map_first(void **state)
{
	const struct kernel_map outer = {BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, 0, 1, 0};
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	object_map(object, "outer", &outer, sizeof(outer));
	object_map(object, "inner", &array_map, sizeof(array_map));
	object_returns(object, "socket", "filter", 0);
	loader = load_good(object);
	assert_int_equal(bpf_loader_find_map(loader, "outer")->inner_map, 1);
	set_element(bpf_loader_map_fd(loader, "outer"),
		    (__u32)bpf_loader_map_fd(loader, "inner"));
	bpf_loader_close(loader);
}

/* No template anywhere: the kernel cannot tell what is missing, so the loader does. */
static void outer_map_without_template(void **state)
{
	const struct kernel_map outer = {BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, 0, 0, 0};
	struct object *object = object_new();

	(void)state;
	object_map(object, "outer", &outer, sizeof(outer));
	object_returns(object, "socket", "filter", 0);
	expect_refusal(object, EINVAL, "section 'maps', map 'outer'", "needs a template");
}

/* ---- 7: relocations ---- */

static void relocation_past_the_program(void **state)
{
	const uint64_t offsets[] = {16, 8 * 1000000, UINT64_MAX - 7};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct object *object = object_new();
		unsigned int map = object_map(object, "m", &array_map, sizeof(array_map));
		unsigned int program = object_returns(object, "socket", "filter", 0);
		const Elf64_Rel reloc = object_reloc(offsets[i], map, RELOC_BPF_64_64);

		object_relocs(object, program, &reloc, 1);
		expect_refusal(object, EINVAL, "section 'socket'", "relocation 0");
	}
}

static void relocation_against_no_symbol(void **state)
{
	struct object *object = object_new();
	unsigned int program = object_returns(object, "socket", "filter", 0);
	const Elf64_Rel reloc = object_reloc(0, 4711, RELOC_BPF_64_64);

	(void)state;
	object_relocs(object, program, &reloc, 1);
	expect_refusal(object, EINVAL, "section 'socket'", "names symbol 4711");
}

/* Adds 1 to the variable at `symbol` and returns it. */
static void add_incrementer(struct object *object, unsigned int symbol)
{
	const struct bpf_insn insns[] = {
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_1, 0),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1),
		BPF_STX_MEM(BPF_W, BPF_REG_1, BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};
	const Elf64_Rel reloc = object_reloc(0, symbol, RELOC_BPF_64_64);
	unsigned int program =
		object_program(object, "socket", "count", insns, ARRAY_SIZE(insns));

	object_relocs(object, program, &reloc, 1);
}

/* The variable's offset in .bss is the map's offset in its section: only the section differs. */
static void variable_at_the_offset_of_a_map(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;
	unsigned int bss, variable;

	(void)state;
	object_map(object, "m", &array_map, sizeof(array_map));
	bss = object_section(object, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, 4);
	variable = object_symbol(object, "variable", STB_GLOBAL, STT_OBJECT, bss, 0, 4);
	add_incrementer(object, variable);
	loader = load_good(object);
	set_element(bpf_loader_map_fd(loader, "m"), 1000);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "count")), 1);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "count")), 2);
	assert_int_equal(bpf_loader_program(loader, 0)->relocs[0].kind, BPF_LOADER_RELOC_VALUE);
	bpf_loader_close(loader);
}

/* ---- 8: maps sections of unusual shape ---- */

static void maps_section_without_symbols(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;
	unsigned int section;

	(void)state;
	/* What `strip` leaves: the section's own symbol, which the relocation uses. */
	section = object_section(object, "maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
				 &array_map, sizeof(array_map));
	object_reads(object, "socket", "filter",
		     object_symbol(object, NULL, STB_LOCAL, STT_SECTION, section, 0, 0));
	loader = load_good(object);
	assert_int_equal(bpf_loader_map_count(loader), 1);
	set_element(bpf_loader_map(loader, 0)->fd, 5);
	assert_int_equal(run_filter(bpf_loader_program(loader, 0)->fd), 5);
	bpf_loader_close(loader);
	object = object_new();
	object_section(object, "maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, &array_map, 17);
	expect_refusal(object, EINVAL, "section 'maps'", "17 bytes");
}

/* `count` maps, the last one's element returned by the program. */
static void load_maps(int count)
{
	struct object *object = object_new();
	unsigned int last = 0;
	struct bpf_loader *loader;
	char name[32];

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "map%d", i);
		last = object_map(object, name, &array_map, sizeof(array_map));
	}
	object_reads(object, "socket", "filter", last);
	loader = load_good(object);
	assert_int_equal(bpf_loader_map_count(loader), count);
	for (int i = 0; i < count; i++)
		set_element(bpf_loader_map(loader, (size_t)i)->fd, (__u32)i + 1);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "filter")), count);
	bpf_loader_close(loader);
}

static void forty_maps(void **state)
{
	(void)state;
	load_maps(32);
	load_maps(33);
	load_maps(40);
}

/* ---- 9, 10: section names, long and short ---- */

static void section_name_of_311_characters(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;
	char section[312];

	(void)state;
	memset(section, 'x', 311);
	section[311] = '\0';
	memcpy(section, "socket", 6);
	object_returns(object, section, "filter", 3);
	loader = load_good(object);
	assert_string_equal(bpf_loader_program(loader, 0)->section, section);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "filter")), 3);
	bpf_loader_close(loader);

	memcpy(section, "kprobe/", 7);
	object = object_new();
	object_license(object, "GPL", 4);
	object_returns(object, section, "probe", 0);
	loader = load_object(object, NULL);
	assert_contains(bpf_loader_error(loader), section);
	bpf_loader_close(loader);
}

/* Names that end before the ones they were compared with; ASan watches. */
static void short_section_names(void **state)
{
	static const char *const names[] = {"s",     "soc", "k",       "kprob", "m", "map",
					    "l",     "v",   "version", "sk",	"x", "cgroup/",
					    "track", "0",   "/",       ".",	""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct object *object = object_new();

		object_section(object, names[i], SHT_PROGBITS, SHF_ALLOC, "x", 1);
		object_returns(object, names[i], "program", 0);
		expect_refusal(object, EINVAL, "program 'program'",
			       "the section's name does not say");
	}
}

static __u32 program_in_slot(int map_fd, __u32 slot)
{
	__u32 id = 0;

	return bpf_map_lookup_elem(map_fd, &slot, &id) ? 0 : id;
}

static const struct kernel_map program_array = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8, 0, 0, 0};

/* The slot of a section whose name is shorter than the original's pointer arithmetic thought. */
static void slots_of_short_names(void **state)
{
	static const char *const sections[] = {"socket/3",  "sk_skb/3", "sk_msg/3",
					       "sockops/3", "kprobe/3", "kretprobe/3"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		struct object *object = object_new();
		struct bpf_loader *loader;
		int array;

		object_license(object, "GPL", 4);
		object_map(object, "jumps", &program_array, sizeof(program_array));
		object_returns(object, sections[i], "third", 0);
		loader = load_good(object);
		array = bpf_loader_map_fd(loader, "jumps");
		assert_int_equal(program_in_slot(array, 3),
				 program_id(bpf_loader_program_fd(loader, "third")));
		for (__u32 slot = 0; slot < 8; slot++)
			assert_true(slot == 3 || !program_in_slot(array, slot));
		bpf_loader_close(loader);
	}
}

/* atoi() made 3 of the first, 12 of the second. */
static void slots_that_are_no_numbers(void **state)
{
	static const char *const sections[] = {"socket/4294967299", "socket/3abc",
					       "socket/18446744073709551619"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		struct object *object = object_new();
		struct bpf_loader *loader;

		object_map(object, "jumps", &program_array, sizeof(program_array));
		object_returns(object, sections[i], "filter", 0);
		loader = load_object(object, &unattached);
		if (bpf_loader_error(loader))
			assert_contains(bpf_loader_error(loader), sections[i]);
		else
			assert_int_equal(program_in_slot(bpf_loader_map_fd(loader, "jumps"), 3),
					 0);
		bpf_loader_close(loader);
	}
}

static void slot_past_the_array(void **state)
{
	struct object *object = object_new();

	(void)state;
	object_map(object, "jumps", &program_array, sizeof(program_array));
	object_returns(object, "socket/8", "ninth", 0);
	expect_refusal(object, E2BIG, "section 'socket/8', program 'ninth'", "map 'jumps'");
}

/* ---- 11: errors end the load ---- */

static void unresolved_relocation_stops_the_load(void **state)
{
	struct object *object = object_new();
	unsigned int unknown =
		object_symbol(object, "nowhere", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);

	(void)state;
	object_map(object, "m", &array_map, sizeof(array_map));
	object_returns(object, "socket1", "first", 0);
	object_reads(object, "socket2", "second", unknown);
	expect_refusal(object, ENOTSUP, "section 'socket2', function 'second', instruction 3",
		       "symbol 'nowhere'");
}

static void refused_program_stops_the_load(void **state)
{
	const struct bpf_insn no_result[] = {BPF_EXIT_INSN()};
	struct object *object = object_new();

	(void)state;
	object_map(object, "m", &array_map, sizeof(array_map));
	object_returns(object, "socket1", "first", 0);
	object_program(object, "socket2", "second", no_result, 1);
	expect_refusal(object, EACCES, "section 'socket2', program 'second' (1 instructions)",
		       "R0 !read_ok");
}

static void refused_map_stops_the_load(void **state)
{
	const struct kernel_map bad = {BPF_MAP_TYPE_ARRAY, 3, 4, 1, 0, 0, 0};
	struct object *object = object_new();

	(void)state;
	object_map(object, "good", &array_map, sizeof(array_map));
	object_map(object, "bad", &bad, sizeof(bad));
	object_returns(object, "socket", "filter", 0);
	expect_refusal(object, EINVAL, "section 'maps', map 'bad'", "key_size must be 4");
}

/* ---- 12: leaks (descriptors: every test; memory: LeakSanitizer) ---- */

static void loading_again_and_again(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		load_maps(3);
		assert_int_equal(count_fds(), fds_before);
		refused_program_stops_the_load(state);
		assert_int_equal(count_fds(), fds_before);
	}
}

/* ---- 13: several objects, and logs of any length ---- */

static struct bpf_loader *load_reader(__u32 value)
{
	struct object *object = object_new();
	struct bpf_loader *loader;

	object_reads(object, "socket", "filter",
		     object_map(object, "same_name", &array_map, sizeof(array_map)));
	loader = load_good(object);
	set_element(bpf_loader_map_fd(loader, "same_name"), value);
	return loader;
}

static void two_objects_in_one_process(void **state)
{
	struct bpf_loader *first, *second;

	(void)state;
	first = load_reader(11);
	second = load_reader(22);
	assert_int_not_equal(map_id(bpf_loader_map_fd(first, "same_name")),
			     map_id(bpf_loader_map_fd(second, "same_name")));
	assert_int_equal(run_filter(bpf_loader_program_fd(first, "filter")), 11);
	assert_int_equal(run_filter(bpf_loader_program_fd(second, "filter")), 22);
	bpf_loader_close(first);
	assert_int_equal(run_filter(bpf_loader_program_fd(second, "filter")), 22);
	bpf_loader_close(second);
}

#define LONG_PROGRAM 4000

/* Some 150 KB of log, the reason at its very end. */
static void log_longer_than_any_buffer(void **state)
{
	struct bpf_insn *insns = calloc(LONG_PROGRAM, sizeof(*insns));
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	for (int i = 0; i < LONG_PROGRAM - 1; i++)
		insns[i] = BPF_MOV64_IMM(BPF_REG_1, i);
	insns[LONG_PROGRAM - 1] = BPF_EXIT_INSN();
	object_program(object, "socket", "filter", insns, LONG_PROGRAM);
	free(insns);
	loader = load_object(object, &unattached);
	assert_int_equal(bpf_loader_errno(loader), EACCES);
	assert_true(strlen(bpf_loader_log(loader)) > 65536);
	assert_contains(bpf_loader_log(loader), "0: (b7) r1 = 0");
	assert_contains(bpf_loader_log(loader), "3998: (b7) r1 = 3998");
	assert_contains(bpf_loader_log(loader), "R0 !read_ok");
	assert_contains(bpf_loader_error(loader), "R0 !read_ok");
	/* The log is for who asks for it; the error stays an error. */
	assert_true(strlen(bpf_loader_error(loader)) < 8192);
	bpf_loader_close(loader);
}

/* ---- 14: which map ---- */

/* Static maps: the relocation names the section, the instruction says how far into it. */
static void static_maps(void **state)
{
	const uint64_t places[] = {0, sizeof(array_map)};

	(void)state;
	for (__u32 which = 0; which < 2; which++) {
		struct object *object = object_new();
		struct bpf_loader *loader;
		struct bpf_insn *insns;
		unsigned int section, program;

		section = object_section(object, "maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
					 &array_map, sizeof(array_map));
		object_section_append(object, section, &array_map, sizeof(array_map));
		object_symbol(object, "a", STB_LOCAL, STT_OBJECT, section, 0, 28);
		object_symbol(object, "cnt", STB_LOCAL, STT_OBJECT, section, 28, 28);
		program = object_reads(
			object, "socket", "filter",
			object_symbol(object, NULL, STB_LOCAL, STT_SECTION, section, 0, 0));
		insns = (struct bpf_insn *)object->sections[program].bytes.data;
		insns[3].imm = (__s32)places[which];
		loader = load_good(object);
		assert_int_equal(bpf_loader_map_count(loader), 2);
		set_element(bpf_loader_map_fd(loader, "a"), 100);
		set_element(bpf_loader_map_fd(loader, "cnt"), 101);
		assert_int_equal(run_filter(bpf_loader_program_fd(loader, "filter")),
				 100 + which);
		bpf_loader_close(loader);
	}
}

/* Each program goes into the array that its section names, not into the last one. */
static void two_program_arrays(void **state)
{
	const struct iproute2_map first = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0, 1, 0, 0, 0};
	const struct iproute2_map second = {BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0, 2, 0, 0, 0};
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	object_map(object, "one", &first, sizeof(first));
	object_map(object, "two", &second, sizeof(second));
	object_returns(object, "classifier", "main", 0);
	object_returns(object, "1/0", "one_zero", 0);
	object_returns(object, "2/3", "two_three", 0);
	loader = load_good(object);
	assert_int_equal(program_in_slot(bpf_loader_map_fd(loader, "one"), 0),
			 program_id(bpf_loader_program_fd(loader, "one_zero")));
	assert_int_equal(program_in_slot(bpf_loader_map_fd(loader, "two"), 3),
			 program_id(bpf_loader_program_fd(loader, "two_three")));
	assert_int_equal(program_in_slot(bpf_loader_map_fd(loader, "two"), 0), 0);
	bpf_loader_close(loader);
}

/* ---- 15: the loader is a library: it prints nothing ---- */

static void fail_into(const char *output)
{
	const struct bpf_insn no_result[] = {BPF_EXIT_INSN()};
	int fd = open(output, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	struct object *object = object_new();

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(2);
	object_program(object, "socket", "filter", no_result, 1);
	bpf_loader_close(load_object(object, NULL));
	bpf_loader_close(bpf_loader_load_file("/no/such/object.o", NULL));
	fflush(NULL);
	_exit(0);
}

static void failures_are_not_printed(void **state)
{
	char *directory = new_directory(), *path = path_in(directory, "output"), *output;
	int status;
	pid_t pid;

	(void)state;
	fflush(NULL);
	pid = fork();
	if (!pid)
		fail_into(path);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	output = read_whole(path, NULL);
	assert_string_equal(output, "");
	free(output);
	remove_tree(directory);
	free(path);
	free(directory);
}

/* ---- 16: whose object is it ---- */

static void expect_foreign(size_t offset, unsigned char byte, const char *part)
{
	struct object *object = object_new();
	struct bpf_loader *loader;
	unsigned char *bytes;
	size_t size;

	object_returns(object, "socket", "filter", 0);
	bytes = object_write(object, &size);
	bytes[offset] = byte;
	loader = bpf_loader_open_memory(bytes, size, NAME, NULL);
	assert_contains(bpf_loader_error(loader), part);
	assert_int_equal(bpf_loader_errno(loader), ENOEXEC);
	bpf_loader_close(loader);
	free(bytes);
}

static void foreign_objects(void **state)
{
	const bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

	(void)state;
	expect_foreign(offsetof(Elf64_Ehdr, e_machine) + !little, EM_X86_64, "e_machine");
	expect_foreign(offsetof(Elf64_Ehdr, e_type) + !little, ET_EXEC, "e_type");
	expect_foreign(EI_DATA, little ? ELFDATA2MSB : ELFDATA2LSB, "EI_DATA");
	expect_foreign(EI_CLASS, ELFCLASS32, "ELF class");
}

/* ---- 17: what the original could not ---- */

static void run_on_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
}

/* The event is opened on CPU 0; the program must run wherever it happens. */
static void events_of_every_cpu(void **state)
{
	struct object *object;
	cpu_set_t before;
	struct bpf_loader *loader;
	__u64 wanted = 0;

	(void)state;
	if (!have_tracefs() || access(TRACEFS "/events/syscalls/sys_enter_getppid", F_OK))
		SKIP("this kernel has no tracepoint syscalls/sys_enter_getppid");
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	if (CPU_COUNT(&before) < 2)
		SKIP("this machine has one CPU");
	object = object_new();
	object_license(object, "GPL", 4);
	object_counts(object, "tracepoint/syscalls/sys_enter_getppid", "count",
		      object_counter(object, "calls"), (int)getpid());
	loader = load_object(object, NULL);
	if (bpf_loader_error(loader))
		fail_msg("%s", bpf_loader_error(loader));
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &before))
			continue;
		run_on_cpu(cpu);
		for (int i = 0; i < 5; i++)
			syscall(__NR_getppid);
		wanted += 5;
		assert_int_equal(counter_of(loader, "calls"), wanted);
	}
	sched_setaffinity(0, sizeof(before), &before);
	bpf_loader_close(loader);
}

/* .rodata + .data + .bss, each by its own relocation. */
static void global_data(void **state)
{
	const struct bpf_insn insns[] = {
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_1, 0),
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, 0),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_2),
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, 0),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_2),
		BPF_EXIT_INSN(),
	};
	const __u32 values[2] = {1000, 40};
	struct object *object = object_new();
	struct bpf_loader *loader;
	unsigned int rodata, data, bss;
	Elf64_Rel relocs[3];

	(void)state;
	rodata = object_section(object, ".rodata", SHT_PROGBITS, SHF_ALLOC, values, 8);
	data = object_section(object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, values, 4);
	bss = object_section(object, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, 16);
	relocs[0] = object_reloc(
		0, object_symbol(object, "forty", STB_GLOBAL, STT_OBJECT, rodata, 4, 4),
		RELOC_BPF_64_64);
	relocs[1] = object_reloc(
		24, object_symbol(object, "thousand", STB_GLOBAL, STT_OBJECT, data, 0, 4),
		RELOC_BPF_64_64);
	relocs[2] = object_reloc(
		56, object_symbol(object, "zero", STB_GLOBAL, STT_OBJECT, bss, 12, 4),
		RELOC_BPF_64_64);
	object_relocs(object, object_program(object, "socket", "sum", insns, ARRAY_SIZE(insns)),
		      relocs, 3);
	loader = load_good(object);
	assert_int_equal(bpf_loader_map_count(loader), 3);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "sum")), 1040);
	bpf_loader_close(loader);
}

/* Two functions in .text, and the program calls the second: by its own symbol, by the section's. */
static void sub_programs(void **state)
{
	const struct bpf_insn text[] = {
		BPF_MOV64_IMM(BPF_REG_0, 1),
		BPF_EXIT_INSN(),
		BPF_MOV64_IMM(BPF_REG_0, 2),
		BPF_EXIT_INSN(),
	};
	const struct bpf_insn call_by_name[] = {
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1), BPF_EXIT_INSN()};
	const struct bpf_insn call_by_distance[] = {
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 1), BPF_EXIT_INSN()};
	struct object *object = object_new();
	unsigned int section = object_section(object, ".text", SHT_PROGBITS,
					      SHF_ALLOC | SHF_EXECINSTR, text, sizeof(text));
	struct bpf_loader *loader;
	Elf64_Rel reloc;

	(void)state;
	object_symbol(object, "one", STB_GLOBAL, STT_FUNC, section, 0, 16);
	reloc = object_reloc(
		0, object_symbol(object, "two", STB_GLOBAL, STT_FUNC, section, 16, 16),
		RELOC_BPF_64_32);
	object_relocs(object, object_program(object, "socket1", "by_name", call_by_name, 2),
		      &reloc, 1);
	reloc = object_reloc(0,
			     object_symbol(object, NULL, STB_LOCAL, STT_SECTION, section, 0, 0),
			     RELOC_BPF_64_32);
	object_relocs(object,
		      object_program(object, "socket2", "by_distance", call_by_distance, 2),
		      &reloc, 1);
	loader = load_good(object);
	assert_int_equal(bpf_loader_program_count(loader), 2);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "by_name")), 2);
	assert_int_equal(run_filter(bpf_loader_program_fd(loader, "by_distance")), 2);
	bpf_loader_close(loader);
}

/* A function that calls itself: the loader ends, and the verifier has the last word. */
static void recursion(void **state)
{
	const struct bpf_insn insns[] = {
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1),
		BPF_EXIT_INSN(),
	};
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	object_program(object, "socket", "again", insns, 2);
	loader = load_object(object, NULL);
	assert_contains(bpf_loader_error(loader), "section 'socket', program 'again'");
	assert_true(bpf_loader_log(loader)[0]);
	bpf_loader_close(loader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(other_probes_survive),
		TEST(section_names_are_no_commands),
		TEST(failed_probe_names_its_cause),
		TEST(tracepoint_without_debugfs),
		TEST(license_of_301_bytes),
		TEST(license_without_end),
		TEST(odd_version),
		TEST(programs_in_151_sections),
		TEST(inner_map_index),
		TEST(outer_map_first),
		TEST(outer_map_without_template),
		TEST(relocation_past_the_program),
		TEST(relocation_against_no_symbol),
		TEST(variable_at_the_offset_of_a_map),
		TEST(maps_section_without_symbols),
		TEST(forty_maps),
		TEST(section_name_of_311_characters),
		TEST(short_section_names),
		TEST(slots_of_short_names),
		TEST(slots_that_are_no_numbers),
		TEST(slot_past_the_array),
		TEST(unresolved_relocation_stops_the_load),
		TEST(refused_program_stops_the_load),
		TEST(refused_map_stops_the_load),
		TEST(loading_again_and_again),
		TEST(two_objects_in_one_process),
		TEST(log_longer_than_any_buffer),
		TEST(static_maps),
		TEST(two_program_arrays),
		TEST(failures_are_not_printed),
		TEST(foreign_objects),
		TEST(events_of_every_cpu),
		TEST(global_data),
		TEST(sub_programs),
		TEST(recursion),
	};

	need_root();
	return cmocka_run_group_tests_name("defects", tests, own_mounts, NULL);
}
