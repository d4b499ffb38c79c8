// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare_kernel: see compare_kernel.h. Collects facts of each side as texts, then compares texts.
 * What the instructions of a program become is in program_text.c.
 */
#include "compare_kernel.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/map_spec.h"
#include "loader/prog_spec.h"
#include "object_text.h"
#include "output.h"
#include "program_text.h"
#include "type_shape.h"
#include "words.h"

/* ---- facts: what one side says ---- */

struct fact {
	const char *field;
	char *text;
	char *shape;  /* what is compared where that is more than the text; or NULL */
	bool is_gift; /* an empty one is no difference */
	bool is_id;   /* never a difference */
};

#define FACTS_MAX 24

struct facts {
	struct fact list[FACTS_MAX];
	size_t count;
	char *program; /* instructions */
	char *unnamed; /* the same without names of functions; NULL where there are none */
};

static struct fact *add(struct facts *facts, const char *field, char *text)
{
	struct fact *fact = &facts->list[facts->count++];

	*fact = (struct fact){.field = field, .text = text};
	return fact;
}

static void facts_release(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		free(facts->list[i].text);
		free(facts->list[i].shape);
	}
	facts->count = 0;
	free(facts->program);
	free(facts->unnamed);
	facts->program = facts->unnamed = NULL;
}

static bool fail(const char *kind, const char *name)
{
	complain("%s '%s': the kernel does not say what it is: %s", kind, name,
		 strerror(errno));
	return false;
}

/* ---- facts of maps ---- */

/* What fdinfo says of a map besides what bpf_map_info does. */
static void add_fdinfo(struct facts *facts, int fd)
{
	static const char *const keys[] = {"frozen", "owner_prog_type", "owner_jited"};
	char path[64], line[256], name[32], value[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (sscanf(line, "%31[^:]: %63s", name, value) == 2 &&
			    !strcmp(name, keys[i]))
				add(facts, keys[i], text_of("%s", value));
	if (file)
		fclose(file);
}

static void add_type(struct facts *facts, const char *field, const struct btf *btf, __u32 id)
{
	struct fact *fact = add(facts, field, type_text(btf, id));

	fact->shape = type_shape(btf, id);
	fact->is_gift = true;
}

static void add_id(struct facts *facts, const char *field, __u32 id)
{
	add(facts, field, id ? text_of("%u", id) : text_of("%s", ""))->is_id = true;
}

static void add_types(struct facts *facts, const struct bpf_map_info *info)
{
	struct btf *btf = info->btf_id ? btf__load_from_kernel_by_id(info->btf_id) : NULL;

	add_type(facts, "key type", btf, btf ? info->btf_key_type_id : 0);
	add_type(facts, "value type", btf, btf ? info->btf_value_type_id : 0);
	btf__free(btf);
	add_id(facts, "btf_id", info->btf_id);
	add_id(facts, "btf_key_type_id", info->btf_key_type_id);
	add_id(facts, "btf_value_type_id", info->btf_value_type_id);
}

/* Slots worth a look; a map of more is compared as far as this. */
#define SLOTS_MOST 65536

static bool holds_ids(__u32 type)
{
	return type == BPF_MAP_TYPE_PROG_ARRAY || map_type_holds_maps(type);
}

/* "0: inner_a": a key of a map whose values are ids of maps or programs. NULL: an empty slot. */
static char *slot_text(const struct kernel_side *side, const struct bpf_map_info *info, int fd,
		       const unsigned char *key)
{
	char *text = NULL, hex[64];
	size_t size;
	FILE *out;
	__u32 id;

	if (bpf_map_lookup_elem(fd, key, &id))
		return NULL;
	out = must(open_memstream(&text, &size));
	words_hex(key, info->key_size, 8, hex, sizeof(hex));
	fprintf(out, "%s: ", hex);
	if (info->type == BPF_MAP_TYPE_PROG_ARRAY)
		program_text_program(side, id, out);
	else
		program_text_map(side, id, out);
	fclose(out);
	return must(text);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Joined by ", ", sorted: a hash gives its keys in an order of its own. Frees the texts. */
static char *join_slots(char **slots, size_t count)
{
	char *text = NULL;
	size_t size;
	FILE *out = must(open_memstream(&text, &size));

	qsort(slots, count, sizeof(*slots), by_text);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%s%s", i ? ", " : "", slots[i]);
		free(slots[i]);
	}
	fclose(out);
	free(slots);
	return must(text);
}

static char *slots_text(const struct kernel_side *side, const struct bpf_map_info *info, int fd)
{
	unsigned char *key = must(calloc(2, info->key_size)), *last = NULL;
	char **slots = must(calloc(1, sizeof(*slots)));
	size_t count = 0;

	for (int i = 0; i < SLOTS_MOST && !bpf_map_get_next_key(fd, last, key); i++) {
		last = memmove(key + info->key_size, key, info->key_size);
		slots = must(reallocarray(slots, count + 1, sizeof(*slots)));
		slots[count] = slot_text(side, info, fd, key);
		count += slots[count] != NULL;
	}
	free(key);
	return join_slots(slots, count);
}

/* More than this is no page of variables. */
#define VALUE_MOST (1u << 20)

/* Bytes of an array's only element. */
static char *value_text(const struct bpf_map_info *info, int fd)
{
	unsigned char *value = must(calloc(1, info->value_size));
	char *text;
	__u32 key = 0;

	if (bpf_map_lookup_elem(fd, &key, value))
		text = text_of("%s", "");
	else
		text = words_bytes(value, info->value_size);
	free(value);
	return text;
}

static void add_contents(struct facts *facts, const struct kernel_side *side,
			 const struct bpf_map_info *info, int fd)
{
	if (holds_ids(info->type))
		add(facts, "slots", slots_text(side, info, fd));
	else if (info->type == BPF_MAP_TYPE_ARRAY && info->max_entries == 1 &&
		 info->value_size <= VALUE_MOST)
		add(facts, "contents", value_text(info, fd));
}

static char *flags_text(__u32 flags)
{
	char names[WORDS_ROOM];

	words_flags(flags, names, sizeof(names));
	return text_of("0x%x%s%s", flags, names[0] ? " " : "", names);
}

static bool map_facts(struct facts *facts, const struct kernel_side *side,
		      const struct named_fd *map)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(map->fd, &info, &size))
		return fail("map", map->name);
	add(facts, "type", text_of("%s", map_type_name(info.type)));
	add(facts, "key_size", text_of("%u", info.key_size));
	add(facts, "value_size", text_of("%u", info.value_size));
	add(facts, "max_entries", text_of("%u", info.max_entries));
	add(facts, "map_flags", flags_text(info.map_flags));
	add(facts, "map_extra", text_of("%llu", (unsigned long long)info.map_extra));
	add_fdinfo(facts, map->fd);
	add_contents(facts, side, &info, map->fd);
	add_types(facts, &info);
	return true;
}

/* ---- facts of programs ---- */

/* Names of the maps that a program holds on to, sorted: the order is that of first use. */
static char *used_maps(const struct kernel_side *side, const struct program_dump *dump)
{
	char **names = must(calloc(dump->map_count + 1, sizeof(*names)));
	char *text = text_of("%s", ""), *longer;
	size_t size;

	for (__u32 i = 0; i < dump->map_count; i++) {
		FILE *out = must(open_memstream(&names[i], &size));

		program_text_map(side, dump->maps[i], out);
		fclose(out);
	}
	qsort(names, dump->map_count, sizeof(*names), by_text);
	for (__u32 i = 0; i < dump->map_count; i++) {
		longer = text_of("%s%s%s", text, i ? ", " : "", names[i]);
		free(text);
		free(names[i]);
		text = longer;
	}
	free(names);
	return text;
}

static bool program_facts(struct facts *facts, const struct kernel_side *side,
			  const struct named_fd *program)
{
	struct program_dump dump;

	if (!program_dump(&dump, program->fd))
		return fail("program", program->name);
	add(facts, "type", text_of("%s", prog_type_name(dump.info.type)));
	add(facts, "name", text_of("%.*s", BPF_OBJ_NAME_LEN, dump.info.name));
	add(facts, "gpl_compatible", text_of("%u", dump.info.gpl_compatible));
	add(facts, "attach_btf_id", text_of("%u", dump.info.attach_btf_id));
	add(facts, "maps", used_maps(side, &dump));
	add(facts, "functions", text_of("%u", dump.func_count ? dump.func_count : 1));
	add_id(facts, "btf_id", dump.info.btf_id);
	facts->program = program_text(side, &dump);
	add(facts, "instructions", text_of("%u", dump.insn_count))->shape =
		must(strdup(facts->program));
	if (!dump.numbers) {
		program_dump_forget_names(&dump);
		facts->unnamed = program_text(side, &dump);
	}
	program_dump_release(&dump);
	return true;
}

/* ---- two sides ---- */

static bool differ(const struct fact *a, const struct fact *b)
{
	if (a->is_id || (a->is_gift && (!a->text[0] || !b->text[0])))
		return false;
	return strcmp(a->shape ? a->shape : a->text, b->shape ? b->shape : b->text) != 0;
}

static const struct fact *find(const struct facts *facts, const char *field)
{
	static const struct fact none = {.text = ""};

	for (size_t i = 0; i < facts->count; i++)
		if (!strcmp(facts->list[i].field, field))
			return &facts->list[i];
	return &none;
}

/* Programs of the same length differ somewhere: the place says more than two equal numbers. */
static void show_first_difference(const struct facts *a, const struct facts *b,
				  struct kernel_row *row)
{
	free(row->a);
	free(row->b);
	first_difference(a->program, b->program, &row->a, &row->b);
	row->field = "first different instruction";
}

static void add_row(struct kernel_pair *pair, const struct fact *a, const struct fact *b)
{
	struct kernel_row *row = &pair->rows[pair->row_count++];

	*row = (struct kernel_row){
		.field = a->field ? a->field : b->field,
		.a = must(strdup(a->text)),
		.b = must(strdup(b->text)),
		.differs = differ(a, b),
	};
	pair->same &= !row->differs;
}

static void add_rows(struct kernel_pair *pair, const struct facts *a, const struct facts *b)
{
	struct kernel_row *last;

	pair->rows = must(calloc(2 * FACTS_MAX + 1, sizeof(*pair->rows)));
	for (size_t i = 0; i < a->count; i++)
		add_row(pair, &a->list[i], find(b, a->list[i].field));
	for (size_t i = 0; i < b->count; i++)
		if (!find(a, b->list[i].field)->field)
			add_row(pair, find(a, b->list[i].field), &b->list[i]);
	if (!pair->is_program)
		return;
	pair->text_a = must(strdup(a->program));
	pair->text_b = must(strdup(b->program));
	last = &pair->rows[pair->row_count - 1];
	if (last->differs && !strcmp(last->a, last->b))
		show_first_difference(a, b, last);
}

/* Where one side has no names, the other's are none either. */
static void drop_names(struct facts *facts)
{
	struct fact *last = &facts->list[facts->count - 1];

	free(facts->program);
	free(last->shape);
	facts->program = facts->unnamed;
	facts->unnamed = NULL;
	last->shape = must(strdup(facts->program));
}

typedef bool (*facts_of)(struct facts *, const struct kernel_side *, const struct named_fd *);

static bool compare_pair(struct kernel_pair *pair, const struct kernel_side *side_a,
			 const struct kernel_side *side_b)
{
	const facts_of facts = pair->is_program ? program_facts : map_facts;
	const struct named_fd in_a = {pair->name, pair->fd_a}, in_b = {pair->name, pair->fd_b};
	struct facts a = {0}, b = {0};
	bool good = facts(&a, side_a, &in_a) && facts(&b, side_b, &in_b);

	if (good && !a.unnamed != !b.unnamed)
		drop_names(a.unnamed ? &a : &b);
	if (good)
		add_rows(pair, &a, &b);
	facts_release(&a);
	facts_release(&b);
	return good;
}

static int fd_of(const struct named_fd *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return list[i].fd;
	return -1;
}

static struct kernel_pair *add_pair(struct kernel_comparison *comparison, const char *name,
				    bool is_program, int fd_a, int fd_b)
{
	struct kernel_pair *pair = &comparison->pairs[comparison->count++];

	*pair = (struct kernel_pair){.name = name,
				     .is_program = is_program,
				     .fd_a = fd_a,
				     .fd_b = fd_b,
				     .same = fd_a >= 0 && fd_b >= 0};
	return pair;
}

static void pair_lists(struct kernel_comparison *comparison, bool is_program,
		       const struct named_fd *a, size_t count_a, const struct named_fd *b,
		       size_t count_b)
{
	for (size_t i = 0; i < count_a; i++)
		add_pair(comparison, a[i].name, is_program, a[i].fd,
			 fd_of(b, count_b, a[i].name));
	for (size_t i = 0; i < count_b; i++)
		if (fd_of(a, count_a, b[i].name) < 0)
			add_pair(comparison, b[i].name, is_program, -1, b[i].fd);
}

bool kernel_compare(struct kernel_comparison *comparison, const struct kernel_side *a,
		    const struct kernel_side *b)
{
	size_t most = a->map_count + b->map_count + a->program_count + b->program_count;

	*comparison = (struct kernel_comparison){.same = true};
	comparison->pairs = must(calloc(most + 1, sizeof(*comparison->pairs)));
	pair_lists(comparison, false, a->maps, a->map_count, b->maps, b->map_count);
	pair_lists(comparison, true, a->programs, a->program_count, b->programs,
		   b->program_count);
	for (size_t i = 0; i < comparison->count; i++) {
		struct kernel_pair *pair = &comparison->pairs[i];

		if (pair->fd_a >= 0 && pair->fd_b >= 0 && !compare_pair(pair, a, b))
			return false;
		comparison->same &= pair->same;
	}
	return true;
}

/* ---- the end ---- */

static void pair_release(struct kernel_pair *pair)
{
	for (size_t i = 0; i < pair->row_count; i++) {
		free(pair->rows[i].a);
		free(pair->rows[i].b);
	}
	free(pair->rows);
	free(pair->text_a);
	free(pair->text_b);
}

void kernel_comparison_release(struct kernel_comparison *comparison)
{
	for (size_t i = 0; i < comparison->count; i++)
		pair_release(&comparison->pairs[i]);
	free(comparison->pairs);
	*comparison = (struct kernel_comparison){0};
}

/* Contents of a map can be long; a sentence has no use for all of them. */
#define WORDS_MOST 72

/* "max_entries 4 and 8". To be freed. */
static char *difference_words(const struct kernel_row *row)
{
	const char *a = row->a[0] ? row->a : "none", *b = row->b[0] ? row->b : "none";

	return text_of("%s %.*s%s and %.*s%s", row->field, WORDS_MOST, a,
		       strlen(a) > WORDS_MOST ? "…" : "", WORDS_MOST, b,
		       strlen(b) > WORDS_MOST ? "…" : "");
}

char *kernel_pair_words(const struct kernel_pair *pair)
{
	const char *kind = pair->is_program ? "program" : "map";
	char *text = text_of("%s", ""), *words, *longer;

	if (pair->fd_a < 0 || pair->fd_b < 0) {
		free(text);
		return text_of("%s '%s' is only in %s", kind, pair->name,
			       pair->fd_a < 0 ? "B" : "A");
	}
	for (size_t i = 0; i < pair->row_count; i++) {
		if (!pair->rows[i].differs)
			continue;
		words = difference_words(&pair->rows[i]);
		if (text[0])
			longer = text_of("%s, %s", text, words);
		else
			longer = text_of("%s '%s': %s", kind, pair->name, words);
		free(words);
		free(text);
		text = longer;
	}
	return text;
}
