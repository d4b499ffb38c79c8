/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * offwaketime_stacks: the stacks of a stack map, with names instead of addresses.
 *
 * A stack is looked up once, when it is first wanted, and kept: its process may be gone at the next
 * report. Looking up is done for all new stacks at once, process by process, with the map of one
 * process in memory at a time:
 *
 *     stacks_want() … stacks_want()     for each id that the report will need
 *     stacks_resolve()
 *     stacks_get() … stacks_get()
 */
#ifndef SAMPLES_OFFWAKETIME_STACKS_H
#define SAMPLES_OFFWAKETIME_STACKS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct stack {
	__s32 id;	    /* in the map; negative: the errno of its loss */
	pid_t tgid;	    /* 0: a stack of the kernel */
	const char **names; /* innermost first */
	unsigned int count;
	/* The names in one text, which is the same text for the same names. */
	const char *text;
	/*
	 * Of the kernel: an interrupt came while the task was at something else. The frames are
	 * those of the interrupt only.
	 */
	bool interrupt;
};

struct stacks {
	int map_fd, more_fd; /* ids from MORE_STACKS on are in the second */
	void *known, *texts; /* trees of tsearch(3) */
	struct stack **pending;
	size_t pending_count, pending_room;
	bool no_memory; /* something is missing for want of memory */
};

/* A stack of the kernel (`tgid` 0) or of process `tgid`. */
void stacks_want(struct stacks *stacks, __s32 id, pid_t tgid);

void stacks_resolve(struct stacks *stacks);

/* One that was wanted. Never NULL; an empty one without memory. */
const struct stack *stacks_get(const struct stacks *stacks, __s32 id, pid_t tgid);

void stacks_free(struct stacks *stacks);

#endif
