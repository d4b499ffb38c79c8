/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * lathist: what its two programs share: what user space tells the kernel side, and what it counts.
 */
#ifndef SAMPLES_LATHIST_H
#define SAMPLES_LATHIST_H

#include <linux/types.h>

/* Bucket b counts what took 2^b to 2^(b+1) ns, bucket 0 what took less. A time has 64 bits. */
#define LATHIST_BUCKETS 64

/* Threads that may be waiting for a CPU at one moment; more are counted as lost. */
#define LATHIST_THREADS 16384

/* Starts that may be pending on one CPU: a softirq's is at the index of its vector, of 10. */
#define LATHIST_SLOTS 16

/* Written once, before the programs are attached. */
struct lathist_config {
	__u32 pid; /* only this one; 0: every */
	/* Where in the records of tracepoints the fields are, in bytes. */
	__u32 woken_pid, woken_new_pid, prev_pid,
		next_pid;			 /* sched_wakeup(_new), sched_switch */
	__u32 raised_vec, entered_vec, left_vec; /* softirq_raise, _entry, _exit */
};

/*
 * What became of the starts. At rest, starts = events in the histogram + all the others here +
 * what is still pending in the maps of starts.
 */
struct lathist_counts {
	__u64 starts;
	__u64 repeated; /* one was pending already: of the two, one is measured */
	__u64 awake;	/* the thread had not stopped running when it was woken */
	__u64 lost;	/* no room in the map */
};

#endif
