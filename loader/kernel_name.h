/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * kernel_name: names as the kernel takes them for maps and programs: at most 15 letters,
 * digits, '_' and '.'. Anything else (a section's "kprobe/sys_write") would be EINVAL.
 */
#ifndef BPF_LOAD_KERNEL_NAME_H
#define BPF_LOAD_KERNEL_NAME_H

#include <ctype.h>
#include <linux/bpf.h>
#include <stddef.h>

static inline void kernel_name(const char *name, char out[BPF_OBJ_NAME_LEN])
{
	size_t i;

	for (i = 0; i < BPF_OBJ_NAME_LEN - 1 && name[i]; i++)
		out[i] = isalnum((unsigned char)name[i]) || name[i] == '.' ? name[i] : '_';
	out[i] = '\0';
}

#endif
