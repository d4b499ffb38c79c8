// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * report: delivers events to the handle's owner and keeps the first error. See report.h.
 */
#include "report.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void report_init(struct report *report, const char *object, bpf_loader_report_fn fn, void *ctx)
{
	memset(report, 0, sizeof(*report));
	report->object = object;
	report->fn = fn;
	report->ctx = ctx;
}

void report_release(struct report *report)
{
	free(report->error);
	report->error = NULL;
}

/* Names come out of files: none of them may talk to the terminal. */
static void hide_controls(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text) && *text != '\n' && *text != '\t')
			*text = '?';
}

static void send_event(struct report *report, struct bpf_loader_event *event,
		       const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	if (text)
		hide_controls(text);
	event->object = report->object;
	event->text = text ? text : "(out of memory while writing this line)";
	report->fn(event, report->ctx);
	free(text);
}

void report_event(struct report *report, struct bpf_loader_event *event, const char *format,
		  ...)
{
	va_list args;

	if (!report_wanted(report))
		return;
	va_start(args, format);
	send_event(report, event, format, args);
	va_end(args);
}

static void report_line(struct report *report, enum bpf_loader_event_kind kind,
			const char *section, const char *format, va_list args)
{
	struct bpf_loader_event event = {.kind = kind, .section = section};

	if (report_wanted(report))
		send_event(report, &event, format, args);
}

void report_note(struct report *report, const char *section, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_line(report, BPF_LOADER_EVENT_NOTE, section, format, args);
	va_end(args);
}

void report_warning(struct report *report, const char *section, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_line(report, BPF_LOADER_EVENT_WARNING, section, format, args);
	va_end(args);
}

/* "object: text", or NULL without memory: the errno is kept in any case. */
static char *error_text(const char *object, const char *format, va_list args)
{
	char *text = NULL, *whole = NULL;

	if (vasprintf(&text, format, args) < 0)
		return NULL;
	hide_controls(text);
	if (asprintf(&whole, "%s: %s", object, text) < 0)
		whole = NULL;
	free(text);
	return whole;
}

int report_fail(struct report *report, int errnum, const char *format, ...)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_ERROR};
	va_list args;

	if (report->errnum)
		return -report->errnum;
	report->errnum = errnum ? errnum : EINVAL;
	va_start(args, format);
	report->error = error_text(report->object, format, args);
	va_end(args);
	if (report_wanted(report)) {
		event.object = report->object;
		event.text = report->error ? report->error : strerror(report->errnum);
		report->fn(&event, report->ctx);
	}
	return -report->errnum;
}
