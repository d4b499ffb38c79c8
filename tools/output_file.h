/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * output_file: a result that goes into a file: all of it, or nothing is changed.
 *
 * It is written beside its place under another name and moved there at the end. Signals that
 * would end the program wait until then. Devices and pipes are written to as they are.
 */
#ifndef BPFLOAD_OUTPUT_FILE_H
#define BPFLOAD_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* "-" is standard output. False after a complaint. */
bool output_file_write(const char *path, const void *bytes, size_t size);

/* True where both are names of one file that exists. */
bool output_file_is(const char *path, const char *other);

#endif
