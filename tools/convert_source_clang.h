/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source_clang: clang as it would compile the file, asked for what it makes of it.
 *
 * Everything goes through pipes and memory: no file is written, whatever flags a user passes.
 * The flags are those of this project's Makefile, then the user's, then the headers.
 * $CLANG names another compiler than "clang".
 */
#ifndef BPFLOAD_CONVERT_SOURCE_CLANG_H
#define BPFLOAD_CONVERT_SOURCE_CLANG_H

#include <stdbool.h>
#include <stddef.h>

#include "convert.h"
#include "process.h"

struct clang {
	const char *program;
	char *file;	   /* the source, as clang is to name it */
	char *directory;   /* of the source, for #include "…" of text that is the input */
	char *headers;	   /* of this project, or NULL */
	char *triple;	   /* directory of this machine's <asm/…> */
	char *const *user; /* flags, ends with NULL */
};

/* What clang has written. Release in any case. */
struct clang_output {
	struct memory bytes, messages;
};

void clang_open(struct clang *clang, const struct convert *convert);
void clang_release(struct clang *clang);
void clang_output_release(struct clang_output *output);

/* What to do. */
enum clang_job {
	CLANG_OBJECT, /* compile */
	CLANG_CHECK,  /* warn of pointers that do not fit */
	CLANG_MACROS, /* list macros as -dM does */
};

/*
 * Runs a job on the source, or on `text` in its place. False where clang cannot be run (after a
 * complaint) or fails (with its words in output->messages).
 */
bool clang_run(const struct clang *clang, enum clang_job job, const char *text, size_t size,
	       struct clang_output *output);

/*
 * Has clang describe the source in JSON, and hands that over in pieces. False where it failed, or
 * `hear` returned false; then clang is ended.
 */
bool clang_describe(const struct clang *clang, const char *text, size_t size,
		    bool (*hear)(const char *piece, size_t size, void *ctx), void *ctx);

#endif
