/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpffs: the file system that maps and programs are pinned in.
 *
 * By itself a sample pins in a bpffs of its own, which is mounted nowhere: it is reached by
 * /proc/PID/fd/N, by other processes too, and is gone with the process, however that ends. Given
 * a directory, it pins there, where everybody looks; then what bpffs_close() has not unpinned
 * stays.
 */
#ifndef SAMPLES_BPFFS_H
#define SAMPLES_BPFFS_H

#include "sample.h"

#include <limits.h>

struct bpffs {
	char path[PATH_MAX];
	int fd;	     /* of a bpffs of our own; -1: somebody else's */
	bool has_tc; /* iproute2's directory tc was there before us */
};

/* `directory` NULL: one of our own. False after a message. */
bool bpffs_open(struct bpffs *bpffs, const struct sample_run *run, const char *directory);

/* The place of `name` below it, as "tc/globals/NAME". The result lives until the next call. */
const char *bpffs_at(const struct bpffs *bpffs, const char *name);

/* Is that place free? Else false, after a message that says how to make it free. */
bool bpffs_is_free(const struct bpffs *bpffs, const struct sample_run *run, const char *name);

/* Removes what is pinned at that place; nothing there is fine. */
void bpffs_unpin(const struct bpffs *bpffs, const char *name);

/* Removes the directories of iproute2's layout if they are new. Fine if all zero or closed. */
void bpffs_close(struct bpffs *bpffs);

#endif
