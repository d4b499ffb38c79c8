/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * stage: what its parts want of each other. See stage.c and pretended.c.
 */
#ifndef STAGE_H
#define STAGE_H

#include "frames.h"

/* Is there no kernel in this run, but what pretended.c makes of one? */
bool pretended(void);

/* Counts them, as if they had come in on that CPU, 0 to 3. */
void pretended_receive(const struct frames *frames, int cpu);

#endif
