// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * offwaketime_rows: see offwaketime_rows.h.
 */
#include "offwaketime_rows.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"

/* ---- from the map ---- */

static struct row *add_row(struct rows *rows)
{
	const size_t room = rows->room ? 2 * rows->room : 256;
	struct row *grown;

	if (rows->count == rows->room) {
		grown = reallocarray(rows->rows, room, sizeof(*grown));
		if (!grown)
			return NULL;
		rows->rows = grown;
		rows->room = room;
	}
	return &rows->rows[rows->count++];
}

static int read_sums(struct rows *rows, int sums_fd)
{
	struct offwaketime_key key, *before = NULL;
	struct offwaketime_sum sum;
	struct row *row;

	/* Nothing is ever deleted from the map, so no element is met twice or missed. */
	while (!bpf_map_get_next_key(sums_fd, before, &key)) {
		before = &key;
		if (bpf_map_lookup_elem(sums_fd, &key, &sum))
			return -errno;
		row = add_row(rows);
		if (!row)
			return -ENOMEM;
		*row = (struct row){.task = key.task, .waker = key.waker, .sum = sum};
	}
	return errno == ENOENT ? 0 : -errno;
}

/* Where user stacks are looked for; kernel threads have the number of a process, too. */
static void want_stacks(const struct rows *rows, struct stacks *stacks)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];

		stacks_want(stacks, row->task.kernel_stack, 0);
		stacks_want(stacks, row->task.user_stack, (pid_t)row->task.tgid);
		stacks_want(stacks, row->waker.kernel_stack, 0);
		stacks_want(stacks, row->waker.user_stack, (pid_t)row->waker.tgid);
	}
	stacks_resolve(stacks);
}

/* ---- what an interrupt did ---- */

static void forget_waker(struct row *row, enum waker_kind kind)
{
	static const struct stack none = {.text = ""};

	row->kind = kind;
	row->waker = (struct offwaketime_task){0};
	row->waker_user = &none;
	if (kind == WAKER_UNSEEN)
		row->waker_kernel = &none;
}

/* A name is any 15 bytes, even none at all. */
static void clean_name(char *comm)
{
	comm[COMM_LENGTH - 1] = '\0';
	if (!comm[0])
		memcpy(comm, "?", 2);
	clean_text(comm);
}

static void fill_row(struct row *row, const struct stacks *stacks)
{
	row->task_kernel = stacks_get(stacks, row->task.kernel_stack, 0);
	row->task_user = stacks_get(stacks, row->task.user_stack, (pid_t)row->task.tgid);
	row->waker_kernel = stacks_get(stacks, row->waker.kernel_stack, 0);
	row->waker_user = stacks_get(stacks, row->waker.user_stack, (pid_t)row->waker.tgid);
	clean_name(row->task.comm);
	if (!row->waker.tid && !row->waker.comm[0])
		forget_waker(row, WAKER_UNSEEN);
	else if (row->waker_kernel->interrupt)
		forget_waker(row, WAKER_INTERRUPT);
	else
		clean_name(row->waker.comm);
}

/* ---- merge ---- */

static int compare_numbers(__u64 x, __u64 y)
{
	return x < y ? -1 : x > y;
}

static int compare_tasks(const struct offwaketime_task *x, const struct offwaketime_task *y)
{
	int order = compare_numbers(x->tid, y->tid);

	return order ? order : strncmp(x->comm, y->comm, COMM_LENGTH);
}

/* 0 if the rows look the same. Stacks with the same names have the same text. */
static int compare_looks(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = compare_tasks(&x->task, &y->task);

	if (!order)
		order = compare_tasks(&x->waker, &y->waker);
	if (!order)
		order = compare_numbers(x->kind, y->kind);
	if (!order)
		order = strcmp(x->task_user->text, y->task_user->text);
	if (!order)
		order = strcmp(x->task_kernel->text, y->task_kernel->text);
	if (!order)
		order = strcmp(x->waker_kernel->text, y->waker_kernel->text);
	return order ? order : strcmp(x->waker_user->text, y->waker_user->text);
}

static int compare_times(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = compare_numbers(y->sum.total_ns, x->sum.total_ns);

	return order ? order : compare_looks(a, b);
}

static void add_sum(struct offwaketime_sum *to, const struct offwaketime_sum *sum)
{
	to->total_ns += sum->total_ns;
	to->queue_ns += sum->queue_ns;
	to->count += sum->count;
	if (sum->longest_ns > to->longest_ns)
		to->longest_ns = sum->longest_ns;
}

static void merge(struct rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->rows[i];

		add_sum(&rows->all, &row->sum);
		if (kept && !compare_looks(&rows->rows[kept - 1], row))
			add_sum(&rows->rows[kept - 1].sum, &row->sum);
		else
			rows->rows[kept++] = *row;
	}
	rows->count = kept;
}

int rows_read(struct rows *rows, int sums_fd, struct stacks *stacks)
{
	int err;

	*rows = (struct rows){0};
	err = read_sums(rows, sums_fd);
	if (err || !rows->count)
		return err;
	want_stacks(rows, stacks);
	for (size_t i = 0; i < rows->count; i++)
		fill_row(&rows->rows[i], stacks);
	qsort(rows->rows, rows->count, sizeof(*rows->rows), compare_looks);
	merge(rows);
	qsort(rows->rows, rows->count, sizeof(*rows->rows), compare_times);
	return stacks->no_memory ? -ENOMEM : 0;
}

void rows_free(struct rows *rows)
{
	free(rows->rows);
	*rows = (struct rows){0};
}

const char *row_waker_name(const struct row *row)
{
	if (row->kind == WAKER_INTERRUPT)
		return "[interrupt]";
	return row->kind == WAKER_UNSEEN ? "[not seen]" : row->waker.comm;
}

/* ---- folded ---- */

static void write_frame(FILE *line, const char *name, const char *mark)
{
	fputc(';', line);
	folded_frame(line, name);
	fputs(mark, line);
}

static void from_outside(FILE *line, const struct stack *stack, const char *mark)
{
	for (unsigned int i = stack->count; i > 0; i--)
		write_frame(line, stack->names[i - 1], mark);
}

static void from_inside(FILE *line, const struct stack *stack, const char *mark)
{
	for (unsigned int i = 0; i < stack->count; i++)
		write_frame(line, stack->names[i], mark);
}

static char *fold(const struct row *row)
{
	char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);

	if (!line)
		return NULL;
	folded_frame(line, row->task.comm);
	from_outside(line, row->task_user, "");
	from_outside(line, row->task_kernel, "_[k]");
	write_frame(line, "--", "");
	from_inside(line, row->waker_kernel, "_[k]");
	from_inside(line, row->waker_user, "");
	write_frame(line, row_waker_name(row), "");
	if (!fclose(line))
		return text;
	free(text);
	return NULL;
}

bool rows_fold(const struct rows *rows, struct folded *folded)
{
	for (size_t i = 0; i < rows->count; i++) {
		char *text = fold(&rows->rows[i]);

		if (!text || !folded_add(folded, text, rows->rows[i].sum.total_ns / 1000))
			return false;
	}
	folded_merge(folded);
	return true;
}
