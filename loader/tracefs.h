/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * tracefs: the kernel's directory of events, wherever it is mounted.
 *
 * bpf_load.c opened kprobe_events for writing from its start and so removed every kprobe of
 * the machine before it added its own. Here lines are only ever appended, events carry names
 * that nobody else uses, and each is removed alone, by the handle that made it.
 */
#ifndef BPF_LOAD_TRACEFS_H
#define BPF_LOAD_TRACEFS_H

#include <stdbool.h>

#include "report.h"

/*
 * The directory of tracefs, without '/' at its end: /sys/kernel/tracing, or where debugfs has
 * it, mounted there if it is nowhere and we are root. NULL, with errno set, where it cannot be
 * had. The string is constant.
 */
const char *tracefs_root(void);

/* The number of event `category`/`name` for perf_event_open, or -errno. */
int tracefs_event_id(const char *category, const char *name);

/*
 * Adds a dynamic event by appending `definition` to `file` ("kprobe_events" or
 * "uprobe_events"). Returns 0 or -errno.
 */
int tracefs_add_event(const char *file, const char *definition);

/* Removes the one dynamic event "group/name" from `file`. Returns 0 or -errno. */
int tracefs_remove_event(const char *file, const char *event);

#endif
