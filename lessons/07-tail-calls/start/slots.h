/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * slots: an array of programs, changed and read from user space. `array_fd` is its descriptor.
 *
 * Where the kernel refuses, they return what the function returned that asked it, which is not 0.
 */
#ifndef SLOTS_H
#define SLOTS_H

#include <linux/types.h>

/* From now on, slot `slot` holds the program with the descriptor `program_fd`. Returns 0. */
int set_handler(int array_fd, __u32 slot, int program_fd);

/* From now on, slot `slot` holds no program. Returns 0. It is an error if it held none before. */
int empty_slot(int array_fd, __u32 slot);

/* The id of the program in the slot. Returns 0 if it holds none: no program has that id. */
__u32 handler_id(int array_fd, __u32 slot);

#endif
