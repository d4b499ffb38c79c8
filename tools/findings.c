// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * findings: see findings.h.
 */
#include "findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

static bool worth_keeping(enum bpf_loader_event_kind kind)
{
	return kind == BPF_LOADER_EVENT_DIALECT || kind == BPF_LOADER_EVENT_NOTE ||
	       kind == BPF_LOADER_EVENT_WARNING;
}

static void keep(struct findings *findings, const struct bpf_loader_event *event)
{
	struct finding *list =
		must(reallocarray(findings->list, findings->count + 1, sizeof(*list)));

	findings->list = list;
	list[findings->count++] = (struct finding){
		.kind = event->kind,
		.section = must(strdup(event->section ? event->section : "")),
		.text = must(strdup(event->text)),
	};
}

/* The library's own line for an event, made safe for the terminal. */
static void print_event(const struct bpf_loader_event *event)
{
	char *line = NULL, *safe;
	size_t size;
	FILE *stream = must(open_memstream(&line, &size));

	bpf_loader_print(event, stream);
	fclose(stream);
	safe = safe_text(must(line), true);
	fputs(safe, stderr);
	free(safe);
	free(line);
}

static bool worth_printing(const struct findings *findings, enum bpf_loader_event_kind kind)
{
	if (kind == BPF_LOADER_EVENT_ERROR)
		return false;
	return findings->verbose || kind == BPF_LOADER_EVENT_NOTE ||
	       kind == BPF_LOADER_EVENT_WARNING;
}

void findings_hear(struct findings *findings, const struct bpf_loader_event *event)
{
	if (worth_keeping(event->kind))
		keep(findings, event);
	if (worth_printing(findings, event->kind))
		print_event(event);
}

void findings_release(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->list[i].section);
		free(findings->list[i].text);
	}
	free(findings->list);
	findings->list = NULL;
	findings->count = 0;
}
