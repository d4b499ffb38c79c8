/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * trace_printk: what its two programs share: the settings, and what the kernel side counts.
 */
#ifndef SAMPLES_TRACE_PRINTK_H
#define SAMPLES_TRACE_PRINTK_H

#include <linux/types.h>

/* User space may write this at any time, the program reads it at every event. */
struct trace_printk_config {
	__u32 on;	  /* the switch: 0 prints nothing */
	__u32 tag;	  /* stands in each line, so that the reader knows its own */
	__u32 pid;	  /* only this process; 0: every */
	__u32 arg_offset; /* where in the event's record the argument of getpgid() is */
};

/* Elements of the map `counts`. */
enum {
	TRACE_PRINTK_SEEN,    /* calls of getpgid(), printed or not */
	TRACE_PRINTK_PRINTED, /* lines that bpf_trace_printk() took */
	TRACE_PRINTK_REFUSED, /* that it did not take */
	TRACE_PRINTK_COUNTS
};

#endif
