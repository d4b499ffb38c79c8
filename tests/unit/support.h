/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * support: what the unit tests that talk to the kernel share.
 *
 * Include it first; it brings cmocka and the handle API. Every test program
 *
 *  - runs at the top of the tree, where the sources are that it compiles;
 *  - starts with support_begin(), which ends it as skipped where bpf(2) is not allowed, and
 *    else gives it a directory of its own, in a mount namespace of its own, with a bpffs in it;
 *  - gives every test count_descriptors and check_descriptors: a test that leaves a file
 *    descriptor behind fails.
 *
 * Functions that cannot do their work fail the test and say why. A test that cannot run here is
 * marked by skip_test() before the run; cmocka's own skip() prints what TAP counts as failed.
 */
#ifndef TESTS_UNIT_SUPPORT_H
#define TESTS_UNIT_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Every test takes the state that cmocka hands it, and few need it. */
#define UNUSED __attribute__((unused))

/* One test of a group, with the check for descriptors around it. */
#define TEST(function)                                                          \
	{                                                                       \
#function, function, count_descriptors, check_descriptors, NULL \
	}

/* The same function under a name of its own, once for each row of a table. */
#define ROW_TEST(title, function, row) \
	((struct CMUnitTest){title, function, count_descriptors, check_descriptors, row})

#define PATH_SIZE 512

static char work_dir[PATH_SIZE / 4];
static char bpffs_dir[PATH_SIZE / 2]; /* "bpffs" in it */

/* ---- the frame around all tests ---- */

static inline int remove_entry(const char *path, const struct stat *st UNUSED, int flag UNUSED,
			       struct FTW *ftw UNUSED)
{
	return remove(path);
}

static inline void remove_work_dir(void)
{
	umount2(bpffs_dir, MNT_DETACH);
	nftw(work_dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Ends the program with TAP's "all skipped" unless the kernel lets us make a map. */
static inline void need_bpf(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "probe", 4, 4, 1, NULL);

	if (fd < 0) {
		printf("1..0 # SKIP this needs root and a kernel with BPF: %s\n",
		       strerror(errno));
		exit(0);
	}
	close(fd);
}

static inline void bail_out(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Makes the work directory and its bpffs, both gone when the program ends. */
static inline void support_begin(void)
{
	const char *tmp = getenv("TMPDIR");

	need_bpf();
	snprintf(work_dir, sizeof(work_dir), "%s/bpf_load.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(work_dir))
		bail_out(work_dir);
	atexit(remove_work_dir);
	snprintf(bpffs_dir, sizeof(bpffs_dir), "%s/bpffs", work_dir);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mkdir(bpffs_dir, 0700) || mount("bpf", bpffs_dir, "bpf", 0, NULL))
		bail_out("a mount namespace with a bpffs of its own");
}

static inline int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	if (!dir)
		return -1;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int descriptors_before;

static inline int count_descriptors(void **state UNUSED)
{
	descriptors_before = open_descriptors();
	return 0;
}

static inline int check_descriptors(void **state UNUSED)
{
	int now = open_descriptors();

	if (now == descriptors_before)
		return 0;
	fprintf(stderr, "# %d file descriptors are left open\n", now - descriptors_before);
	return -1;
}

/* ---- text ---- */

static inline void assert_contains(const char *text, const char *piece)
{
	if (!text || !strstr(text, piece))
		fail_msg("'%s' is missing in:\n%s", piece, text ? text : "");
}

/* A path in the work directory. The last 16 results stay valid. */
static inline __attribute__((format(printf, 1, 2))) const char *work_path(const char *format,
									  ...)
{
	static char paths[16][PATH_SIZE];
	static unsigned int next;
	char *path = paths[next++ % ARRAY_SIZE(paths)];
	int used = snprintf(path, PATH_SIZE, "%s/", work_dir);
	va_list args;

	va_start(args, format);
	vsnprintf(path + used, PATH_SIZE - (size_t)used, format, args);
	va_end(args);
	return path;
}

static inline void write_file(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* The whole file, to be freed. */
static inline void *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	void *bytes;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	*size = (size_t)st.st_size;
	bytes = malloc(*size);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

/* ---- commands and compilers ---- */

static inline __attribute__((format(printf, 1, 2))) void shell(const char *format, ...)
{
	char command[4 * PATH_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (system(command))
		fail_msg("this command failed: %s", command);
}

static inline const char *clang(void)
{
	const char *name = getenv("CLANG");

	return name ? name : "clang";
}

/* The path of an LLVM tool of clang's own version, NULL where there is none. */
static inline const char *llvm_tool(const char *name)
{
	static char path[PATH_SIZE];
	char command[PATH_SIZE];
	FILE *pipe;

	snprintf(command, sizeof(command), "%s -print-prog-name=%s", clang(), name);
	pipe = popen(command, "re");
	if (!pipe || !fgets(path, sizeof(path), pipe))
		path[0] = '\0';
	if (pipe)
		pclose(pipe);
	path[strcspn(path, "\n")] = '\0';
	return access(path, X_OK) ? NULL : path;
}

static inline void do_nothing(void **state UNUSED)
{
}

/* Turns `test` into one that TAP counts as skipped, for `reason`. */
static inline void skip_test(struct CMUnitTest *test, const char *reason)
{
	char *name = NULL;

	if (asprintf(&name, "%s # SKIP %s", test->name, reason) < 0)
		bail_out("no memory");
	test->name = name;
	test->test_func = do_nothing;
}

/* Skips every test that `needs` tool `name`, where it is missing. */
static inline void skip_without(const char *name, struct CMUnitTest *tests, size_t count,
				bool (*needs)(const struct CMUnitTest *test))
{
	for (size_t i = 0; i < count; i++)
		if (needs(&tests[i]) && !llvm_tool(name))
			skip_test(&tests[i], "an LLVM tool is missing (package llvm)");
}

/* Flags that every source of ours is compiled with, for whatever target. */
static inline const char *include_flags(void)
{
	static char flags[PATH_SIZE];
	struct utsname host;

	uname(&host);
	snprintf(flags, sizeof(flags),
		 "-O2 -Wall -Werror -Iinclude -Itests/objects -I/usr/include/%s-linux-gnu",
		 host.machine);
	return flags;
}

/* Where the object made from `name` goes: a new directory, so that it is called NAME.o. */
static inline const char *object_path(const char *name)
{
	static unsigned int count;
	const char *dir = work_path("%u", ++count);

	assert_int_equal(mkdir(dir, 0700), 0);
	return work_path("%u/%s.o", count, name);
}

static inline const char *build_source(const char *source, const char *name, const char *flags)
{
	const char *object = object_path(name);

	shell("%s -target bpf %s %s -c -o %s %s", clang(), include_flags(), flags, object,
	      source);
	return object;
}

/* Compiles tests/objects/NAME.c with `flags`. Returns the object's path, see work_path(). */
static inline const char *build(const char *name, const char *flags)
{
	char source[PATH_SIZE];

	snprintf(source, sizeof(source), "tests/objects/%s.c", name);
	return build_source(source, name, flags);
}

/* Compiles a source of our own making. */
static inline const char *build_text(const char *name, const char *text, const char *flags)
{
	const char *source = work_path("%s.c", name);

	write_file(source, text, strlen(text));
	return build_source(source, name, flags);
}

/* The flags of a test that runs with and without BTF. */
static const char *const debug_flags[] = {"-g", ""};

/* "-g -DX": flags for one build. The string lives until the next call. */
static inline const char *with(const char *debug, const char *more)
{
	static char flags[PATH_SIZE];

	snprintf(flags, sizeof(flags), "%s %s", debug, more);
	return flags;
}

/* Compiles a few lines that stand behind tests/objects/matrix.h. */
static inline const char *build_snippet(const char *text, const char *flags)
{
	char source[4096];

	snprintf(source, sizeof(source), "#include \"matrix.h\"\n%s", text);
	return build_text("snippet", source, flags);
}

/* ---- what the loader tells ---- */

/* As a report callback's context: keeps the texts of the events whose kinds (1 << kind) are in
 * `kinds`, one a line. */
struct heard {
	unsigned int kinds;
	char texts[4096];
};

static inline void hear(const struct bpf_loader_event *event, void *ctx)
{
	struct heard *heard = ctx;
	size_t used = strlen(heard->texts);

	if (heard->kinds & (1u << event->kind))
		snprintf(heard->texts + used, sizeof(heard->texts) - used, "%s\n", event->text);
}

#define WARNINGS (1u << BPF_LOADER_EVENT_WARNING)

/* Options for a load without attaching, `flags` besides, whose events `heard` gets. */
static inline struct bpf_loader_opts hear_opts(struct heard *heard, unsigned int flags)
{
	return (struct bpf_loader_opts){
		.flags = BPF_LOADER_NO_ATTACH | flags, .report = hear, .ctx = heard};
}

/* ---- loading ---- */

static const struct bpf_loader_opts only_load = {.flags = BPF_LOADER_NO_ATTACH};

/* Loads `path`, for better or worse. `opts` NULL: without attaching. */
static inline struct bpf_loader *try_load(const char *path, const struct bpf_loader_opts *opts)
{
	return bpf_loader_load_file(path, opts ? opts : &only_load);
}

/* The same, but it must succeed. */
static inline struct bpf_loader *load(const char *path, const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader = try_load(path, opts);

	if (bpf_loader_error(loader)) {
		print_error("%s\n%s\n", bpf_loader_error(loader), bpf_loader_log(loader));
		bpf_loader_close(loader);
		fail_msg("%s does not load", path);
	}
	return loader;
}

/* Reads and describes only. */
static inline struct bpf_loader *describe(const char *path, const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader = bpf_loader_open(path, opts);

	if (bpf_loader_error(loader))
		fail_msg("%s does not open: %s", path, bpf_loader_error(loader));
	return loader;
}

/* Checks that `loader` failed with `errnum` and a text that holds all `pieces`, and closes it. */
static inline void check_refused(struct bpf_loader *loader, int errnum,
				 const char *const *pieces)
{
	const char *error = bpf_loader_error(loader);

	if (!error)
		fail_msg("it loads, but error %d (%s) with '%s' was due", errnum,
			 strerror(errnum), pieces[0]);
	for (; *pieces; pieces++)
		assert_contains(error, *pieces);
	assert_int_equal(bpf_loader_errno(loader), errnum);
	bpf_loader_close(loader);
}

#define assert_refused(loader, errnum, ...) \
	check_refused(loader, errnum, (const char *const[]){__VA_ARGS__, NULL})

/* Loading `path` must fail like that. */
#define refuse(path, opts, errnum, ...) \
	assert_refused(try_load(path, opts), errnum, __VA_ARGS__)

static inline struct bpf_loader_map *find_map(const struct bpf_loader *loader, const char *name)
{
	struct bpf_loader_map *map = bpf_loader_find_map(loader, name);

	if (!map)
		fail_msg("there is no map '%s'", name);
	return map;
}

static inline struct bpf_loader_program *find_program(const struct bpf_loader *loader,
						      const char *name)
{
	struct bpf_loader_program *program = bpf_loader_find_program(loader, name);

	if (!program)
		fail_msg("there is no program '%s'", name);
	return program;
}

/* ---- what the kernel says ---- */

static inline struct bpf_map_info map_info(int fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info;
}

static inline struct bpf_map_info info_of(const struct bpf_loader *loader, const char *name)
{
	return map_info(find_map(loader, name)->fd);
}

static inline struct bpf_prog_info program_info(int fd)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info;
}

/* Runs a program once on a packet of zeros. Returns what it returns. */
static inline __u32 run_fd(int fd)
{
	unsigned char packet[64] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));

	if (bpf_prog_test_run_opts(fd, &opts))
		fail_msg("BPF_PROG_TEST_RUN: %s", strerror(errno));
	return opts.retval;
}

static inline __u32 run_program(const struct bpf_loader *loader, const char *name)
{
	return run_fd(find_program(loader, name)->fd);
}

/* The 8 bytes at `key` of a map, 0 where it has no such element. */
static inline __u64 element(const struct bpf_loader *loader, const char *name, __u32 key)
{
	__u64 value = 0;
	int fd = find_map(loader, name)->fd;

	assert_int_equal(map_info(fd).value_size, sizeof(value));
	return bpf_map_lookup_elem(fd, &key, &value) ? 0 : value;
}

static inline void put_element(const struct bpf_loader *loader, const char *name, __u32 key,
			       __u64 value)
{
	assert_int_equal(bpf_map_update_elem(find_map(loader, name)->fd, &key, &value, BPF_ANY),
			 0);
}

/* The id in slot `key` of a map of maps or programs, 0 where it is empty. */
static inline __u32 slot_id(const struct bpf_loader *loader, const char *name, __u32 key)
{
	__u32 id = 0;

	return bpf_map_lookup_elem(find_map(loader, name)->fd, &key, &id) ? 0 : id;
}

#endif
