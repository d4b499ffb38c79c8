/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * spinlock: what both sides of the sample must agree on.
 */
#ifndef SAMPLES_SPINLOCK_H
#define SAMPLES_SPINLOCK_H

#include <linux/bpf.h>

/* The keys of `counters`, one for each way to add. PER_CPU is alone in the other map, with key 0. */
enum { NO_LOCK, SPIN_LOCK, ATOMIC, PER_CPU, WAYS };

/* Two numbers that are to be the same whenever somebody looks. */
struct counter {
	struct bpf_spin_lock lock; /* the kernel finds it by the BTF of this struct */
	__u64 count, twin;
};

/* One for each CPU needs no lock, and may have none. */
struct cpu_counter {
	__u64 count, twin;
};

#endif
