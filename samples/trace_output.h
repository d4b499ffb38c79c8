/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * trace_output: what both sides of the sample know: the event, the counters, the filter.
 */
#ifndef SAMPLES_TRACE_OUTPUT_H
#define SAMPLES_TRACE_OUTPUT_H

#include <linux/types.h>

/* In each event, so that the reader notices when it put a record together wrongly. */
#define EVENT_COOKIE 0x12345678abcdef01ULL

struct event {
	__u64 sequence; /* 0, 1, 2, … on each CPU: a number that is missing is a lost event */
	__u64 cookie;
	__u32 pid;
	__u32 cpu;
};

/* The program's own count of what it did, on each CPU. */
struct counts {
	__u64 produced; /* events handed to bpf_perf_event_output() */
	__u64 refused;	/* of those: no room in the ring */
	__u64 failed;	/* of those: any other error */
};

/* Whose calls make events: the one element of map `watched`. Else a process id. */
#define WATCH_EVERYONE 0
#define WATCH_NOBODY   0xffffffffU

#endif
