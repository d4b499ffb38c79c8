/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * ringbuf_output: what both sides of the sample know: the event, the counters, what to look at.
 */
#ifndef SAMPLES_RINGBUF_OUTPUT_H
#define SAMPLES_RINGBUF_OUTPUT_H

#include <linux/types.h>

#define COMM_SIZE     16  /* the kernel's limit for the name of a thread */
#define FILENAME_SIZE 128 /* longer ones are cut */

/* The three ways that each event takes. */
enum way { WAY_PERF, WAY_OUTPUT, WAY_RESERVE, WAYS };

/* A process begins to run another program. */
struct event {
	__u64 time; /* nanoseconds since the machine started */
	__u32 pid, cpu;
	char comm[COMM_SIZE];
	char filename[FILENAME_SIZE]; /* the last member: it may come shorter */
};

/* The program's own count of what it did, on each CPU. */
struct counts {
	__u64 produced;	    /* events; each went all three ways */
	__u64 lost[WAYS];   /* of those: no room */
	__u64 failed[WAYS]; /* of those: any other error */
};

struct config {
	__u32 watching;	      /* 0: nothing is sent */
	__u32 filename_where; /* offset in the record of the tracepoint: it varies */
	char comm[COMM_SIZE]; /* only programs of that name; empty: all */
};

#endif
