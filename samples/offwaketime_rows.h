/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * offwaketime_rows: the sums of offwaketime's map, as a person wants to see them: with names, those
 * that look alike in one, the longest time first.
 */
#ifndef SAMPLES_OFFWAKETIME_ROWS_H
#define SAMPLES_OFFWAKETIME_ROWS_H

#include "folded.h"
#include "offwaketime.h"
#include "offwaketime_stacks.h"

/*
 * The task that an interrupt hits has nothing to do with the wake: such a row has no waker but
 * WAKER_INTERRUPT, and of the stack what belongs to the interrupt.
 */
enum waker_kind { WAKER_TASK, WAKER_INTERRUPT, WAKER_UNSEEN };

struct row {
	struct offwaketime_task task, waker; /* .comm is clean; waker: only of WAKER_TASK */
	enum waker_kind kind;
	const struct stack *task_kernel, *task_user, *waker_kernel, *waker_user;
	struct offwaketime_sum sum;
};

struct rows {
	struct row *rows;
	size_t count, room;
	struct offwaketime_sum all;
};

/* Reads map `sums_fd`. Returns 0 or -errno; to be freed in any case. */
int rows_read(struct rows *rows, int sums_fd, struct stacks *stacks);

void rows_free(struct rows *rows);

/* What the waker is called: a task's name, "[interrupt]", "[not seen]". */
const char *row_waker_name(const struct row *row);

/*
 * The rows as folded lines, in microseconds: the task, its stack from the outside in, "--", the
 * waker's stack from the inside out, the waker. Kernel frames end in "_[k]". False without memory.
 */
bool rows_fold(const struct rows *rows, struct folded *folded);

#endif
