/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * uprobe_target: from "libc:malloc+4" or "/bin/bash:0x1234" to a file and an offset in it.
 */
#ifndef BPF_LOAD_UPROBE_TARGET_H
#define BPF_LOAD_UPROBE_TARGET_H

#include <linux/types.h>
#include <stddef.h>

/*
 * Resolves `target`: writes the file's path into `path` and the file offset of the function
 * into `offset`. A name without '/' is looked for among programs and libraries. Returns 0 or
 * -errno with the reason as a sentence in `why`.
 */
int uprobe_target(const char *target, char *path, size_t path_size, __u64 *offset, char *why,
		  size_t why_size);

#endif
