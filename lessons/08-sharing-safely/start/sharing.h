/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * sharing: the values in the maps of this lesson, for both sides: the programs in the kernel and
 * those in user space.
 */
#ifndef SHARING_H
#define SHARING_H

#include <linux/bpf.h>

/* What atomic_kern.c and percpu_kern.c count. */
struct traffic {
	__u64 packets;
	__u64 bytes;
	__u64 largest; /* size of the largest packet: in percpu_kern.c only */
};

#define SIZES 16 /* classes of 128 bytes: up to 127, up to 255, … */

/*
 * What lock_kern.c shares out: so many packets may still pass, so many of each size have passed.
 *
 * Assignment 3: a lock becomes part of the value, as its first member, `lock`.
 */
struct budget {
	__u64 left;
	__u64 passed[SIZES];
};

#endif
