/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * create: from descriptions of maps to maps in the kernel.
 */
#ifndef CREATE_H
#define CREATE_H

#include <linux/bpf.h>

#include "maps.h"

/* The system call bpf(2). What the kernel returns, or -1 and errno. */
int sys_bpf(enum bpf_cmd command, union bpf_attr *attr);

/* Sets map->fd. 0, or -1 and errno. */
int create_map(struct map *map);

/* All, or none: 0, or -1 after a message, and those that were made are closed again. */
int create_maps(struct maps *maps);

/* Closes those that are open, and sets their fd to -1. */
void close_maps(struct maps *maps);

#endif
