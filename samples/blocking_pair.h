/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * blocking_pair: two threads, "pair-waits" and "pair-wakes". The first is blocked in the read of a
 * pipe; the second writes a byte into it again and again, and sleeps between.
 *
 * What a tracer of user stacks sees of them: wait_for_partner() and wake_partner().
 */
#ifndef SAMPLES_BLOCKING_PAIR_H
#define SAMPLES_BLOCKING_PAIR_H

/* Starts them, with so many wakes a second. Returns 0 or -errno. */
int blocking_pair_start(double per_second);

/* Fine without a start. */
void blocking_pair_stop(void);

#endif
