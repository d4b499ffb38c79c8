// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * slots: an array of programs, changed and read from user space. slots.h says what is promised.
 *
 * Assignment 5 is about this file. Nothing is done yet.
 */
#include <bpf/bpf.h>

#include "slots.h"

int set_handler(int array_fd, __u32 slot, int program_fd)
{
	/* Assignment 5: put the program into the slot. */
	(void)array_fd, (void)slot, (void)program_fd;
	return 0;
}

int empty_slot(int array_fd, __u32 slot)
{
	/* Assignment 5: take out what is in the slot. */
	(void)array_fd, (void)slot;
	return 0;
}

__u32 handler_id(int array_fd, __u32 slot)
{
	/* Assignment 5: see which program is in the slot. */
	(void)array_fd, (void)slot;
	return 0;
}
