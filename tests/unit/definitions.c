// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * definitions - each sample defines its maps twice, and the kernel must see no difference. tier: 1
 *
 * NAME_kern.o and NAME_kern.btf.o of every sample that is built are loaded side by side. Their maps
 * must agree in all that bpf_map_info and fdinfo say, but for the BTF ids of key and value, which
 * a legacy definition has only by BPF_ANNOTATE_KV_PAIR; where it has them, so must the other.
 * Their programs must agree in every instruction. Objects that the kernel loads neither of are
 * skipped, with its reason.
 */
#include "support.h"

#include "compare.h"

#include <glob.h>

#define OBJECTS_MAX 64

struct pair {
	char legacy[PATH_SIZE], btf[PATH_SIZE];
	char title[64];
};

/* Both objects of a sample, loaded. */
struct loaded {
	struct bpf_loader *legacy, *btf;
};

/* Pins go to different places: the second object must not find the first one's maps. */
static struct bpf_loader *load_one(const char *path, const char *pins)
{
	struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};

	opts.bpffs = work_path("bpffs/%s", pins);
	opts.pin_root = opts.bpffs;
	if (mkdir(opts.bpffs, 0700) && errno != EEXIST)
		fail_msg("%s: %s", opts.bpffs, strerror(errno));
	return try_load(path, &opts);
}

static struct loaded load_pair(const struct pair *pair)
{
	struct loaded loaded = {load_one(pair->legacy, "legacy"), load_one(pair->btf, "btf")};

	if (bpf_loader_error(loaded.legacy))
		fail_msg("%s", bpf_loader_error(loaded.legacy));
	if (bpf_loader_error(loaded.btf))
		fail_msg("%s", bpf_loader_error(loaded.btf));
	return loaded;
}

static void remove_pin(const struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++)
		if (bpf_loader_map(loader, i)->pin_path)
			unlink(bpf_loader_map(loader, i)->pin_path);
}

static void close_pair(const struct loaded *loaded)
{
	remove_pin(loaded->legacy);
	remove_pin(loaded->btf);
	bpf_loader_close(loaded->legacy);
	bpf_loader_close(loaded->btf);
}

static void compare_map(const struct bpf_loader_map *legacy, const struct bpf_loader_map *btf)
{
	struct bpf_map_info a = map_info(legacy->fd), b = map_info(btf->fd);

	print_message("# map '%s'\n", legacy->name);
	assert_int_not_equal(a.id, b.id);
	assert_string_equal(a.name, b.name);
	compare_map_fields(&a, &b);
	compare_fdinfo(legacy->fd, btf->fd);
	if (a.btf_key_type_id || a.btf_value_type_id) {
		assert_int_not_equal(b.btf_key_type_id, 0);
		assert_int_not_equal(b.btf_value_type_id, 0);
	}
}

static void maps_are_the_same(const struct loaded *loaded)
{
	assert_int_equal(bpf_loader_map_count(loaded->legacy),
			 bpf_loader_map_count(loaded->btf));
	for (size_t i = 0; i < bpf_loader_map_count(loaded->legacy); i++) {
		const struct bpf_loader_map *legacy = bpf_loader_map(loaded->legacy, i);

		compare_map(legacy, find_map(loaded->btf, legacy->name));
	}
}

static void programs_are_the_same(const struct loaded *loaded)
{
	assert_int_equal(bpf_loader_program_count(loaded->legacy),
			 bpf_loader_program_count(loaded->btf));
	for (size_t i = 0; i < bpf_loader_program_count(loaded->legacy); i++) {
		const struct bpf_loader_program *legacy = bpf_loader_program(loaded->legacy, i);
		const struct bpf_loader_program *btf = find_program(loaded->btf, legacy->name);

		assert_int_equal(legacy->type, btf->type);
		compare_instructions(legacy->name, "the legacy object", legacy->fd,
				     "the BTF object", btf->fd);
	}
}

static void definitions_are_the_same(void **state)
{
	struct loaded loaded = load_pair(*state);

	maps_are_the_same(&loaded);
	programs_are_the_same(&loaded);
	close_pair(&loaded);
}

/* Why the kernel loads neither of the two, NULL if it loads one. To be freed. */
static char *both_refused(const struct pair *pair)
{
	struct loaded loaded = {load_one(pair->legacy, "legacy"), load_one(pair->btf, "btf")};
	const char *error = bpf_loader_error(loaded.btf);
	char *why = NULL;

	if (error && bpf_loader_error(loaded.legacy))
		why = strndup(error, strcspn(error, "\n"));
	close_pair(&loaded);
	return why;
}

/* "build/samples/NAME_kern.o" and its twin. False if it is the twin itself. */
static bool fill_pair(struct pair *pair, const char *path)
{
	size_t length = strlen(path) - strlen(".o");
	const char *name = strrchr(path, '/') + 1;

	if (strstr(name, ".btf."))
		return false;
	snprintf(pair->legacy, sizeof(pair->legacy), "%s", path);
	snprintf(pair->btf, sizeof(pair->btf), "%.*s.btf.o", (int)length, path);
	snprintf(pair->title, sizeof(pair->title),
		 "%.*s: both definitions are one to the kernel",
		 (int)(strlen(name) - strlen("_kern.o")), name);
	return true;
}

static size_t find_pairs(struct pair *pairs)
{
	const char *build = getenv("BUILD");
	char pattern[PATH_SIZE];
	size_t count = 0;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/samples/*_kern.o", build ? build : "build");
	if (glob(pattern, 0, NULL, &found))
		bail_out(pattern);
	for (size_t i = 0; i < found.gl_pathc && count < OBJECTS_MAX; i++)
		count += fill_pair(&pairs[count], found.gl_pathv[i]);
	globfree(&found);
	return count;
}

int main(void)
{
	static struct CMUnitTest tests[OBJECTS_MAX];
	static struct pair pairs[OBJECTS_MAX];
	size_t count;

	support_begin();
	count = find_pairs(pairs);
	for (size_t i = 0; i < count; i++) {
		char *why = both_refused(&pairs[i]);

		tests[i] = ROW_TEST(pairs[i].title, definitions_are_the_same, &pairs[i]);
		if (why)
			skip_test(&tests[i], why);
		free(why);
	}
	return _cmocka_run_group_tests("definitions", tests, count, NULL, NULL);
}
