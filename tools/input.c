// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * input: see input.h.
 */
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

#define STEP ((size_t)64 << 10)
#define MOST ((size_t)1 << 30) /* nobody's object, but somebody's mistake */

/* Everything until the end, to be freed; NULL after a complaint. */
static char *read_all(size_t *size)
{
	char *bytes = NULL;
	ssize_t got = 1;

	for (*size = 0; got > 0 && *size < MOST; *size += (size_t)got) {
		bytes = must(realloc(bytes, *size + STEP));
		do
			got = read(STDIN_FILENO, bytes + *size, STEP);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			break;
	}
	if (!got)
		return bytes;
	complain("cannot read standard input: %s", got < 0 ? strerror(errno) : "it has no end");
	free(bytes);
	return NULL;
}

struct bpf_loader *input_open(const char *path, const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader;
	size_t size;
	char *bytes;

	if (strcmp(path, "-") != 0)
		return bpf_loader_open(path, opts);
	bytes = read_all(&size);
	if (!bytes)
		exit(EXIT_FAILURE);
	loader = bpf_loader_open_memory(bytes, size, input_name(path), opts);
	free(bytes);
	return loader;
}

const char *input_name(const char *path)
{
	return strcmp(path, "-") ? path : "stdin";
}
