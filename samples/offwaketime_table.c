// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * offwaketime_table: see offwaketime_table.h.
 */
#include "offwaketime_table.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

const char *table_time(__u64 ns)
{
	static char texts[8][16];
	static unsigned int turn;
	char *text = texts[turn++ % 8];
	double value = (double)ns / 1e3;
	const char *unit = "us";

	if (value >= 999950) {
		value /= 1e6;
		unit = "s";
	} else if (value >= 999.95) {
		value /= 1e3;
		unit = "ms";
	}
	snprintf(text, sizeof(texts[0]), "%.*f %s",
		 value < 9.995	 ? 2
		 : value < 99.95 ? 1
				 : 0,
		 value, unit);
	return text;
}

/* ---- a stack in one line: "inner < its caller < … .. user code" ---- */

/*
 * Every blocked task is in the scheduler, every waker in the code that wakes; what is interesting
 * comes behind that. Returns how many frames to leave out: none, if nothing would be left.
 */
static unsigned int boring_frames(const struct stack *stack)
{
	unsigned int i = 0;

	while (i < stack->count &&
	       (strstr(stack->names[i], "schedule") ||
		strstr(stack->names[i], "sched_switch") || strstr(stack->names[i], "wake") ||
		strstr(stack->names[i], "waking")))
		i++;
	return i < stack->count ? i : 0;
}

/* A line that is to end before column `room` is over. */
struct line {
	FILE *out;
	int room;
};

static void put(struct line *line, const char *text)
{
	const int length = (int)strlen(text);

	if (line->room <= 0)
		return;
	if (length <= line->room)
		fputs(text, line->out);
	else if (line->room > 2)
		fprintf(line->out, "%.*s..", line->room - 2, text);
	line->room -= length <= line->room ? length : line->room;
}

static void put_frames(struct line *line, const struct stack *stack, unsigned int from,
		       unsigned int to)
{
	for (unsigned int i = from; i < to && i < stack->count; i++) {
		/* Ten times "[unknown in x]" says no more than one. */
		if (i > from && stack->names[i] == stack->names[i - 1])
			continue;
		if (i > from)
			put(line, " < ");
		put(line, stack->names[i]);
	}
}

/* Of the kernel's frames the first two, on a wide screen more: then those of the program. */
static void put_stacks(struct line *line, const struct stack *kernel, const struct stack *user)
{
	const unsigned int from = boring_frames(kernel);
	const unsigned int to = user->count ? from + (line->room > 120 ? 4 : 2) : kernel->count;

	put_frames(line, kernel, from, to);
	if (user->count)
		put(line, to < kernel->count ? " .. " : kernel->count ? " < " : "");
	put_frames(line, user, 0, user->count);
	fputc('\n', line->out);
}

/* ---- for a person ---- */

static void print_row(FILE *out, const struct row *row, int columns)
{
	struct line line = {out, columns - 14};
	char name[64];

	fprintf(out, "%8s %8llu %8s  %s (%u)\n", table_time(row->sum.total_ns), row->sum.count,
		table_time(row->sum.longest_ns), row->task.comm, row->task.tid);
	fputs("    waits in  ", out);
	put_stacks(&line, row->task_kernel, row->task_user);
	fputs("    woken by  ", out);
	line.room = columns - 14;
	if (row->kind == WAKER_TASK)
		snprintf(name, sizeof(name), "%s (%u) in ", row->waker.comm, row->waker.tid);
	else
		snprintf(name, sizeof(name), "%s ", row_waker_name(row));
	put(&line, name);
	put_stacks(&line, row->waker_kernel, row->waker_user);
}

static const char *const loss_texts[LOST_KINDS] = {
	[LOST_BLOCKED] = "blocks not counted, no place in map 'blocked'",
	[LOST_SUM] = "blocks not counted, no place in map 'sums'",
	[LOST_COLLISION] = "stacks lost, others have their places (EEXIST); try --stacks",
	[LOST_MEMORY] = "stacks lost, the map is full (ENOMEM); try --stacks",
	[LOST_KERNEL_FAULT] = "stacks of the kernel that could not be read (EFAULT)",
	[LOST_USER_FAULT] = "no user stack, as with kernel threads (EFAULT)",
	[LOST_WAKER] = "blocks whose waker was not seen",
};

static void print_losses(FILE *out, const struct table *table)
{
	const char *before = "\n";

	for (int i = 0; i < LOST_KINDS; i++) {
		if (!table->lost[i])
			continue;
		fprintf(out, "%s%s: %llu\n", before, loss_texts[i], table->lost[i]);
		before = "";
	}
	if (table->missed)
		fprintf(out, "%sevents missed, another program was running on the CPU: %llu\n",
			before, table->missed);
}

static void print_heading(FILE *out, const struct table *table)
{
	const struct sample_run *run = table->run;
	const pid_t pid = run->options.pid;
	const struct offwaketime_sum *all = &table->rows->all;

	fprintf(out, "where tasks were blocked, and who woke them, in %.1f s, by %s\n",
		run->elapsed, table->probe);
	if (pid)
		fprintf(out, "process %d%s", pid,
			kill(pid, 0) && errno == ESRCH ? " (has ended)" : "");
	else
		fputs("all processes", out);
	fprintf(out, ": %s in %llu blocks, of which %s awake, waiting for a CPU\n",
		table_time(all->total_ns), all->count, table_time(all->queue_ns));
	if (table->min_us)
		fprintf(out, "blocks of less than %llu us are left out\n", table->min_us);
}

void table_print(const struct table *table, FILE *out)
{
	const struct rows *rows = table->rows;

	print_heading(out, table);
	fprintf(out, "\n%8s %8s %8s  %s\n", "blocked", "times", "longest",
		"task (its id); a < b: a was called by b");
	for (size_t i = 0; i < rows->count && i < table->top; i++)
		print_row(out, &rows->rows[i], (int)sample_columns());
	if (!rows->count)
		fputs("no block has ended so far\n", out);
	else if (rows->count > table->top)
		fprintf(out, "and %zu more; --top=N shows N of them\n",
			rows->count - table->top);
	print_losses(out, table);
}

/* ---- JSON ---- */

static void json_stack(FILE *out, const char *member, const struct stack *stack)
{
	fprintf(out, ",\"%s\":[", member);
	for (unsigned int i = 0; i < stack->count; i++) {
		if (i)
			fputc(',', out);
		sample_json_string(out, stack->names[i]);
	}
	fputc(']', out);
}

static void json_task(FILE *out, const char *name, const struct offwaketime_task *task)
{
	fputs("{\"comm\":", out);
	sample_json_string(out, name);
	if (task->comm[0])
		fprintf(out, ",\"tid\":%u,\"pid\":%u", task->tid, task->tgid);
}

static void json_row(FILE *out, const struct row *row)
{
	fprintf(out, "{\"us\":%llu,\"count\":%llu,\"longest_us\":%llu,\"queue_us\":%llu",
		row->sum.total_ns / 1000, row->sum.count, row->sum.longest_ns / 1000,
		row->sum.queue_ns / 1000);
	fputs(",\"task\":", out);
	json_task(out, row->task.comm, &row->task);
	json_stack(out, "kernel", row->task_kernel);
	json_stack(out, "user", row->task_user);
	fputs("},\"waker\":", out);
	json_task(out, row_waker_name(row), &row->waker);
	json_stack(out, "kernel", row->waker_kernel);
	json_stack(out, "user", row->waker_user);
	fputs("}}", out);
}

static void json_losses(FILE *out, const __u64 *lost)
{
	static const char *const names[LOST_KINDS] = {
		[LOST_BLOCKED] = "blocked_full",	 [LOST_SUM] = "sums_full",
		[LOST_COLLISION] = "stack_collisions",	 [LOST_MEMORY] = "stacks_full",
		[LOST_KERNEL_FAULT] = "no_kernel_stack", [LOST_USER_FAULT] = "no_user_stack",
		[LOST_WAKER] = "waker_not_seen",
	};

	for (int i = 0; i < LOST_KINDS; i++)
		fprintf(out, "%s\"%s\":%llu", i ? "," : "", names[i], lost[i]);
}

void table_print_json(const struct table *table, FILE *out)
{
	const struct rows *rows = table->rows;

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"probe\":\"%s\",\"pid\":%d",
		table->run->sample->name, table->run->elapsed, table->probe,
		table->run->options.pid);
	fprintf(out, ",\"us\":%llu,\"count\":%llu,\"queue_us\":%llu,\"lost\":{",
		rows->all.total_ns / 1000, rows->all.count, rows->all.queue_ns / 1000);
	json_losses(out, table->lost);
	fprintf(out, ",\"events_missed\":%llu},\"rows\":%zu,\"top\":[", table->missed,
		rows->count);
	for (size_t i = 0; i < rows->count && i < table->top; i++) {
		if (i)
			fputc(',', out);
		json_row(out, &rows->rows[i]);
	}
	fputs("]}\n", out);
}
