// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * queue_stack: the same numbers through a queue and a stack, side by side.
 *
 * Four times in each round, numbers are pushed to both maps and popped until nothing is left:
 * by the programs of queue_stack_kern.o, which are run by hand, and from here, by system calls.
 * Read it from the bottom: main(), report(), run_step(), operate().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "queue_stack.h"
#include "sample.h"

#define TOO_MANY 2 /* of the numbers, in the steps that fill the maps */
#define MOST	 (ROOM + TOO_MANY)
#define HIGHEST	 999 /* then the numbers begin again at 1 */

static const struct sample queue_stack = {
	.name = "queue_stack",
	.title = "first in first out, last in first out: maps without keys",
	.what = "Pushes numbers to a queue and a stack and pops them, from BPF and from here, "
		"and\n"
		"shows both orders side by side, and what happens when the maps are full.",
	.example = "-c 1",
	.map_types = "QUEUE, STACK, ARRAY",
	.needs = "root (or CAP_BPF and CAP_NET_ADMIN); Linux 4.20 or newer",
	.requires = {"root", "map:queue", "map:stack", "program:socket_filter"},
};

enum side { PROGRAM, USER };
enum operation { PUSH, POP, PEEK, OPERATIONS };

static const char *const side_names[] = {"the program", "user space"};
static const char *const side_words[] = {"program", "user"};
static const char *const kind_words[] = {"queue", "stack"};

/* A step: one side pushes `count` numbers, the other peeks, then pops all there are. */
struct step {
	enum side pusher, popper;
	__u64 flags;
	int count;
};

static const struct step steps[] = {
	{PROGRAM, USER, BPF_ANY, ROOM},
	{USER, PROGRAM, BPF_ANY, ROOM},
	{PROGRAM, USER, BPF_ANY, MOST},
	{USER, PROGRAM, BPF_EXIST, MOST},
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* What came of a step, for one of the maps. */
struct outcome {
	int pushed[MOST]; /* 0 or -errno, of each number */
	__u32 peeked;
	__u32 popped[MOST];
	int popped_count;
	int end; /* of the pop behind the last: -errno */
};

struct round {
	unsigned long number;
	__u32 first[STEPS]; /* the first number of each step; they count up from there */
	struct outcome outcomes[STEPS][KINDS];
};

struct maps {
	int kinds[KINDS], order, programs[OPERATIONS];
};

/* ---- one operation on both maps ---- */

/* The key is NULL. bpf_map_lookup_elem() is peek here, and the other one pop. */
static int operate_here(int map_fd, enum operation operation, __u32 *number, __u64 flags)
{
	switch (operation) {
	case PUSH: return bpf_map_update_elem(map_fd, NULL, number, flags);
	case PEEK: return bpf_map_lookup_elem(map_fd, NULL, number);
	default: return bpf_map_lookup_and_delete_elem(map_fd, NULL, number);
	}
}

/* Runs a program once, with a packet that it does not look at. 0 or -errno. */
static int run_program(int program_fd)
{
	unsigned char packet[64] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));

	return bpf_prog_test_run_opts(program_fd, &opts);
}

/* The same by the program: it finds its order in a map, and leaves the answer there. */
static int operate_there(const struct maps *maps, enum operation operation, struct order *order)
{
	const __u32 zero = 0;
	int err = bpf_map_update_elem(maps->order, &zero, order, BPF_ANY);

	if (!err)
		err = run_program(maps->programs[operation]);
	return err ? err : bpf_map_lookup_elem(maps->order, &zero, order);
}

/* False, with a message, if the operation could not be tried. How it went is in order->error. */
static bool operate(const struct sample_run *run, const struct maps *maps, enum side side,
		    enum operation operation, struct order *order)
{
	int err = 0;

	if (side == PROGRAM)
		err = operate_there(maps, operation, order);
	else
		for (int kind = 0; kind < KINDS; kind++)
			order->error[kind] = operate_here(maps->kinds[kind], operation,
							  &order->number[kind], order->flags);
	if (err)
		sample_fail(run, "cannot run a program on an order of map 'order': %s",
			    strerror(-err));
	return !err;
}

/* ---- steps ---- */

static bool push_all(const struct sample_run *run, const struct maps *maps,
		     const struct step *step, __u32 first, struct outcome *outcomes)
{
	for (int i = 0; i < step->count; i++) {
		const __u32 number = first + (__u32)i;
		struct order order = {.flags = step->flags, .number = {number, number}};

		if (!operate(run, maps, step->pusher, PUSH, &order))
			return false;
		for (int kind = 0; kind < KINDS; kind++)
			outcomes[kind].pushed[i] = order.error[kind];
	}
	return true;
}

static void note_popped(struct outcome *outcome, __u32 number, int error)
{
	if (!error && outcome->popped_count < MOST)
		outcome->popped[outcome->popped_count++] = number;
	outcome->end = error;
}

/* Once more than there can be, so that the last answer is what an empty map gives. */
static bool pop_all(const struct sample_run *run, const struct maps *maps, enum side popper,
		    struct outcome *outcomes)
{
	for (int i = 0; i <= ROOM; i++) {
		struct order order = {0};

		if (!operate(run, maps, popper, POP, &order))
			return false;
		for (int kind = 0; kind < KINDS; kind++)
			note_popped(&outcomes[kind], order.number[kind], order.error[kind]);
	}
	return true;
}

static bool run_step(const struct sample_run *run, const struct maps *maps,
		     const struct step *step, __u32 first, struct outcome *outcomes)
{
	struct order order = {0};

	memset(outcomes, 0, KINDS * sizeof(*outcomes));
	if (!push_all(run, maps, step, first, outcomes) ||
	    !operate(run, maps, step->popper, PEEK, &order))
		return false;
	for (int kind = 0; kind < KINDS; kind++)
		outcomes[kind].peeked = order.number[kind];
	return pop_all(run, maps, step->popper, outcomes);
}

static bool run_round(const struct sample_run *run, const struct maps *maps,
		      struct round *round)
{
	__u32 next = round->number ? round->first[STEPS - 1] + MOST : 1;

	if (next + STEPS * MOST > HIGHEST)
		next = 1;
	round->number++;
	for (size_t i = 0; i < STEPS; i++) {
		round->first[i] = next;
		if (!run_step(run, maps, &steps[i], next, round->outcomes[i]))
			return false;
		next += (__u32)steps[i].count;
	}
	return true;
}

/* ---- reports ---- */

#define COLUMN 24

/* The numbers that were pushed and taken, or those refused, as text. */
static void list_pushed(char *text, size_t size, const struct step *step, __u32 first,
			const struct outcome *outcome, bool taken)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < step->count; i++)
		if (!outcome->pushed[i] == taken && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%u",
						 used ? " " : "", first + (__u32)i);
}

static void list_popped(char *text, size_t size, const struct outcome *outcome)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < outcome->popped_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%u", used ? " " : "",
					 outcome->popped[i]);
}

static void print_row(FILE *out, const char *who, const char *what, const char *queue,
		      const char *stack)
{
	fprintf(out, "%-11s %-15s  %-*s  %s\n", who, what, COLUMN, queue, stack);
}

static void print_pushed(FILE *out, const struct step *step, __u32 first,
			 const struct outcome *outcomes)
{
	const char *what = step->flags == BPF_EXIST ? "pushes, EXIST" : "pushes";
	char queue[64], stack[64];

	list_pushed(queue, sizeof(queue), step, first, &outcomes[QUEUE], true);
	list_pushed(stack, sizeof(stack), step, first, &outcomes[STACK], true);
	print_row(out, side_names[step->pusher], what, queue, stack);
	list_pushed(queue, sizeof(queue), step, first, &outcomes[QUEUE], false);
	list_pushed(stack, sizeof(stack), step, first, &outcomes[STACK], false);
	if (*queue || *stack)
		print_row(out, "", "refused (E2BIG)", queue, stack);
}

static void print_popped(FILE *out, const struct step *step, const struct outcome *outcomes)
{
	char queue[64], stack[64];

	snprintf(queue, sizeof(queue), "%u", outcomes[QUEUE].peeked);
	snprintf(stack, sizeof(stack), "%u", outcomes[STACK].peeked);
	print_row(out, side_names[step->popper], "peeks", queue, stack);
	list_popped(queue, sizeof(queue), &outcomes[QUEUE]);
	list_popped(stack, sizeof(stack), &outcomes[STACK]);
	print_row(out, "", "pops", queue, stack);
}

static void print_table(FILE *out, const struct sample_run *run, const struct round *round)
{
	fprintf(out,
		"numbers through a queue and a stack with room for %d; round %lu, after %.1f "
		"s\n\n",
		ROOM, round->number, run->elapsed);
	print_row(out, "", "", "queue: the oldest first", "stack: the youngest first");
	for (size_t i = 0; i < STEPS; i++) {
		fputs(i ? "\n" : "", out);
		print_pushed(out, &steps[i], round->first[i], round->outcomes[i]);
		print_popped(out, &steps[i], round->outcomes[i]);
	}
}

static void print_json_outcome(FILE *out, const struct step *step,
			       const struct outcome *outcome, const char *word)
{
	fprintf(out, ",\"%s\":{\"errors\":[", word);
	for (int i = 0; i < step->count; i++)
		fprintf(out, "%s%d", i ? "," : "", outcome->pushed[i]);
	fprintf(out, "],\"peeked\":%u,\"popped\":[", outcome->peeked);
	for (int i = 0; i < outcome->popped_count; i++)
		fprintf(out, "%s%u", i ? "," : "", outcome->popped[i]);
	fprintf(out, "],\"end_error\":%d}", outcome->end);
}

static void print_json_step(FILE *out, const struct step *step, __u32 first,
			    const struct outcome *outcomes)
{
	fprintf(out, "{\"pushed_by\":\"%s\",\"popped_by\":\"%s\",\"flags\":\"%s\",\"pushed\":[",
		side_words[step->pusher], side_words[step->popper],
		step->flags == BPF_EXIST ? "BPF_EXIST" : "BPF_ANY");
	for (int i = 0; i < step->count; i++)
		fprintf(out, "%s%u", i ? "," : "", first + (__u32)i);
	fprintf(out, "]");
	for (int kind = 0; kind < KINDS; kind++)
		print_json_outcome(out, step, &outcomes[kind], kind_words[kind]);
	fprintf(out, "}");
}

static void print_json(FILE *out, const struct sample_run *run, const struct round *round)
{
	fprintf(out,
		"{\"sample\":\"%s\",\"seconds\":%.3f,\"room\":%d,\"round\":%lu,\"steps\":[",
		run->sample->name, run->elapsed, ROOM, round->number);
	for (size_t i = 0; i < STEPS; i++) {
		fputs(i ? "," : "", out);
		print_json_step(out, &steps[i], round->first[i], round->outcomes[i]);
	}
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, const struct maps *maps, struct round *round)
{
	FILE *out;

	if (!run_round(run, maps, round))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, round);
	else if (out)
		print_table(out, run, round);
	sample_show(run);
	return true;
}

static int report_until_end(struct sample_run *run, const struct bpf_loader *loader)
{
	const struct maps maps = {
		.kinds = {bpf_loader_map_fd(loader, "queue"),
			  bpf_loader_map_fd(loader, "stack")},
		.order = bpf_loader_map_fd(loader, "order"),
		.programs = {bpf_loader_program_fd(loader, "push"),
			     bpf_loader_program_fd(loader, "pop"),
			     bpf_loader_program_fd(loader, "peek")},
	};
	struct round round = {0};

	while (sample_next(run))
		if (!report(run, &maps, &round))
			return EXIT_FAILURE;
	return sample_end(run);
}

int main(int argc, char **argv)
{
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &queue_stack, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader)
		status = report_until_end(&run, loader);
	bpf_loader_close(loader);
	return status;
}
