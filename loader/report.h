/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * report: what the loader just did, told once.
 *
 * Every chapter of the loader says what it finds and does as an event, and says why it gives
 * up as one error. Nobody in loader/ prints.
 *
 *  - An event goes to the callback of the handle's owner at the moment it happens. Pointers in
 *    it are valid during the call only. No callback, no cost: the text is not even formatted.
 *  - The first error stays: later ones are consequences and are dropped. report_fail()
 *    returns -errno, so that a function can end with `return report_fail(...)`.
 *  - An error text names the object first, then the section, symbol or instruction, what is
 *    wrong, the errno in words where the kernel gave one, and what to do next.
 */
#ifndef BPF_LOAD_REPORT_H
#define BPF_LOAD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct bpf_loader_map;
struct bpf_loader_program;
struct bpf_loader_reloc;

enum bpf_loader_event_kind {
	BPF_LOADER_EVENT_SECTION,     /* a section and what it is for */
	BPF_LOADER_EVENT_DIALECT,     /* how map definitions are read, and the evidence */
	BPF_LOADER_EVENT_MAP_FOUND,   /* .map: a definition has been read */
	BPF_LOADER_EVENT_MAP_CREATED, /* .map: it has an fd now: created, pinned one, given */
	BPF_LOADER_EVENT_SLOT,	      /* .map: a program or map was put into one of its slots */
	BPF_LOADER_EVENT_PROGRAM_FOUND,	 /* .program: section, type, size */
	BPF_LOADER_EVENT_RELOCATION,	 /* .program, .reloc: instruction before and after */
	BPF_LOADER_EVENT_PROGRAM_LOADED, /* .program: the verifier accepted it */
	BPF_LOADER_EVENT_ATTACHED,	 /* .program: it runs from now on */
	BPF_LOADER_EVENT_NOTE,		 /* worth knowing */
	BPF_LOADER_EVENT_WARNING,	 /* the load goes on, but look at this */
	BPF_LOADER_EVENT_ERROR,		 /* the load ends here */
};

struct bpf_loader_event {
	enum bpf_loader_event_kind kind;
	const char *object;  /* file name of the object as given to open */
	const char *section; /* NULL where none is concerned */
	const char *text;    /* one line for a person, never NULL */
	const struct bpf_loader_map *map;
	const struct bpf_loader_program *program;
	const struct bpf_loader_reloc *reloc;
};

typedef void (*bpf_loader_report_fn)(const struct bpf_loader_event *event, void *ctx);

/* The loader's own end of it: one for each handle. */
struct report {
	const char *object;
	bpf_loader_report_fn fn;
	void *ctx;
	int errnum;  /* 0, or the errno of the first error */
	char *error; /* its text; NULL when memory ran out while writing it */
};

void report_init(struct report *report, const char *object, bpf_loader_report_fn fn, void *ctx);
void report_release(struct report *report);

/* True when somebody listens: guard for work that only prepares an event. */
static inline bool report_wanted(const struct report *report)
{
	return report->fn != NULL;
}

/*
 * Sends `event` (its .object and .text are filled in here) with a text made of `format`.
 */
void report_event(struct report *report, struct bpf_loader_event *event, const char *format,
		  ...) __attribute__((format(printf, 3, 4)));

/* A note or a warning about `section` (may be NULL). */
void report_note(struct report *report, const char *section, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void report_warning(struct report *report, const char *section, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Records the error `errnum` (a positive errno), if it is the first, and sends it as an event.
 * Returns -errnum.
 */
int report_fail(struct report *report, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
