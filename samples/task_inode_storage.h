/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * task_inode_storage: what its two programs share: the values of its maps.
 */
#ifndef SAMPLES_TASK_INODE_STORAGE_H
#define SAMPLES_TASK_INODE_STORAGE_H

#include <linux/types.h>

/* What the kernel keeps with a thread, and with a file. */
struct storage_counts {
	__u64 opens;	/* by open() and its like, and to execute it */
	__u64 accesses; /* access(): may I? */
};

struct storage_config {
	__u32 pid;     /* only this process; 0: every */
	__u32 not_pid; /* but never this one: who looks must not count himself */
};

/* Of all threads and files together. */
struct storage_totals {
	__u64 opens, accesses;
	__u64 missed; /* the kernel had no memory to keep it with the thread, or the file */
};

#endif
