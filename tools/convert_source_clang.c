// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_clang: see convert_source_clang.h.
 */
#include "convert_source_clang.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

/* ---- flags ---- */

struct arguments {
	char **list;
	size_t count;
};

static void add(struct arguments *arguments, const char *word)
{
	arguments->list = must(
		reallocarray(arguments->list, arguments->count + 2, sizeof(*arguments->list)));
	arguments->list[arguments->count++] = must(strdup(word));
	arguments->list[arguments->count] = NULL;
}

static void add_pair(struct arguments *arguments, const char *flag, const char *value)
{
	add(arguments, flag);
	add(arguments, value);
}

static void arguments_release(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->list[i]);
	free(arguments->list);
}

/*
 * People paste the flags of their Makefile. Those that say what to make and where to write it are
 * not ours to follow. Returns how many words such a flag takes, 0 for any other.
 */
static size_t output_flag(const char *flag)
{
	static const char *const alone[] = {
		"-c",  "-S",  "-E",	    "-M", "-MM",  "-MD",       "-MMD",
		"-MP", "-MG", "-emit-llvm", "-v", "-###", "--verbose", "-fsyntax-only"};
	static const char *const with_value[] = {"-o", "-MF", "-MT", "-MQ", "-MJ"};

	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		if (!strcmp(flag, alone[i]))
			return 1;
	for (size_t i = 0; i < sizeof(with_value) / sizeof(with_value[0]); i++)
		if (!strncmp(flag, with_value[i], strlen(with_value[i])))
			return flag[strlen(with_value[i])] ? 1 : 2;
	return !strncmp(flag, "-save-temps", 11) || !strncmp(flag, "--save-temps", 12) ||
	       !strncmp(flag, "-Wp,-M", 6);
}

static void add_user_flags(struct arguments *arguments, char *const *flags)
{
	for (size_t i = 0; flags[i]; i++) {
		size_t words = output_flag(flags[i]);

		if (!words)
			add(arguments, flags[i]);
		else if (words == 2 && flags[i + 1])
			i++;
	}
}

static void add_job(struct arguments *arguments, enum clang_job job)
{
	add(arguments, job == CLANG_CHECK ? "-Wno-everything" : "-w");
	if (job == CLANG_CHECK)
		add_pair(arguments, "-Wincompatible-pointer-types", "-Wno-error");
	if (job == CLANG_OBJECT)
		add_pair(arguments, "-c", "-o");
	else if (job == CLANG_CHECK)
		add_pair(arguments, "-fsyntax-only", "-o");
	else
		add_pair(arguments, "-dM", "-E");
	if (job == CLANG_MACROS)
		add(arguments, "-o");
	add(arguments, "-");
}

/* `is_input`: the text comes on clang's standard input. */
static void add_flags(struct arguments *arguments, const struct clang *clang, bool is_input)
{
	add(arguments, clang->program);
	add_pair(arguments, "-O2", "-g");
	add_pair(arguments, "-target", "bpf");
	if (is_input)
		add_pair(arguments, "-iquote", clang->directory);
	add_user_flags(arguments, clang->user);
	if (clang->headers)
		add_pair(arguments, "-I", clang->headers);
	add_pair(arguments, "-I", clang->triple);
}

/* Whatever its name ends with, it is C; and no name is a flag. */
static void add_input(struct arguments *arguments, const struct clang *clang, bool is_input)
{
	char *path;

	add_pair(arguments, "-x", "c");
	path = is_input || clang->path[0] != '-' ? text_of("%s", is_input ? "-" : clang->path)
						 : text_of("./%s", clang->path);
	add(arguments, path);
	free(path);
}

/* ---- where the headers are ---- */

static bool has_headers(const char *directory)
{
	char *file = text_of("%s/bpf_map_def.h", directory);
	bool has = !access(file, R_OK);

	free(file);
	return has;
}

/* bpfload lies in build/ or below, and include/ beside that. NULL where it does not. */
static char *find_headers(void)
{
	char self[PATH_MAX], *directory;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return NULL;
	self[length] = '\0';
	for (int up = 0; up < 4; up++) {
		char *slash = strrchr(self, '/');

		if (!slash)
			return NULL;
		*slash = '\0';
		directory = text_of("%s/include", self);
		if (has_headers(directory))
			return directory;
		free(directory);
	}
	return NULL;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return must(strdup("."));
	return must(strndup(path, slash == path ? 1 : (size_t)(slash - path)));
}

void clang_open(struct clang *clang, const struct convert *convert)
{
	const char *program = getenv("CLANG");
	struct utsname machine;

	if (uname(&machine))
		machine.machine[0] = '\0';
	clang->program = program && program[0] ? program : "clang";
	clang->path = convert->options->object;
	clang->directory = directory_of(clang->path);
	clang->headers = convert->options->headers ? must(strdup(convert->options->headers))
						   : find_headers();
	clang->triple = text_of("/usr/include/%s-linux-gnu", machine.machine);
	clang->user = convert->options->compiler_flags;
}

void clang_release(struct clang *clang)
{
	free(clang->directory);
	free(clang->headers);
	free(clang->triple);
}

/* ---- processes ---- */

struct process {
	pid_t pid;
	int out, err; /* -1 at their end */
};

static int text_file(const char *text, size_t size)
{
	int fd = memfd_create("source", MFD_CLOEXEC);

	for (size_t done = 0; fd >= 0 && done < size;) {
		ssize_t put = write(fd, text + done, size - done);

		if (put < 0) {
			close(fd);
			return -1;
		}
		done += (size_t)put;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static void become(const struct arguments *arguments, int in, int out, int err)
{
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(arguments->list[0], arguments->list);
	_exit(errno == ENOENT ? 127 : 126);
}

static bool start(struct process *process, const struct arguments *arguments, int in)
{
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC))
		return false;
	if (pipe2(err, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return false;
	}
	process->pid = fork();
	if (!process->pid)
		become(arguments, in, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	process->out = out[0];
	process->err = err[0];
	return process->pid > 0;
}

struct listener {
	bool (*hear)(const char *piece, size_t size, void *ctx);
	void *ctx;
	bool good;
};

/* Reads one piece; closes `fd` at its end. */
static void read_piece(int *fd, struct listener *listener)
{
	static char piece[1 << 16];
	ssize_t got = read(*fd, piece, sizeof(piece));

	if (got < 0 && errno == EINTR)
		return;
	if (got > 0 && listener->good)
		listener->good = listener->hear(piece, (size_t)got, listener->ctx);
	if (got <= 0 || !listener->good) {
		close(*fd);
		*fd = -1;
	}
}

static void read_both(struct process *process, struct listener *out, struct listener *err)
{
	while (process->out >= 0 || process->err >= 0) {
		struct pollfd polled[] = {{.fd = process->out, .events = POLLIN},
					  {.fd = process->err, .events = POLLIN}};

		if (poll(polled, 2, -1) < 0)
			continue;
		if (polled[0].revents)
			read_piece(&process->out, out);
		if (polled[1].revents)
			read_piece(&process->err, err);
	}
}

static bool finish(const struct process *process, const char *program)
{
	int status = -1;

	while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) >= 126)
		complain("%s: cannot be run (%s); a source is read by clang: tools/deps "
			 "installs it, and $CLANG may name another",
			 program, strerror(WEXITSTATUS(status) == 127 ? ENOENT : EACCES));
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool run_clang(const struct clang *clang, const struct arguments *arguments, int in,
		      struct listener *out, struct listener *err)
{
	struct process process;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	bool good = start(&process, arguments, in >= 0 ? in : null);

	if (good) {
		read_both(&process, out, err);
		good = finish(&process, clang->program);
	} else {
		complain("%s: cannot be run: %s", clang->program, strerror(errno));
	}
	if (null >= 0)
		close(null);
	return good && out->good;
}

/* ---- jobs ---- */

/* The text as a file, if there is one; -1 where the path is to be read. */
static bool open_text(const char *text, size_t size, int *in)
{
	*in = text ? text_file(text, size) : -1;
	if (text && *in < 0)
		complain("no memory for clang's input: %s", strerror(errno));
	return !text || *in >= 0;
}

struct memory {
	char *bytes;
	size_t size;
};

static bool keep(const char *piece, size_t size, void *ctx)
{
	struct memory *memory = ctx;

	memory->bytes = must(realloc(memory->bytes, memory->size + size + 1));
	memcpy(memory->bytes + memory->size, piece, size);
	memory->size += size;
	memory->bytes[memory->size] = '\0';
	return true;
}

bool clang_run(const struct clang *clang, enum clang_job job, const char *text, size_t size,
	       struct clang_output *output)
{
	struct memory bytes = {0}, messages = {0};
	struct listener out = {keep, &bytes, true}, err = {keep, &messages, true};
	struct arguments arguments = {0};
	bool good;
	int in;

	*output = (struct clang_output){0};
	if (!open_text(text, size, &in))
		return false;
	add_flags(&arguments, clang, in >= 0);
	add_job(&arguments, job);
	add_input(&arguments, clang, in >= 0);
	keep("", 0, &bytes);
	keep("", 0, &messages);
	good = run_clang(clang, &arguments, in, &out, &err);
	arguments_release(&arguments);
	if (in >= 0)
		close(in);
	*output = (struct clang_output){bytes.bytes, messages.bytes, bytes.size, messages.size};
	return good;
}

static bool ignore(const char *piece, size_t size, void *ctx)
{
	(void)piece, (void)size, (void)ctx;
	return true;
}

bool clang_describe(const struct clang *clang, const char *text, size_t size,
		    bool (*hear)(const char *piece, size_t size, void *ctx), void *ctx)
{
	struct listener out = {hear, ctx, true}, err = {ignore, NULL, true};
	struct arguments arguments = {0};
	bool good;
	int in;

	if (!open_text(text, size, &in))
		return false;
	add_flags(&arguments, clang, in >= 0);
	add_pair(&arguments, "-w", "-fsyntax-only");
	add_pair(&arguments, "-Xclang", "-ast-dump=json");
	add_input(&arguments, clang, in >= 0);
	good = run_clang(clang, &arguments, in, &out, &err);
	arguments_release(&arguments);
	if (in >= 0)
		close(in);
	return good;
}

void clang_output_release(struct clang_output *output)
{
	free(output->bytes);
	free(output->messages);
}
