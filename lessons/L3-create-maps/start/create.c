// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * create: from descriptions of maps to maps in the kernel. See create.h.
 */
#include "create.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fail.h"

/*
 * Assignment 1: the C library has no function for bpf(2), but one for any system call: syscall(). The
 * number of this one is __NR_bpf. It takes a command, the address of a union bpf_attr, and how
 * many bytes that has.
 */
int sys_bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	(void)command;
	(void)attr;
	errno = ENOSYS;
	return -1;
}

/* Assignment 1: BPF_MAP_CREATE. The members are map_type, key_size, value_size, … */
int create_map(struct map *map)
{
	(void)map;
	errno = ENOSYS;
	return -1;
}

/*
 * Assignment 2: create_map() for each. If one fails: a message with the name of the map and what
 * errno says, and the others are closed again.
 */
int create_maps(struct maps *maps)
{
	return maps->count && create_map(&maps->map[0]) ? fail("%m") : 0;
}

/* Assignment 2. */
void close_maps(struct maps *maps)
{
	(void)maps;
}
