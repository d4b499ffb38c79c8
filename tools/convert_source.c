// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source: `bpfload convert FILE.c`.
 *
 * clang compiles the file, and the loader reads the object: that tells which variables are maps
 * and what they say. clang describes the file: that tells where they stand. The text is changed
 * there, and compiled again: the loader has to find the same maps in it.
 */
#include "convert_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

/* Sources are written by people. */
#define SIZE_LIMIT (64u << 20)

static bool read_all(int fd, struct memory *memory)
{
	char chunk[1 << 16];
	ssize_t got;

	memory_hear("", 0, memory);
	while ((got = read(fd, chunk, sizeof(chunk))) > 0 && memory->size <= SIZE_LIMIT)
		memory_hear(chunk, (size_t)got, memory);
	if (!got)
		return true;
	errno = got < 0 ? errno : EFBIG;
	return false;
}

static bool read_source(struct source_job *job)
{
	const struct convert *convert = job->convert;
	int fd = open(convert->path, O_RDONLY | O_CLOEXEC);
	struct memory memory = {0};
	bool good = fd >= 0 && read_all(fd, &memory);

	if (!good)
		complain("%s: cannot be read: %s", convert->name, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (!memory.bytes)
		memory_hear("", 0, &memory);
	source_open(&job->source, memory.bytes, memory.size);
	if (!strcmp(convert->options->object, "-"))
		job->input = job->source.text;
	return good;
}

bool source_load(const struct source_job *job, const struct clang_output *object,
		 struct bpf_loader **loader)
{
	struct bpf_loader_opts opts = job->convert->options->loader;

	*loader = bpf_loader_open_memory(object->bytes.bytes, object->bytes.size,
					 job->convert->name, &opts);
	if (!bpf_loader_error(*loader))
		return true;
	complain("%s, compiled: %s", job->convert->name, bpf_loader_error(*loader));
	return false;
}

static bool compile(struct source_job *job)
{
	if (!clang_run(&job->clang, CLANG_OBJECT, job->input, job->source.size, &job->object)) {
		if (job->object.messages.size)
			complain("%s: clang does not compile it; does it need flags behind --, "
				 "-I DIR or -D NAME?\n%s",
				 job->convert->name, job->object.messages.bytes);
		return false;
	}
	return source_load(job, &job->object, &job->loader);
}

static bool describe(struct source_job *job)
{
	struct ast_reader *reader = ast_reader_open(&job->ast);
	bool good = clang_describe(&job->clang, job->input, job->source.size, ast_reader_hear,
				   reader);

	good = ast_reader_close(reader) && good;
	if (!good)
		complain("%s: what %s says of it (-ast-dump=json) cannot be read",
			 job->convert->name, job->clang.program);
	return good;
}

static bool has_macro(const struct clang_output *macros, const char *name)
{
	char *start = text_of("#define %s(", name);
	bool has = strstr(macros->bytes.bytes, start) != NULL;

	free(start);
	return has;
}

static bool find_macros(struct source_job *job)
{
	struct clang_output macros;
	bool good = clang_run(&job->clang, CLANG_MACROS, job->input, job->source.size, &macros);

	job->plan.has_uint = has_macro(&macros, "__uint");
	job->plan.has_type = has_macro(&macros, "__type");
	job->plan.has_array = has_macro(&macros, "__array");
	if (!good)
		complain("%s: clang does not list its macros:\n%s", job->convert->name,
			 macros.messages.bytes);
	clang_output_release(&macros);
	return good;
}

static bool plan(struct source_job *job)
{
	if (!read_source(job) || !compile(job) || !describe(job) || !find_macros(job))
		return false;
	job->plan.path = job->convert->name;
	job->plan.ast_path = job->input ? "<stdin>" : job->clang.file;
	job->plan.source = &job->source;
	job->plan.ast = &job->ast;
	job->plan.loader = job->loader;
	job->plan.keeps_order = job->convert->options->keep_order;
	plan_make(&job->plan);
	return true;
}

size_t source_converted(const struct source_job *job)
{
	size_t count = 0;

	for (size_t i = 0; i < job->plan.count; i++)
		count += plan_converts(&job->plan.list[i]);
	return count;
}

static void release(struct source_job *job)
{
	plan_release(&job->plan);
	ast_release(&job->ast);
	bpf_loader_close(job->loader);
	bpf_loader_close(job->new_loader);
	clang_output_release(&job->object);
	clang_output_release(&job->new_object);
	clang_release(&job->clang);
	source_release(&job->source);
	free(job->text);
}

static int work(struct source_job *job)
{
	const struct options *options = job->convert->options;
	int status;

	if (!plan(job) || !source_verify(job))
		return EXIT_FAILURE;
	source_tell(job);
	if (options->check && !source_check(job))
		return EXIT_FAILURE;
	status = source_output(job);
	return status || source_converted(job) < job->plan.count ? EXIT_FAILURE : EXIT_SUCCESS;
}

int convert_source(const struct convert *convert)
{
	struct source_job job = {.convert = convert};
	int status;

	clang_open(&job.clang, convert);
	status = work(&job);
	release(&job);
	return status;
}
