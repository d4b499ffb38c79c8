/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * findings: what the loader said while it worked, kept for the time after.
 *
 * Events live during the callback only; dialects, notes and warnings are copied here.
 * Notes and warnings also go to stderr at once, with --verbose every event does. Errors are
 * not: the command tells the handle's error at its end.
 */
#ifndef BPFLOAD_FINDINGS_H
#define BPFLOAD_FINDINGS_H

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

struct finding {
	enum bpf_loader_event_kind kind;
	char *section; /* "" where none is concerned */
	char *text;
};

struct findings {
	struct finding *list;
	size_t count;
	bool verbose;
};

/* For the handle's report callback. */
void findings_hear(struct findings *findings, const struct bpf_loader_event *event);

void findings_release(struct findings *findings);

#endif
