/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * robust: what the robustness tests need to look at the process and the system around the loader.
 *
 * Include it after cmocka. Everything that can fail here fails the test, except where a
 * comment says otherwise.
 */
#ifndef TESTS_ROBUST_H
#define TESTS_ROBUST_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* cmocka's skip() knows no reason. */
#define SKIP(reason)                                  \
	do {                                          \
		print_message("# SKIP %s\n", reason); \
		skip();                               \
	} while (0)

/* First thing in main(): these tests say nothing without bpf(2). Ends the program, skipped. */
static inline void need_root(void)
{
	int fd = geteuid() ? -EPERM : bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 4, 1, NULL);

	if (fd >= 0) {
		close(fd);
		return;
	}
	printf("1..0 # SKIP needs root, to give maps and programs to the kernel: %s\n",
	       strerror(-fd));
	exit(0);
}

/* Fails with the text that was found: cmocka shows two pointers. */
#define assert_contains(text, part)                                                      \
	do {                                                                             \
		const char *text_ = (text);                                              \
		if (!text_ || !strstr(text_, part))                                      \
			fail_msg("'%s' is not in '%s'", part, text_ ? text_ : "(null)"); \
	} while (0)

/* ---- the process ---- */

static inline int count_fds(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	if (!directory)
		return -1;
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

/* ---- files ---- */

/* The whole of a file, with a NUL behind it; NULL where it cannot be read. To be freed. */
static inline char *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re"), *copy;
	char *text = NULL, part[4096];
	size_t used = 0, n;

	if (!file)
		return NULL;
	copy = open_memstream(&text, &used);
	assert_non_null(copy);
	while ((n = fread(part, 1, sizeof(part), file)))
		assert_int_equal(fwrite(part, 1, n, copy), n);
	fclose(file);
	assert_int_equal(fclose(copy), 0);
	if (size)
		*size = used;
	return text;
}

static inline void write_whole(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* True when the file holds `part`; false also where it cannot be read. */
static inline bool file_contains(const char *path, const char *part)
{
	char *text = read_whole(path, NULL);
	bool found = text && strstr(text, part);

	free(text);
	return found;
}

/* One write, as the files of tracefs want it: one command. Returns 0 or -errno. */
static inline int append_line(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, line, strlen(line)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static inline int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* An empty directory; to be removed by remove_tree() and freed. */
static inline char *new_directory(void)
{
	const char *parent = getenv("TMPDIR");
	char *path;

	assert_true(asprintf(&path, "%s/bpf_load_XXXXXX", parent ? parent : "/tmp") > 0);
	assert_non_null(mkdtemp(path));
	return path;
}

static inline char *path_in(const char *directory, const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", directory, name) > 0);
	return path;
}

/* Where this program's build put tests/objects/NAME.o. To be freed. */
static inline char *built_object(const char *name)
{
	char self[PATH_MAX], *path;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(length > 0);
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	assert_true(asprintf(&path, "%s/../objects/%s.o", self, name) > 0);
	return path;
}

/* ---- the compiler ---- */

/* Runs argv and returns its exit status, -1 where a signal ended it. */
static inline int run_program(char *const argv[])
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Compiles `source` for `target` (bpf, bpfeb) into `object`. CLANG names the compiler. */
static inline void compile_for(const char *target, const char *source, const char *object,
			       const char *const flags[3])
{
	const char *clang = getenv("CLANG");
	struct utsname machine;
	char headers[512];
	const char *argv[] = {clang ? clang : "clang",
			      "-O2",
			      "-target",
			      target,
			      "-Iinclude",
			      headers,
			      "-c",
			      source,
			      "-o",
			      object,
			      flags[0],
			      flags[1],
			      flags[2],
			      NULL};

	assert_int_equal(uname(&machine), 0);
	snprintf(headers, sizeof(headers), "-I/usr/include/%s-linux-gnu", machine.machine);
	assert_int_equal(run_program((char *const *)argv), 0);
}

/* ---- the kernel ---- */

/* Mounts made from here on are this process's alone. */
static inline void private_mounts(void)
{
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
}

static inline unsigned int map_id(int fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

static inline unsigned int program_id(int fd)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

/* Runs a socket filter on a packet of zeros; gives what it returns. */
static inline __u32 run_filter(int fd)
{
	unsigned char packet[64] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));

	assert_int_equal(bpf_prog_test_run_opts(fd, &opts), 0);
	return opts.retval;
}

#endif
