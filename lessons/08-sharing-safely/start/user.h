/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * user: the functions of percpu_user.c and lock_user.c, which hammer.c calls. They are described
 * where they are written.
 */
#ifndef USER_H
#define USER_H

#include "sharing.h"

int sum_cpus(int map_fd, struct traffic *total);
int read_budget(int map_fd, struct budget *budget);
int refill_budget(int map_fd, __u64 packets);

#endif
