/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * together: runs an XDP program on several CPUs at the same time.
 *
 * A turn is one thread, which stays on one CPU and has the kernel run the program there, so many
 * times, on a packet of so many bytes (BPF_PROG_TEST_RUN: no packet has to arrive).
 */
#ifndef TOGETHER_H
#define TOGETHER_H

#include <linux/types.h>

#define TURNS_MAX 8

struct turn {
	int cpu;	/* number of the CPU */
	__u32 size;	/* of the packet, 14 to 3000 bytes */
	__u32 runs;	/* how many times */
	__u32 returned; /* what the program returned the last time */
	int err;	/* negative errno if it could not be run */
};

/* Leaves the numbers of the CPUs that this process may use, TURNS_MAX at most. Returns how many. */
int usable_cpus(int cpus[TURNS_MAX]);

/*
 * Takes all turns at once, and returns when they are over. `meanwhile`, unless NULL, is called with
 * `context` again and again as long as one of them lasts. Returns 0, or a negative errno.
 */
int run_together(int program_fd, struct turn *turns, int count,
		 void (*meanwhile)(void *context), void *context);

#endif
