/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * matrix_rows: every way of defining maps, as tables, and the object that a row makes.
 *
 * build_row() compiles a source with one map of each type of `kinds` that the row's struct can
 * express on this kernel, and for each map one program that uses it alone. For after support.h.
 */
#ifndef TESTS_UNIT_MATRIX_ROWS_H
#define TESTS_UNIT_MATRIX_ROWS_H

#include "support.h"

/* ---- what a definition can express ---- */

enum ability {
	FLAGS = 1 << 0,
	INNER_IDX = 1 << 1, /* inner map by index */
	NUMA = 1 << 2,
	ID = 1 << 3,
	PINNING = 1 << 4,
	INNER_ID = 1 << 5,  /* inner map by id */
	INNER_PTR = 1 << 6, /* inner map by pointer */
	BTF_TYPES = 1 << 7, /* types of key and value; inner map as template */
	OWNER = 1 << 8,	    /* uid, gid and mode of a pin */
	INNER = INNER_IDX | INNER_ID | INNER_PTR | BTF_TYPES,
};

/* ---- map types ---- */

/* How the test reads what a program has written. */
enum storage {
	UNREADABLE,
	ELEMENT,
	PER_CPU,
	TRIE,
	QUEUE,
	BLOOM,
};

struct kind {
	const char *name;
	__u32 type;
	__u32 key, value, entries, flags; /* as the source says */
	unsigned int needs;		  /* abilities */
	const char *section;		  /* of the program, NULL: one that test_run knows */
	const char *use;		  /* a statement; MAP stands for the map */
	enum storage storage;
};

#define UPDATE	    "bpf_map_update_elem(&MAP, &key, &value, 0)"
#define PUSH	    "bpf_map_push_elem(&MAP, &value, 0)"
#define OUTPUT	    "bpf_perf_event_output(ctx, &MAP, BPF_F_CURRENT_CPU, &value, sizeof(value))"
#define LOOK_UP	    "bpf_map_lookup_elem(&MAP, &key)"
#define TRACEPOINT  "tracepoint/sched/sched_switch"
#define SOCKET_HASH "bpf_sk_redirect_hash(ctx, &MAP, &key, 0)"
#define SOCKET_DATA \
	"({ struct bpf_sock *sk = ctx->sk; sk ? bpf_sk_storage_get(&MAP, sk, 0, 1) : 0; })"

static const struct kind kinds[] = {
	/* The first one is the inner map of the maps of maps. */
	{"arr", BPF_MAP_TYPE_ARRAY, 4, 8, 3, 0, 0, NULL, UPDATE, ELEMENT},
	{"hash", BPF_MAP_TYPE_HASH, 4, 8, 5, 0, 0, NULL, UPDATE, ELEMENT},
	{"hash_lazy", BPF_MAP_TYPE_HASH, 4, 8, 6, BPF_F_NO_PREALLOC, FLAGS, NULL, UPDATE,
	 ELEMENT},
	{"arr_cpu", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 2, 0, 0, NULL, UPDATE, PER_CPU},
	{"hash_cpu", BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 7, 0, 0, NULL, UPDATE, PER_CPU},
	{"lru", BPF_MAP_TYPE_LRU_HASH, 4, 8, 64, 0, 0, NULL, UPDATE, ELEMENT},
	{"lru_cpu", BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 8, 32, 0, 0, NULL, UPDATE, PER_CPU},
	{"trie", BPF_MAP_TYPE_LPM_TRIE, 8, 8, 9, BPF_F_NO_PREALLOC, FLAGS, NULL,
	 "bpf_map_update_elem(&MAP, &prefix, &value, 0)", TRIE},
	{"stacks", BPF_MAP_TYPE_STACK_TRACE, 4, 128, 8, 0, 0, TRACEPOINT,
	 "bpf_get_stackid(ctx, &MAP, 0)", UNREADABLE},
	{"jumps", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 3, 0, 0, NULL, "bpf_tail_call(ctx, &MAP, 1)",
	 UNREADABLE},
	{"events", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0, 0, 0, NULL, OUTPUT, UNREADABLE},
	{"cgroups", BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 1, 0, 0, TRACEPOINT,
	 "bpf_current_task_under_cgroup(&MAP, 0)", UNREADABLE},
	{"devices", BPF_MAP_TYPE_DEVMAP, 4, 4, 8, 0, 0, "xdp", "bpf_redirect_map(&MAP, 0, 0)",
	 UNREADABLE},
	{"devices_hash", BPF_MAP_TYPE_DEVMAP_HASH, 4, 4, 8, 0, 0, "xdp",
	 "bpf_redirect_map(&MAP, 0, 0)", UNREADABLE},
	{"cpus", BPF_MAP_TYPE_CPUMAP, 4, 4, 1, 0, 0, "xdp", "bpf_redirect_map(&MAP, 0, 0)",
	 UNREADABLE},
	{"xsks", BPF_MAP_TYPE_XSKMAP, 4, 4, 2, 0, 0, "xdp", "bpf_redirect_map(&MAP, 0, 0)",
	 UNREADABLE},
	{"socks", BPF_MAP_TYPE_SOCKMAP, 4, 4, 4, 0, 0, "sk_skb",
	 "bpf_sk_redirect_map(ctx, &MAP, 0, 0)", UNREADABLE},
	{"socks_hash", BPF_MAP_TYPE_SOCKHASH, 4, 4, 4, 0, 0, "sk_skb", SOCKET_HASH, UNREADABLE},
	{"reuse", BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, 4, 8, 2, 0, 0, "sk_reuseport",
	 "bpf_sk_select_reuseport((void *)ctx, &MAP, &key, 0)", UNREADABLE},
	{"queue", BPF_MAP_TYPE_QUEUE, 0, 8, 4, 0, 0, NULL, PUSH, QUEUE},
	{"stack", BPF_MAP_TYPE_STACK, 0, 8, 4, 0, 0, NULL, PUSH, QUEUE},
	{"ring", BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0, 0, NULL,
	 "bpf_ringbuf_output(&MAP, &value, sizeof(value), 0)", UNREADABLE},
	{"bloom", BPF_MAP_TYPE_BLOOM_FILTER, 0, 8, 100, 0, 0, NULL, PUSH, BLOOM},
	{"cgroup_data", BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0, 0, 0, "cgroup/skb",
	 "bpf_get_local_storage(&MAP, 0)", UNREADABLE},
	{"socket_data", BPF_MAP_TYPE_SK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC, BTF_TYPES,
	 "cgroup/skb", SOCKET_DATA, UNREADABLE},
	{"outer", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2, 0, INNER, NULL, LOOK_UP, UNREADABLE},
	{"outer_hash", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 3, 0, INNER, NULL, LOOK_UP, UNREADABLE},
};

/* Types whose keys and values the kernel lets BTF describe. */
static inline bool described_by_btf(const struct kind *kind)
{
	return kind->storage == ELEMENT || kind->storage == PER_CPU ||
	       kind->type == BPF_MAP_TYPE_SK_STORAGE;
}

static inline bool holds_maps(const struct kind *kind)
{
	return kind->type == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
	       kind->type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

/* Asked once a type: the answer takes a syscall. */
static inline bool kernel_has(const struct kind *kind)
{
	static signed char known[64];
	signed char *answer = &known[kind->type % ARRAY_SIZE(known)];

	if (!*answer) {
		*answer = libbpf_probe_bpf_map_type((enum bpf_map_type)kind->type, NULL) == 1
				  ? 1
				  : -1;
		if (*answer < 0)
			print_message("# this kernel has no map type of '%s'\n", kind->name);
	}
	return *answer > 0;
}

/* ---- the ways to write a definition ---- */

enum form {
	LEGACY,
	BTF_2019, /* fields are numbers with initial values */
	BTF_NOW,  /* fields are pointers to arrays and types */
	MIXED,	  /* in turns LEGACY and BTF_NOW */
};

struct row {
	const char *name;
	enum form form;
	const char *members; /* of the struct that LEGACY uses */
	const char *struct_name;
	const char *words[5]; /* its names for type, key size, value size, entries, flags */
	const char *section;
	unsigned int abilities, abilities_plain; /* with and without -g */
	enum bpf_loader_dialect dialect, dialect_plain;
	const char *run_section;
	size_t size; /* of a definition, bytes */
};

#define KERNEL_WORDS                                                         \
	{                                                                    \
		"type", "key_size", "value_size", "max_entries", "map_flags" \
	}
#define IPROUTE2_WORDS                                                \
	{                                                             \
		"type", "size_key", "size_value", "max_elem", "flags" \
	}
#define GOEBPF_WORDS                                                             \
	{                                                                        \
		"map_type", "key_size", "value_size", "max_entries", "map_flags" \
	}
#define HEAD_KERNEL   "__u32 type, key_size, value_size, max_entries"
#define HEAD_IPROUTE2 "__u32 type, size_key, size_value, max_elem"
#define HEAD_28	      HEAD_KERNEL ", map_flags, inner_map_idx, numa_node"

#define KERNEL_ROW(size, members, abilities, abilities_plain, plain)                         \
	{                                                                                    \
		"kernel bpf_map_def, " #size " bytes", LEGACY, members, "bpf_map_def",       \
			KERNEL_WORDS, "maps", abilities, abilities_plain, BPF_LOADER_KERNEL, \
			plain, "socket", size                                                \
	}

#define IPROUTE2_ROW(size, members, abilities, plain)                                      \
	{                                                                                  \
		"iproute2 bpf_elf_map, " #size " bytes", LEGACY, members, "bpf_elf_map",   \
			IPROUTE2_WORDS, "maps", abilities, abilities, BPF_LOADER_IPROUTE2, \
			plain, "classifier", size                                          \
	}

static const struct row rows[] = {
	KERNEL_ROW(16, HEAD_KERNEL ";", 0, 0, BPF_LOADER_KERNEL),
	KERNEL_ROW(20, HEAD_KERNEL ", map_flags;", FLAGS, FLAGS, BPF_LOADER_KERNEL),
	KERNEL_ROW(24, HEAD_KERNEL ", map_flags, inner_map_idx;", FLAGS | INNER_IDX,
		   FLAGS | INNER_IDX, BPF_LOADER_KERNEL),
	KERNEL_ROW(28, HEAD_28 ";", FLAGS | INNER_IDX | NUMA, FLAGS | INNER_IDX | NUMA,
		   BPF_LOADER_KERNEL),
	/* A struct that somebody made longer: fine as long as the rest is zero. */
	KERNEL_ROW(32, HEAD_28 ", own;", FLAGS | INNER_IDX | NUMA, FLAGS | INNER_IDX | NUMA,
		   BPF_LOADER_KERNEL),
	KERNEL_ROW(36, HEAD_28 ", own[2];", FLAGS | INNER_IDX | NUMA, FLAGS,
		   BPF_LOADER_IPROUTE2),
	KERNEL_ROW(40, HEAD_28 ", own[3];", FLAGS | INNER_IDX | NUMA, FLAGS, BPF_LOADER_GOEBPF),
	KERNEL_ROW(64, HEAD_28 ", own[9];", FLAGS | INNER_IDX | NUMA, FLAGS | INNER_IDX | NUMA,
		   BPF_LOADER_KERNEL),

	IPROUTE2_ROW(16, HEAD_IPROUTE2 ";", 0, BPF_LOADER_KERNEL),
	IPROUTE2_ROW(20, HEAD_IPROUTE2 ", id;", ID, BPF_LOADER_IPROUTE2),
	IPROUTE2_ROW(24, HEAD_IPROUTE2 ", id, pinning;", ID | PINNING, BPF_LOADER_IPROUTE2),
	IPROUTE2_ROW(28, HEAD_IPROUTE2 ", flags, id, pinning;", FLAGS | ID | PINNING,
		     BPF_LOADER_IPROUTE2),
	IPROUTE2_ROW(36, HEAD_IPROUTE2 ", flags, id, pinning, inner_id, inner_idx;",
		     FLAGS | ID | PINNING | INNER_ID, BPF_LOADER_IPROUTE2),

	{"gobpf maps/NAME, 280 bytes", LEGACY,
	 HEAD_KERNEL ", map_flags, pinning; char namespace[256];", "bpf_map_def", KERNEL_WORDS,
	 "maps/NAME", FLAGS | PINNING, FLAGS | PINNING, BPF_LOADER_GOBPF, BPF_LOADER_GOBPF,
	 "socket", 280},
	{"kernel bpf_map_def in maps/NAME, 20 bytes", LEGACY, HEAD_KERNEL ", map_flags;",
	 "bpf_map_def", KERNEL_WORDS, "maps/NAME", FLAGS, FLAGS, BPF_LOADER_KERNEL,
	 BPF_LOADER_KERNEL, "socket", 20},
	{"kernel bpf_map_def in maps/NAME, 28 bytes", LEGACY, HEAD_28 ";", "bpf_map_def",
	 KERNEL_WORDS, "maps/NAME", FLAGS | NUMA, FLAGS | NUMA, BPF_LOADER_KERNEL,
	 BPF_LOADER_KERNEL, "socket", 28},
	{"gobpf maps/NAME, 284 bytes", LEGACY,
	 HEAD_KERNEL ", map_flags, inner_map_idx, pinning; char namespace[256];", "bpf_map_def",
	 KERNEL_WORDS, "maps/NAME", FLAGS | PINNING, FLAGS | PINNING, BPF_LOADER_GOBPF,
	 BPF_LOADER_GOBPF, "socket", 284},
	{"Android bpf_map_def, 32 bytes", LEGACY, HEAD_KERNEL ", map_flags, uid, gid, mode;",
	 "bpf_map_def", KERNEL_WORDS, "maps", FLAGS | OWNER, FLAGS | OWNER, BPF_LOADER_KERNEL,
	 BPF_LOADER_ANDROID, "skfilter/x", 32},
	{"kernel bpf_map_def in lirc_mode2/maps, 28 bytes", LEGACY, HEAD_28 ";", "bpf_map_def",
	 KERNEL_WORDS, "lirc_mode2/maps", FLAGS | INNER_IDX | NUMA, FLAGS | INNER_IDX | NUMA,
	 BPF_LOADER_KERNEL, BPF_LOADER_KERNEL, "socket", 28},
	{"goebpf bpf_map_def, 40 bytes", LEGACY,
	 "__u32 map_type, key_size, value_size, max_entries, map_flags; void *inner_map_def; "
	 "const char *persistent_path;",
	 "bpf_map_def", GOEBPF_WORDS, "maps", FLAGS | INNER_PTR, FLAGS | INNER_PTR,
	 BPF_LOADER_GOEBPF, BPF_LOADER_GOEBPF, "socket_filter", 40},

	{.name = "BTF .maps of 2019, fields with values",
	 .form = BTF_2019,
	 .words = KERNEL_WORDS,
	 .section = ".maps",
	 .abilities = FLAGS | NUMA,
	 .dialect = BPF_LOADER_BTF,
	 .run_section = "classifier"},
	{.name = "BTF .maps",
	 .form = BTF_NOW,
	 .words = KERNEL_WORDS,
	 .section = ".maps",
	 .abilities = FLAGS | NUMA | BTF_TYPES,
	 .dialect = BPF_LOADER_BTF,
	 .run_section = "classifier"},
	{.name = "maps and .maps in one object",
	 .form = MIXED,
	 .members = HEAD_28 ";",
	 .struct_name = "bpf_map_def",
	 .words = KERNEL_WORDS,
	 .section = "maps",
	 .abilities = FLAGS | NUMA,
	 .dialect = BPF_LOADER_KERNEL,
	 .run_section = "classifier",
	 .size = 28},
};

/* One test: a row, with -g or without. */
struct test_case {
	const struct row *row;
	bool with_btf;
	char title[80];
};

static inline unsigned int abilities(const struct test_case *test)
{
	return test->with_btf ? test->row->abilities : test->row->abilities_plain;
}

static inline bool expressible(const struct test_case *test, const struct kind *kind)
{
	if (!kernel_has(kind))
		return false;
	if (kind->needs == INNER)
		return (abilities(test) & INNER) != 0;
	return (kind->needs & ~abilities(test)) == 0;
}

static inline enum form form_of(const struct test_case *test, size_t index)
{
	if (test->row->form != MIXED)
		return test->row->form;
	return index % 2 ? BTF_NOW : LEGACY;
}

static inline enum bpf_loader_dialect dialect_of(const struct test_case *test, size_t index)
{
	if (form_of(test, index) != LEGACY)
		return BPF_LOADER_BTF;
	return test->with_btf ? test->row->dialect : test->row->dialect_plain;
}

/* ---- writing the source ---- */

/* iproute2's ids start high, lest one of them could be the flags of a kernel definition. */
static inline __u32 id_of(size_t index)
{
	return 1000 + (__u32)index;
}

static inline __u64 value_of(size_t index)
{
	return 0x5eed0000 + index;
}

static inline void write_legacy(FILE *out, const struct test_case *test, size_t index)
{
	const struct kind *kind = &kinds[index];
	const char *const *words = test->row->words;
	unsigned int able = abilities(test);
	bool outer = holds_maps(kind);

	fprintf(out, "struct %s %s SEC(\"%s%s\") = {.%s = %u, .%s = %u, .%s = %u, .%s = %u",
		test->row->struct_name, kind->name,
		strcmp(test->row->section, "maps/NAME") ? test->row->section : "maps/",
		strcmp(test->row->section, "maps/NAME") ? "" : kind->name, words[0], kind->type,
		words[1], kind->key, words[2], kind->value, words[3], kind->entries);
	if (able & FLAGS)
		fprintf(out, ", .%s = %u", words[4], kind->flags);
	if (able & OWNER)
		fprintf(out, ", .uid = 0, .gid = 3003, .mode = 0660");
	if (able & ID)
		fprintf(out, ", .id = %u", id_of(index));
	if (able & INNER_ID)
		fprintf(out, ", .inner_id = %u, .inner_idx = -1", outer ? id_of(0) : 0);
	if (outer && able & INNER_IDX)
		fprintf(out, ", .inner_map_idx = 0");
	if (outer && able & INNER_PTR)
		fprintf(out, ", .inner_map_def = &%s", kinds[0].name);
	fprintf(out, "};\n");
}

static inline void write_2019(FILE *out, size_t index)
{
	const struct kind *kind = &kinds[index];

	fprintf(out, "struct { __u32 type, max_entries, map_flags, key_size, value_size; } ");
	fprintf(out,
		"%s SEC(\".maps\") = {.type = %u, .max_entries = %u, .map_flags = %u, "
		".key_size = %u, .value_size = %u};\n",
		kind->name, kind->type, kind->entries, kind->flags, kind->key, kind->value);
}

static inline void write_now(FILE *out, size_t index)
{
	const struct kind *kind = &kinds[index];

	fprintf(out, "struct { __uint(type, %u); __uint(max_entries, %u);", kind->type,
		kind->entries);
	if (kind->flags)
		fprintf(out, " __uint(map_flags, %u);", kind->flags);
	if (described_by_btf(kind))
		fprintf(out, " __type(key, __u32); __type(value, __u64);");
	else
		fprintf(out, " __uint(key_size, %u); __uint(value_size, %u);", kind->key,
			kind->value);
	if (holds_maps(kind))
		fprintf(out,
			" __array(values, struct { __uint(type, %u); __uint(max_entries, %u); "
			"__type(key, __u32); __type(value, __u64); });",
			kinds[0].type, kinds[0].entries);
	fprintf(out, " } %s SEC(\".maps\");\n", kind->name);
}

static inline void write_map(FILE *out, const struct test_case *test, size_t index)
{
	switch (form_of(test, index)) {
	case LEGACY: write_legacy(out, test, index); break;
	case BTF_2019: write_2019(out, index); break;
	default: write_now(out, index); break;
	}
}

static inline void write_program(FILE *out, const struct test_case *test, size_t index)
{
	const struct kind *kind = &kinds[index];

	fprintf(out,
		"#define MAP %s\n"
		"SEC(\"%s\") int use_%s(struct __sk_buff *ctx)\n"
		"{\n"
		"\t__u32 key = 1, prefix[2] = {32, 1};\n"
		"\t__u64 value = %lluu;\n"
		"\t(void)key, (void)prefix, (void)value;\n"
		"\t(void)%s;\n"
		"\treturn 1;\n"
		"}\n"
		"#undef MAP\n",
		kind->name, kind->section ? kind->section : test->row->run_section, kind->name,
		(unsigned long long)value_of(index), kind->use);
}

static inline void write_source(FILE *out, const struct test_case *test)
{
	fprintf(out, "#define BPF_NO_MAP_DEF\n"
		     "#include <linux/bpf.h>\n"
		     "#include <bpf/bpf_helpers.h>\n");
	if (test->row->struct_name)
		fprintf(out, "struct %s { %s };\n", test->row->struct_name, test->row->members);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (expressible(test, &kinds[i]))
			write_map(out, test, i);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (expressible(test, &kinds[i]))
			write_program(out, test, i);
	fprintf(out, "char _license[] SEC(\"license\") = \"GPL\";\n");
}

static inline const char *build_row(const struct test_case *test)
{
	const char *object;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	write_source(out, test);
	assert_int_equal(fclose(out), 0);
	object = build_text("matrix", text, test->with_btf ? "-g" : "");
	free(text);
	return object;
}

#endif
