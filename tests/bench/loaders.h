/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * loaders: whole loads, from a path to file descriptors, behind one face: by this project, by
 * libbpf, and by system calls alone. Nothing is attached.
 *
 * Each load function returns a handle for its close function, or NULL with a message printed.
 */
#ifndef BENCH_LOADERS_H
#define BENCH_LOADERS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

/* `path`: a const char *. */
void *ours_load(const void *path);
void ours_close(void *loaded);

void *libbpf_load(const void *path);
void libbpf_close(void *loaded);

/* What an object gives the kernel to do. */
struct object_size {
	size_t maps, programs, insns, relocs;
};

/* Opens the object with this project's loader and counts. False with a message printed. */
bool ours_measure(const char *path, struct object_size *size);

struct bare_plan;

/*
 * Everything the system calls of one object need, prepared: attributes of maps, instructions,
 * and the places of map descriptors in them. NULL with a message printed. To be freed.
 */
struct bare_plan *bare_prepare(const char *path);
void bare_free(struct bare_plan *plan);

/* `plan`: a struct bare_plan *, which serves one load at a time. */
void *bare_load(const void *plan);
void bare_close(void *loaded);

#endif
