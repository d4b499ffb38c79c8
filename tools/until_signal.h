/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * until_signal: runs until a person or a parent says stop, with time left to clean up.
 */
#ifndef BPFLOAD_UNTIL_SIGNAL_H
#define BPFLOAD_UNTIL_SIGNAL_H

#include <stdbool.h>

/*
 * From now on SIGINT, SIGTERM and SIGHUP wait to be asked for, and a reader that has gone away
 * is a write error instead of the end. Call it before there is something to clean up.
 */
void until_signal_hold(void);

/* Waits for `seconds`, or for ever if they are 0. True when one of the signals has come. */
bool until_signal_wait(double seconds);

#endif
