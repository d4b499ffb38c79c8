/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * queue_stack: what both sides of the sample know.
 */
#ifndef SAMPLES_QUEUE_STACK_H
#define SAMPLES_QUEUE_STACK_H

#include <linux/types.h>

/* How many numbers each of the two maps holds. */
#define ROOM 4

/* In this order in the members below. */
enum { QUEUE, STACK, KINDS };

/* What a program is told, and what it answers: the one element of map `order`. */
struct order {
	__u64 flags;	     /* for push: BPF_ANY, or BPF_EXIST to write over the oldest */
	__u32 number[KINDS]; /* to push; or what was got */
	__s32 error[KINDS];  /* 0 or -errno, as the helper returned it */
};

#endif
