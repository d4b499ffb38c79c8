// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * trace_format: reads a tracepoint's format file. See trace_format.h.
 *
 * A field is one line, after a tab:
 *
 *     field:char prev_comm[16];	offset:8;	size:16;	signed:0;
 *
 * Its name is the last word of the declaration, without the bounds of an array.
 */
#include "trace_format.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/tracefs.h"

/* Does the C declaration "type name" or "type name[16]", `length` bytes of `text`, name `field`? */
static bool declares(const char *text, size_t length, const char *field)
{
	const char *bounds = memchr(text, '[', length);
	const size_t wanted = strlen(field);

	/* "__data_loc char[] name" has its brackets in the type. */
	if (bounds && !memchr(bounds, ' ', (size_t)(text + length - bounds)))
		length = (size_t)(bounds - text);
	return length > wanted && !memcmp(text + length - wanted, field, wanted) &&
	       strchr(" *", text[length - wanted - 1]);
}

/* 0 with `out`, 1 if the line is another field or none, or -EPROTO. */
static int read_line(const char *line, const char *field, struct trace_field *out)
{
	const char *declaration = strstr(line, "field:"), *end;
	int is_signed;

	if (!declaration)
		return 1;
	declaration += strlen("field:");
	end = strchr(declaration, ';');
	if (!end || !declares(declaration, (size_t)(end - declaration), field))
		return 1;
	if (sscanf(end, "; offset:%u; size:%u; signed:%d;", &out->offset, &out->size,
		   &is_signed) != 3)
		return -EPROTO;
	out->is_signed = is_signed;
	return 0;
}

static int find_field(FILE *file, const char *field, struct trace_field *out)
{
	int result = 1;
	size_t room = 0;
	char *line = NULL;

	errno = 0;
	while (result == 1 && getline(&line, &room, file) >= 0)
		result = read_line(line, field, out);
	if (result == 1)
		result = ferror(file) ? -errno : -ENODATA;
	free(line);
	return result;
}

int trace_format_field(const char *event, const char *field, struct trace_field *out)
{
	const char *root = tracefs_root();
	char path[PATH_MAX];
	FILE *file;
	int result;

	if (!root)
		return -errno;
	if (snprintf(path, sizeof(path), "%s/events/%s/format", root, event) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	file = fopen(path, "re");
	if (!file)
		return -errno;
	result = find_field(file, field, out);
	fclose(file);
	return result;
}
