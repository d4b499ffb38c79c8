// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * offwaketime_stacks: see offwaketime_stacks.h.
 */
#include "offwaketime_stacks.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "offwaketime.h"
#include "symbols.h"

static int compare_stacks(const void *a, const void *b)
{
	const struct stack *x = a, *y = b;

	if (x->tgid != y->tgid)
		return x->tgid < y->tgid ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The one copy of `text`; NULL without memory. */
static const char *intern(struct stacks *stacks, const char *text)
{
	char **found = tfind(text, &stacks->texts, compare_texts);
	char *copy;

	if (found)
		return *found;
	copy = strdup(text);
	found = copy ? tsearch(copy, &stacks->texts, compare_texts) : NULL;
	if (!found) {
		free(copy);
		stacks->no_memory = true;
	}
	return found ? *found : NULL;
}

/* ---- wanted ---- */

static bool make_room(struct stacks *stacks)
{
	const size_t room = stacks->pending_room ? 2 * stacks->pending_room : 64;
	struct stack **grown;

	if (stacks->pending_count < stacks->pending_room)
		return true;
	grown = reallocarray(stacks->pending, room, sizeof(struct stack *));
	if (!grown)
		return false;
	stacks->pending = grown;
	stacks->pending_room = room;
	return true;
}

void stacks_want(struct stacks *stacks, __s32 id, pid_t tgid)
{
	struct stack wanted = {.id = id, .tgid = tgid, .text = ""}, *stack;

	if (tfind(&wanted, &stacks->known, compare_stacks))
		return;
	stack = make_room(stacks) ? malloc(sizeof(*stack)) : NULL;
	if (!stack) {
		stacks->no_memory = true;
		return;
	}
	*stack = wanted;
	if (!tsearch(stack, &stacks->known, compare_stacks)) {
		free(stack);
		stacks->no_memory = true;
		return;
	}
	stacks->pending[stacks->pending_count++] = stack;
}

const struct stack *stacks_get(const struct stacks *stacks, __s32 id, pid_t tgid)
{
	static const struct stack none = {.text = ""};
	const struct stack wanted = {.id = id, .tgid = tgid};
	struct stack **found = tfind(&wanted, &stacks->known, compare_stacks);

	return found ? *found : &none;
}

/* ---- named ---- */

/*
 * Where an interrupt meets the task that it interrupts: what the entry code is called on x86, on
 * arm64 (since 5.12, and before), riscv and s390.
 */
static bool is_interrupt_entry(const char *name)
{
	static const char *const entries[] = {
		"asm_sysvec_",	    "asm_common_interrupt",
		"el1h_64_irq",	    "el0t_64_irq",
		"el1_irq",	    "el0_irq",
		"handle_riscv_irq", "do_riscv_irq",
		"do_ext_irq",	    "do_io_irq",
	};

	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (!strncmp(name, entries[i], strlen(entries[i])))
			return true;
	return false;
}

/* What stands in the place of a stack that could not be had. */
static const char *lost_name(const struct stack *stack)
{
	switch (stack->id) {
	case -EEXIST: return "[stack lost: its place is taken]";
	case -ENOMEM: return "[stack lost: no room]";
	/* Kernel threads have no user stack: nothing is lost. */
	case -EFAULT: return stack->tgid ? NULL : "[no kernel stack]";
	default: return "[stack lost]";
	}
}

static void add_name(struct stacks *stacks, struct stack *stack, const char *name)
{
	const char *kept = name ? intern(stacks, name) : NULL;

	if (kept)
		stack->names[stack->count++] = kept;
}

/*
 * Addresses behind the innermost are those where a call returns to. The call is before it, and may
 * be the last instruction of its function.
 */
static __u64 call_address(const __u64 *addresses, unsigned int index)
{
	return index ? addresses[index] - 1 : addresses[index];
}

/* Frames of the tracing itself, innermost: on the way from the event to the BPF program. */
static bool is_tracing(const char *name)
{
	return !strncmp(name, "__traceiter_", strlen("__traceiter_")) ||
	       !strncmp(name, "perf_trace_", strlen("perf_trace_"));
}

static void name_kernel(struct stacks *stacks, struct stack *stack, const __u64 *addresses)
{
	for (unsigned int i = 0; i < STACK_DEPTH && addresses[i] && !stack->interrupt; i++) {
		const char *name = symbols_kernel(call_address(addresses, i));

		if (!stack->count && is_tracing(name))
			continue;
		add_name(stacks, stack, name);
		stack->interrupt = is_interrupt_entry(name);
	}
}

static void name_user(struct stacks *stacks, struct stack *stack, const __u64 *addresses,
		      const struct symbols_process *process)
{
	char name[512];

	for (unsigned int i = 0; i < STACK_DEPTH && addresses[i]; i++) {
		symbols_process_name(process, call_address(addresses, i), name, sizeof(name));
		add_name(stacks, stack, name);
	}
}

static void set_text(struct stacks *stacks, struct stack *stack)
{
	const char *kept;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out) {
		stacks->no_memory = true;
		return;
	}
	for (unsigned int i = 0; i < stack->count; i++)
		fprintf(out, "%s\n", stack->names[i]);
	if (fclose(out)) {
		stacks->no_memory = true;
		return;
	}
	kept = intern(stacks, text);
	free(text);
	if (kept)
		stack->text = kept;
}

/* Takes no more memory than the stack has frames. */
static bool allocate_names(struct stack *stack, const __u64 *addresses)
{
	unsigned int frames = 0;

	while (frames < STACK_DEPTH && addresses[frames])
		frames++;
	stack->names = calloc(frames ? frames : 1, sizeof(char *));
	return stack->names;
}

/* False if there is no such stack: its id stands for a loss. */
static bool read_stack(const struct stacks *stacks, __s32 id, __u64 *addresses)
{
	const bool more = id >= MORE_STACKS;
	const __s32 key = more ? id - MORE_STACKS : id;

	return id >= 0 &&
	       !bpf_map_lookup_elem(more ? stacks->more_fd : stacks->map_fd, &key, addresses);
}

static void resolve(struct stacks *stacks, struct stack *stack,
		    const struct symbols_process *process)
{
	__u64 addresses[STACK_DEPTH] = {0};
	const bool there = read_stack(stacks, stack->id, addresses);

	if (!allocate_names(stack, addresses)) {
		stacks->no_memory = true;
		return;
	}
	if (!there)
		add_name(stacks, stack, lost_name(stack));
	else if (stack->tgid)
		name_user(stacks, stack, addresses, process);
	else
		name_kernel(stacks, stack, addresses);
	set_text(stacks, stack);
}

static int compare_pending(const void *a, const void *b)
{
	return compare_stacks(*(struct stack *const *)a, *(struct stack *const *)b);
}

void stacks_resolve(struct stacks *stacks)
{
	struct symbols_process process = {0};

	if (stacks->pending_count)
		qsort(stacks->pending, stacks->pending_count, sizeof(struct stack *),
		      compare_pending);
	for (size_t i = 0; i < stacks->pending_count; i++) {
		struct stack *stack = stacks->pending[i];

		/* No need to look at a process for a stack that there is not. */
		if (stack->id >= 0 && stack->tgid != process.pid) {
			symbols_process_close(&process);
			symbols_process_open(&process, stack->tgid);
		}
		resolve(stacks, stack, &process);
	}
	symbols_process_close(&process);
	stacks->pending_count = 0;
}

/* ---- the end ---- */

static void free_stack(void *item)
{
	struct stack *stack = item;

	free(stack->names);
	free(stack);
}

void stacks_free(struct stacks *stacks)
{
	tdestroy(stacks->known, free_stack);
	tdestroy(stacks->texts, free);
	free(stacks->pending);
	*stacks = (struct stacks){.map_fd = -1, .more_fd = -1};
}
