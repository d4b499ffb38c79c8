// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_clang: see convert_source_clang.h.
 */
#include "convert_source_clang.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "output.h"

/* ---- flags ---- */

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
			arguments_add(arguments, flags[i]);
		else if (words == 2 && flags[i + 1])
			i++;
	}
}

static void add_job(struct arguments *arguments, enum clang_job job)
{
	arguments_add(arguments, job == CLANG_CHECK ? "-Wno-everything" : "-w");
	if (job == CLANG_CHECK)
		arguments_add_pair(arguments, "-Wincompatible-pointer-types", "-Wno-error");
	if (job == CLANG_OBJECT)
		arguments_add_pair(arguments, "-c", "-o");
	else if (job == CLANG_CHECK)
		arguments_add_pair(arguments, "-fsyntax-only", "-o");
	else
		arguments_add_pair(arguments, "-dM", "-E");
	if (job == CLANG_MACROS)
		arguments_add(arguments, "-o");
	arguments_add(arguments, "-");
}

/* `is_input`: the text comes on clang's standard input. */
static void add_flags(struct arguments *arguments, const struct clang *clang, bool is_input)
{
	arguments_add(arguments, clang->program);
	arguments_add_pair(arguments, "-O2", "-g");
	arguments_add_pair(arguments, "-target", "bpf");
	if (is_input)
		arguments_add_pair(arguments, "-iquote", clang->directory);
	add_user_flags(arguments, clang->user);
	if (clang->headers)
		arguments_add_pair(arguments, "-I", clang->headers);
	arguments_add_pair(arguments, "-I", clang->triple);
}

/* Whatever its name ends with, it is C. */
static void add_input(struct arguments *arguments, const struct clang *clang, bool is_input)
{
	arguments_add_pair(arguments, "-x", "c");
	arguments_add(arguments, is_input ? "-" : clang->file);
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
	/* no name is a flag */
	clang->file = text_of("%s%s", convert->options->object[0] == '-' ? "./" : "",
			      convert->options->object);
	clang->directory = directory_of(clang->file);
	clang->headers = convert->options->headers ? must(strdup(convert->options->headers))
						   : find_headers();
	clang->triple = text_of("/usr/include/%s-linux-gnu", machine.machine);
	clang->user = convert->options->compiler_flags;
}

void clang_release(struct clang *clang)
{
	free(clang->file);
	free(clang->directory);
	free(clang->headers);
	free(clang->triple);
}

/* ---- jobs ---- */

/* True where clang was run and was content. */
static bool run_clang(const struct clang *clang, struct arguments *arguments, int in,
		      struct listener *out, struct listener *err)
{
	int status = process_run(arguments->list, in, out, err);

	if (status < 0 && out->good)
		complain("a source is read by %s: tools/deps installs clang, and $CLANG may "
			 "name "
			 "another one",
			 clang->program);
	arguments_release(arguments);
	if (in >= 0)
		close(in);
	return !status && out->good;
}

/* The text as a file, if there is one; -1 where the path is to be read. */
static bool open_text(const char *text, size_t size, int *in)
{
	*in = text ? process_input(text, size) : -1;
	return !text || *in >= 0;
}

bool clang_run(const struct clang *clang, enum clang_job job, const char *text, size_t size,
	       struct clang_output *output)
{
	struct listener out = {memory_hear, &output->bytes, true};
	struct listener err = {memory_hear, &output->messages, true};
	struct arguments arguments = {0};
	int in;

	*output = (struct clang_output){0};
	memory_hear("", 0, &output->bytes);
	memory_hear("", 0, &output->messages);
	if (!open_text(text, size, &in))
		return false;
	add_flags(&arguments, clang, in >= 0);
	add_job(&arguments, job);
	add_input(&arguments, clang, in >= 0);
	return run_clang(clang, &arguments, in, &out, &err);
}

bool clang_describe(const struct clang *clang, const char *text, size_t size,
		    bool (*hear)(const char *piece, size_t size, void *ctx), void *ctx)
{
	struct listener out = {hear, ctx, true}, err = {nobody_hear, NULL, true};
	struct arguments arguments = {0};
	int in;

	if (!open_text(text, size, &in))
		return false;
	add_flags(&arguments, clang, in >= 0);
	arguments_add_pair(&arguments, "-w", "-fsyntax-only");
	arguments_add_pair(&arguments, "-Xclang", "-ast-dump=json");
	add_input(&arguments, clang, in >= 0);
	return run_clang(clang, &arguments, in, &out, &err);
}

void clang_output_release(struct clang_output *output)
{
	free(output->bytes.bytes);
	free(output->messages.bytes);
}
