/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source: what `bpfload convert FILE.c` knows, and the steps it is done in.
 */
#ifndef BPFLOAD_CONVERT_SOURCE_H
#define BPFLOAD_CONVERT_SOURCE_H

#include "convert.h"
#include "convert_source_clang.h"
#include "convert_source_definition.h"

struct source_job {
	const struct convert *convert;
	struct clang clang;
	struct source source;
	const char *input; /* what clang reads in the place of the file; NULL */
	struct ast ast;
	struct clang_output object; /* of the source as it is */
	struct bpf_loader *loader;  /* of that object */
	struct plan plan;

	char *text; /* converted */
	size_t size;
	struct clang_output new_object;
	struct bpf_loader *new_loader;
};

/* How many definitions there are, and how many of them are converted. */
size_t source_converted(const struct source_job *job);

/* Reads an object that clang has made. False after a complaint. */
bool source_load(const struct source_job *job, const struct clang_output *object,
		 struct bpf_loader **loader);

/*
 * convert_source_verify.c: makes .text and .new_object, in which the loader finds the same maps as
 * before. Definitions that do not come out so are left. False after a complaint.
 */
bool source_verify(struct source_job *job);

/*
 * convert_source_output.c: the result, in the form that the options ask for. Returns the exit
 * status.
 */
int source_output(const struct source_job *job);

/* What was left, and notes, on stderr. */
void source_tell(const struct source_job *job);

/* convert_source_file.c: writes the text to the file, and keeps the old one. False after a
 * complaint; then the file is as it was. */
bool source_write_in_place(const struct source_job *job);

/* convert_source_kernel.c: --check. True where the kernel sees no difference; says so on stderr. */
bool source_check(const struct source_job *job);

#endif
