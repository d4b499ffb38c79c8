/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * counts.h: what the program in the kernel, counts_kern.c, and those outside have to agree on, and
 * the functions of map_access.c. It is complete.
 */
#ifndef COUNTS_H
#define COUNTS_H

#include <linux/types.h>

/* A value of both maps. The kernel copies these 16 bytes, and knows nothing of members. */
struct count {
	__u64 packets;
	__u64 bytes;
};

#ifndef __bpf__ /* from here on: not for the kernel */

/* What became of the keys that add_keys() was given. */
struct added {
	unsigned int added;   /* was not there, and is now */
	unsigned int already; /* was there, and is as it was */
	unsigned int no_room; /* was not there, and the map is full */
};

/*
 * The assignments. `fd` is the descriptor of a map with keys of type __u32 and values of type
 * struct count. All of them return a negative errno, such as -ENOENT, when something fails.
 */
int read_count(int fd, __u32 key, struct count *count);
int sum_array(int fd, struct count *sum);
int clear_count(int fd, __u32 key);
int report_counts(int fd, __u64 quiet);
int add_keys(int fd, const __u32 *keys, unsigned int n, struct added *added);

/* For report_counts() to call. counts_user.c has it. */
void show_count(__u32 key, const struct count *count);

#endif

#endif
