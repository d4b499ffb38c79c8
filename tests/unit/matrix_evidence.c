// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * matrix_evidence - whose struct is it? One test for each rule of loader/dialect.h. tier: 1
 *
 * A row of `cases` is an object, in short: definitions (often bare words, so that nothing but
 * their values speaks), the sections its programs stand in, whether it has BTF. What must come
 * out is the dialect of map `m`, the rule that decided it, and a piece of the evidence as the
 * DIALECT event quotes it; or an error that shows both readings.
 */
#include "support.h"

#include <elf.h>

#define AMBIGUOUS "can be read in two ways"

enum debug {
	NO_DEBUG,
	BTF,
	DWARF_ONLY, /* as LLVM before 8 wrote it */
	OLD,	    /* neither, and no machine number: LLVM before 3.9 */
};

struct evidence_case {
	const char *name;
	const char *maps;
	const char *sections; /* separated by blanks */
	enum debug debug;
	enum bpf_loader_dialect wish;
	/* what must come out: dialect AUTO stands for an error whose text has `quote` */
	enum bpf_loader_dialect dialect;
	const char *rule, *quote;
};

/* The structs, at the head of every source. */
static const char prelude[] =
	"#define BPF_NO_MAP_DEF\n"
	"#include <linux/bpf.h>\n"
	"#include <bpf/bpf_helpers.h>\n"
	"#define WORDS(name, ...) __u32 name[] SEC(\"maps\") = {__VA_ARGS__}\n"
	"#define ARRAY BPF_MAP_TYPE_ARRAY\n"
	"#define HASH BPF_MAP_TYPE_HASH\n"
	"#define LRU BPF_MAP_TYPE_LRU_HASH\n"
	"#define TRIE BPF_MAP_TYPE_LPM_TRIE\n"
	"#define JUMPS BPF_MAP_TYPE_PROG_ARRAY\n"
	"#define EVENTS BPF_MAP_TYPE_PERF_EVENT_ARRAY\n"
	"#define OUTER BPF_MAP_TYPE_ARRAY_OF_MAPS\n"
	"struct bpf_map_def { __u32 type, key_size, value_size, max_entries, map_flags, "
	"inner_map_idx, numa_node; };\n"
	"struct bpf_elf_map { __u32 type, size_key, size_value, max_elem, flags, id, pinning; "
	"};\n";

#define KERNEL	 BPF_LOADER_KERNEL
#define IPROUTE2 BPF_LOADER_IPROUTE2
#define GOBPF	 BPF_LOADER_GOBPF
#define GOEBPF	 BPF_LOADER_GOEBPF
#define ANDROID	 BPF_LOADER_ANDROID
#define AUTO	 BPF_LOADER_AUTO

static const struct evidence_case cases[] = {
	/* choice: the caller's word */
	{"choice: kernel, for words that tell nothing", "WORDS(m, HASH, 4, 8, 5, 4, 0, 1)",
	 "xdp", NO_DEBUG, KERNEL, KERNEL, "choice", "named by the caller"},
	{"choice: iproute2, for words that tell nothing", "WORDS(m, HASH, 4, 8, 5, 4, 0, 1)",
	 "xdp", NO_DEBUG, IPROUTE2, IPROUTE2, "choice", "named by the caller"},
	{"choice: stronger than BTF", "struct bpf_map_def m SEC(\"maps\") = {HASH, 4, 8, 5}",
	 "socket", BTF, IPROUTE2, IPROUTE2, "choice", ""},
	{"choice: stronger than size", "WORDS(m, HASH, 4, 8, 5, 0, 0, 0, 0, 0)", "xdp",
	 NO_DEBUG, KERNEL, KERNEL, "choice", ""},
	{"choice: a struct that is too short for it", "WORDS(m, HASH, 4, 8, 5, 0, 0, 0)", "xdp",
	 NO_DEBUG, GOEBPF, AUTO, NULL, "28 bytes are too short"},

	/* BTF: the struct's and its members' names */
	{"BTF: struct bpf_map_def",
	 "struct bpf_map_def m SEC(\"maps\") = {HASH, 4, 8, 5, 0, 3, 2}", "classifier", BTF,
	 AUTO, KERNEL, "BTF", "bpf_map_def of 28 bytes"},
	{"BTF: struct bpf_elf_map",
	 "struct bpf_elf_map m SEC(\"maps\") = {HASH, 4, 8, 5, 0, 3, 0}", "socket", BTF, AUTO,
	 IPROUTE2, "BTF", "bpf_elf_map of 28 bytes"},
	{"BTF: members of bpf_elf_map in a struct of another name",
	 "struct own { __u32 type, size_key, size_value, max_elem, flags, id, pinning; } m "
	 "SEC(\"maps\") = {HASH, 4, 8, 5, 0, 3, 0}",
	 "socket", BTF, AUTO, IPROUTE2, "BTF", "struct own of 28 bytes"},
	{"BTF: a struct without name, a typedef, const, an order of its own",
	 "typedef struct { __u32 max_entries, value_size, key_size, type; } def;\n"
	 "const def m SEC(\"maps\") = {5, 8, 4, HASH}",
	 "socket", BTF, AUTO, KERNEL, "BTF", "16 bytes"},
	{"BTF: member namespace makes it gobpf",
	 "struct bpf_map_def2 { __u32 type, key_size, value_size, max_entries, map_flags, "
	 "pinning; char namespace[256]; } m SEC(\"maps/m\") = {HASH, 4, 8, 5}",
	 "socket", BTF, AUTO, GOBPF, "BTF", "280 bytes"},
	{"BTF: member persistent_path makes it goebpf",
	 "struct own { __u32 map_type, key_size, value_size, max_entries; const char "
	 "*persistent_path; } m SEC(\"maps\") = {HASH, 4, 8, 5}",
	 "socket", BTF, AUTO, GOEBPF, "BTF", "24 bytes"},
	{"BTF: a struct that is no definition says nothing",
	 "struct own { __u32 a, b, c, d, e, f, g; } m SEC(\"maps\") = {HASH, 4, 8, 5}",
	 "socket", BTF, AUTO, KERNEL, "same", ""},
	{"BTF: bare words say nothing", "WORDS(m, HASH, 4, 8, 5, 0, 7, 0)", "socket", BTF, AUTO,
	 IPROUTE2, "meaning", "inner_map_idx 7"},

	/* debug: DWARF where there is no BTF */
	{"debug: bpf_map_def among the debug strings",
	 "struct bpf_map_def m SEC(\"maps\") = {HASH, 4, 8, 5, 4, 0, 1}", "classifier",
	 DWARF_ONLY, AUTO, KERNEL, "debug", ".debug_str"},
	{"debug: bpf_elf_map among the debug strings",
	 "struct bpf_elf_map m SEC(\"maps\") = {HASH, 4, 8, 5, 4, 0, 1}", "socket", DWARF_ONLY,
	 AUTO, IPROUTE2, "debug", ".debug_str"},
	{"debug: both names say nothing",
	 "struct bpf_elf_map m SEC(\"maps\") = {HASH, 4, 8, 5};\n"
	 "struct bpf_map_def n SEC(\"maps\") = {HASH, 4, 8, 5}",
	 "socket", DWARF_ONLY, AUTO, KERNEL, "same", "the same map"},
	{"debug: a bpf_map_def with pinning in it says nothing",
	 "struct bpf_map_def m SEC(\"maps\") = {HASH, 4, 8, 5};\n"
	 "struct own { __u32 pinning; } own SEC(\".data\") = {1}",
	 "classifier", DWARF_ONLY, AUTO, IPROUTE2, "same", "the same map"},

	/* section: one that only one project's headers leave */
	{"section: size_of_bpf_map_def is Android's",
	 "WORDS(m, HASH, 4, 8, 5, 0, 0, 0, 0);\n"
	 "__u64 size SEC(\"size_of_bpf_map_def\") = 32",
	 "socket", NO_DEBUG, AUTO, ANDROID, "section", "size_of_bpf_map_def"},

	/* size: only one struct has it */
	{"size: 16 bytes are the kernel's", "WORDS(m, HASH, 4, 8, 5)", "classifier", NO_DEBUG,
	 AUTO, KERNEL, "size", "16 bytes"},
	{"size: 32 bytes are the kernel's with something behind",
	 "WORDS(m, HASH, 4, 8, 5, 0, 0, 0, 0)", "classifier", NO_DEBUG, AUTO, KERNEL, "size",
	 "32 bytes"},
	{"size: 32 bytes are Android's with a mode at the end",
	 "WORDS(m, HASH, 4, 8, 5, 0, 1000, 1000, 0660)", "classifier", NO_DEBUG, AUTO, ANDROID,
	 "size", "32 bytes"},
	{"size: 36 bytes are iproute2's", "WORDS(m, HASH, 4, 8, 5, 0, 0, 0, 0, 0)", "socket",
	 NO_DEBUG, AUTO, IPROUTE2, "size", "36 bytes"},
	{"size: 40 bytes are goebpf's", "WORDS(m, HASH, 4, 8, 5, 0, 0, 0, 0, 0, 0)", "socket",
	 NO_DEBUG, AUTO, GOEBPF, "size", "40 bytes"},
	{"size: 280 bytes are gobpf's", "__u32 m[70] SEC(\"maps/m\") = {HASH, 4, 8, 5}",
	 "classifier", NO_DEBUG, AUTO, GOBPF, "size", "280 bytes"},
	{"size: 284 bytes are gobpf's too", "__u32 m[71] SEC(\"maps/m\") = {HASH, 4, 8, 5}",
	 "classifier", NO_DEBUG, AUTO, GOBPF, "size", "284 bytes"},
	{"size: 12 bytes are nobody's", "WORDS(m, HASH, 4, 8)", "socket", NO_DEBUG, AUTO, AUTO,
	 NULL, "12 bytes are too short"},

	/* same: nothing stands where they differ */
	{"same: 28 bytes, zeros", "WORDS(m, HASH, 4, 8, 5, 0, 0, 0)", "xdp", NO_DEBUG, AUTO,
	 KERNEL, "same", "the same map"},
	{"same: 28 bytes, zeros, flags", "WORDS(m, HASH, 4, 8, 5, 1, 0, 0)", "socket", NO_DEBUG,
	 AUTO, KERNEL, "same", "the same map"},
	{"same: 28 bytes, zeros, for tc", "WORDS(m, HASH, 4, 8, 5, 1, 0, 0)", "classifier",
	 NO_DEBUG, AUTO, IPROUTE2, "same", "the same map"},
	{"same: 24 bytes, zeros", "WORDS(m, HASH, 4, 8, 5, 0, 0)", "socket", NO_DEBUG, AUTO,
	 KERNEL, "same", "the same map"},
	{"same: 20 bytes, zeros", "WORDS(m, HASH, 4, 8, 5, 0)", "classifier", NO_DEBUG, AUTO,
	 IPROUTE2, "same", "the same map"},

	/* meaning: one reading cannot be */
	{"meaning: inner_map_idx in a map that holds no maps",
	 "WORDS(m, HASH, 4, 8, 5, 0, 3, 0)", "socket", NO_DEBUG, AUTO, IPROUTE2, "meaning",
	 "map 'm' would have inner_map_idx 3"},
	{"meaning: inner_map_idx in a map that holds no maps, 24 bytes",
	 "WORDS(m, HASH, 4, 8, 5, 1, 2)", "socket", NO_DEBUG, AUTO, IPROUTE2, "meaning",
	 "map 'm' would have inner_map_idx 2"},
	{"meaning: numa_node without BPF_F_NUMA_NODE", "WORDS(m, HASH, 4, 8, 5, 1, 0, 2)",
	 "cgroup/skb", NO_DEBUG, AUTO, IPROUTE2, "meaning", "numa_node 2 without"},
	{"meaning: flags that an array does not take", "WORDS(m, ARRAY, 4, 8, 5, 1)", "socket",
	 NO_DEBUG, AUTO, IPROUTE2, "meaning", "flags 0x1"},
	{"meaning: flags that an array of programs does not take",
	 "WORDS(m, JUMPS, 4, 4, 5, 2, 0)", "socket", NO_DEBUG, AUTO, IPROUTE2, "meaning",
	 "flags 0x2"},
	{"meaning: flags that an array of events does not take", "WORDS(m, EVENTS, 4, 4, 5, 1)",
	 "socket", NO_DEBUG, AUTO, IPROUTE2, "meaning", "flags 0x1"},
	{"meaning: flags that a hash does not take", "WORDS(m, HASH, 4, 8, 5, 2)", "socket",
	 NO_DEBUG, AUTO, IPROUTE2, "meaning", "flags 0x2"},
	{"meaning: flags that an LRU hash does not take", "WORDS(m, LRU, 4, 8, 5, 1)", "socket",
	 NO_DEBUG, AUTO, IPROUTE2, "meaning", "flags 0x1"},
	{"meaning: flags that no map has",
	 "WORDS(m, BPF_MAP_TYPE_STACK_TRACE, 4, 8, 5, 1 << 20)", "socket", NO_DEBUG, AUTO,
	 IPROUTE2, "meaning", "flags 0x100000"},
	{"meaning: one definition of several tells for all",
	 "WORDS(m, HASH, 4, 8, 5, 1);\nWORDS(n, ARRAY, 4, 8, 5, 2)", "socket", NO_DEBUG, AUTO,
	 IPROUTE2, "meaning", "map 'n' would have flags 0x2"},
	{"meaning: a tail-call section names the id", "WORDS(m, JUMPS, 4, 4, 5, 8)",
	 "socket 8/0", NO_DEBUG, AUTO, IPROUTE2, "meaning", "section '8/0' is a tail call"},
	{"meaning: a tail-call section names the id in hexadecimal",
	 "WORDS(m, JUMPS, 4, 4, 5, 16)", "socket 0x10/3", NO_DEBUG, AUTO, IPROUTE2, "meaning",
	 "section '0x10/3' is a tail call"},
	{"meaning: a map of maps needs inner_map_idx",
	 "WORDS(i, HASH, 4, 8, 5, 0, 0, 0);\nWORDS(i2, HASH, 4, 8, 5, 0, 0, 0);\n"
	 "WORDS(m, OUTER, 4, 4, 5, 0, 1, 0)",
	 "classifier", NO_DEBUG, AUTO, KERNEL, "meaning", "map 'm' holds maps"},
	{"meaning: an LPM trie needs flags", "WORDS(m, TRIE, 8, 8, 5, 1)", "classifier",
	 NO_DEBUG, AUTO, KERNEL, "meaning", "map 'm' is an LPM trie"},
	{"meaning: BPF_F_NUMA_NODE with a node", "WORDS(m, HASH, 4, 8, 5, 4, 0, 1)",
	 "classifier", NO_DEBUG, AUTO, KERNEL, "meaning", "map 'm' has BPF_F_NUMA_NODE"},
	{"meaning: a map of maps whose words are zero",
	 "WORDS(i, HASH, 4, 8, 5, 0, 0, 0);\n"
	 "WORDS(m, OUTER, 4, 4, 5, 0, 0, 0)",
	 "classifier", NO_DEBUG, AUTO, KERNEL, "meaning", "map 'm' holds maps"},
	{"meaning: against both: a map of maps, an inner_map_idx of no map",
	 "WORDS(m, OUTER, 4, 4, 5, 0, 7, 0)", "classifier", NO_DEBUG, AUTO, AUTO, NULL,
	 AMBIGUOUS},
	{"meaning: against both: an LPM trie, a numa_node without its flag",
	 "WORDS(m, TRIE, 8, 8, 5, 8, 0)", "classifier", NO_DEBUG, AUTO, AUTO, NULL, AMBIGUOUS},

	/* sections: whose programs are these */
	{"sections: for the kernel's samples", "WORDS(m, HASH, 4, 8, 5, 1)", "kprobe/sys_write",
	 OLD, AUTO, KERNEL, "sections", "kprobe/sys_write"},
	{"sections: for the kernel's samples, 24 bytes", "WORDS(m, HASH, 4, 8, 5, 1, 0)",
	 "xdp socket_1", OLD, AUTO, KERNEL, "sections", "socket_1"},

	/* age: iproute2's short structs lived when compilers gave symbols no types */
	{"age: 20 bytes", "WORDS(m, HASH, 4, 8, 5, 1)", "xdp", NO_DEBUG, AUTO, KERNEL, "age",
	 "2015"},
	{"age: 24 bytes", "WORDS(m, HASH, 4, 8, 5, 1, 0)", "xdp", NO_DEBUG, AUTO, KERNEL, "age",
	 "2015"},
	{"age: 20 bytes of an old compiler", "WORDS(m, HASH, 4, 8, 5, 1)", "xdp", OLD, AUTO,
	 KERNEL, "age", "2015"},
	{"age: 20 bytes of a recent compiler, for tc", "WORDS(m, HASH, 4, 8, 5, 1)",
	 "classifier", NO_DEBUG, AUTO, KERNEL, "age", "2015"},
	{"age: 20 bytes of an old compiler, for tc", "WORDS(m, HASH, 4, 8, 5, 1)", "classifier",
	 OLD, AUTO, AUTO, NULL, AMBIGUOUS},
	{"age: 20 bytes of an old compiler, for a tail call", "WORDS(m, HASH, 4, 8, 5, 1)",
	 "2/7", OLD, AUTO, AUTO, NULL, AMBIGUOUS},
	{"age: 24 bytes of an old compiler, for tc and the kernel",
	 "WORDS(m, HASH, 4, 8, 5, 1, 0)", "socket action", OLD, AUTO, AUTO, NULL, AMBIGUOUS},

	/* one section, several structs */
	{"several sizes: each is decided by itself",
	 "WORDS(k, HASH, 4, 8, 5);\nWORDS(m, HASH, 4, 8, 5, 0, 9, 0, 0, 0)", "xdp", NO_DEBUG,
	 AUTO, IPROUTE2, "size", "36 bytes"},
};

/* ---- the object ---- */

static void forget_machine(const char *object)
{
	size_t size;
	Elf64_Ehdr *header = read_file(object, &size);

	header->e_machine = EM_NONE;
	write_file(object, header, size);
	free(header);
}

static const char *build_case(const struct evidence_case *test)
{
	char text[4096], sections[128], *section, *rest = sections;
	int used = snprintf(text, sizeof(text), "%s%s;\n", prelude, test->maps);
	const char *object;

	snprintf(sections, sizeof(sections), "%s", test->sections);
	for (int i = 0; (section = strsep(&rest, " ")); i++)
		if (*section)
			used += snprintf(text + used, sizeof(text) - (size_t)used,
					 "SEC(\"%s\") int p%d(void *ctx) { return 0; }\n",
					 section, i);
	object = build_text("evidence", text,
			    test->debug == BTF || test->debug == DWARF_ONLY ? "-g" : "");
	if (test->debug == DWARF_ONLY)
		shell("%s -R .BTF -R .rel.BTF -R .BTF.ext -R .rel.BTF.ext %s",
		      llvm_tool("llvm-objcopy"), object);
	if (test->debug == OLD)
		forget_machine(object);
	return object;
}

/* ---- what comes out ---- */

static void dialect_is_decided(void **state)
{
	const struct evidence_case *test = *state;
	struct heard heard = {.kinds = 1u << BPF_LOADER_EVENT_DIALECT};
	const struct bpf_loader_opts opts = {
		.dialect = test->wish, .report = hear, .ctx = &heard};
	struct bpf_loader *loader = describe(build_case(test), &opts);
	const struct bpf_loader_map *map = bpf_loader_find_map(loader, "m");
	char wanted[64];

	assert_non_null(map);
	assert_string_equal(map_dialect_name(map->dialect), map_dialect_name(test->dialect));
	assert_string_equal(map->dialect_rule, test->rule);
	snprintf(wanted, sizeof(wanted), "dialect %s, by %s:", map_dialect_name(test->dialect),
		 test->rule);
	assert_contains(heard.texts, wanted);
	assert_contains(heard.texts, test->quote);
	assert_int_equal(map->max_entries, 5);
	bpf_loader_close(loader);
}

static void dialect_is_refused(void **state)
{
	const struct evidence_case *test = *state;
	const struct bpf_loader_opts opts = {.dialect = test->wish};

	assert_refused(bpf_loader_open(build_case(test), &opts), EINVAL, test->quote,
		       "section 'maps'", "map 'm'");
}

/* Whatever was ambiguous, the error shows both readings. */
static void dialect_is_ambiguous(void **state)
{
	const struct evidence_case *test = *state;

	assert_refused(bpf_loader_open(build_case(test), NULL), EINVAL, test->quote,
		       "section 'maps', map 'm'", "struct bpf_map_def (",
		       "struct bpf_elf_map (", "--dialect=kernel", "--dialect=iproute2");
}

/* Both readings, word by word, and both ways to say which. */
static void ambiguity_names_both_readings(void **state UNUSED)
{
	const struct evidence_case test = {.maps = "WORDS(m, HASH, 4, 8, 5, 1, 0)",
					   .sections = "classifier",
					   .debug = OLD};

	assert_refused(bpf_loader_open(build_case(&test), NULL), EINVAL,
		       "struct bpf_map_def (map_flags=1 inner_map_idx=0)",
		       "struct bpf_elf_map (id=1 pinning=0)", "--dialect=kernel",
		       "--dialect=iproute2", "-g");
}

/* Where something speaks against either, it is quoted beside the reading. */
static void ambiguity_quotes_the_doubts(void **state UNUSED)
{
	const struct evidence_case test = {.maps = "WORDS(m, OUTER, 4, 4, 5, 0, 7, 0)",
					   .sections = "classifier"};

	assert_refused(bpf_loader_open(build_case(&test), NULL), EINVAL,
		       "(map_flags=0 inner_map_idx=7 numa_node=0), though map 'm' would have "
		       "inner_map_idx 7 of 1 maps",
		       "(flags=0 id=7 pinning=0), though map 'm' holds maps");
}

/* The same bytes, two maps: the choice is what makes the difference. */
static void choice_changes_the_meaning(void **state UNUSED)
{
	const struct evidence_case test = {.maps = "WORDS(m, ARRAY, 4, 8, 5, 4, 2, 0)",
					   .sections = "xdp"};
	const char *object = build_case(&test);
	const struct bpf_loader_opts kernel = {.dialect = KERNEL},
				     iproute2 = {.dialect = IPROUTE2};
	struct bpf_loader *loader = describe(object, &kernel);

	assert_int_equal(find_map(loader, "m")->id, 0);
	bpf_loader_close(loader);
	loader = describe(object, &iproute2);
	assert_int_equal(find_map(loader, "m")->id, 2);
	bpf_loader_close(loader);
}

/* Members in an order of their own end in the right fields. */
static void btf_gives_every_field_its_place(void **state UNUSED)
{
	const struct evidence_case test = {
		.maps = "struct own { __u16 value_size; __u64 numa_node; __u8 type; __u32 "
			"max_entries, map_flags, key_size; } m SEC(\"maps\") = {8, 1, HASH, 5, "
			"5, 4}",
		.sections = "xdp",
		.debug = BTF};
	struct bpf_loader *loader = describe(build_case(&test), NULL);
	const struct bpf_loader_map *map = find_map(loader, "m");

	assert_int_equal(map->type, BPF_MAP_TYPE_HASH);
	assert_int_equal(map->key_size, 4);
	assert_int_equal(map->value_size, 8);
	assert_int_equal(map->max_entries, 5);
	assert_int_equal(map->map_flags, 5);
	assert_int_equal(map->numa_node, 1);
	bpf_loader_close(loader);
}

static struct CMUnitTest case_test(const struct evidence_case *test)
{
	CMUnitTestFunction function = dialect_is_decided;

	if (test->dialect == AUTO)
		function = strcmp(test->quote, AMBIGUOUS) ? dialect_is_refused
							  : dialect_is_ambiguous;
	return ROW_TEST(test->name, function, (void *)test);
}

static bool needs_objcopy(const struct CMUnitTest *test)
{
	const struct evidence_case *row = test->initial_state;

	return row && row->debug == DWARF_ONLY;
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		TEST(ambiguity_names_both_readings),
		TEST(ambiguity_quotes_the_doubts),
		TEST(choice_changes_the_meaning),
		TEST(btf_gives_every_field_its_place),
	};
	static struct CMUnitTest tests[ARRAY_SIZE(cases) + ARRAY_SIZE(more)];

	support_begin();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = case_test(&cases[i]);
	memcpy(tests + ARRAY_SIZE(cases), more, sizeof(more));
	skip_without("llvm-objcopy", tests, ARRAY_SIZE(tests), needs_objcopy);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
