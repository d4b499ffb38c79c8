/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "trace_helpers.h": kernel symbols by address, the trace pipe, and perf rings that BPF
 * programs write to. All names that the header had from 4.18 to 5.10.
 *
 * Three files of classic/ implement it: trace_helpers.c the symbols, trace_pipe.c
 * read_trace_pipe(), perf_poller.c the perf_event_*() calls.
 */
#ifndef BPF_LOAD_TRACE_HELPERS_H
#define BPF_LOAD_TRACE_HELPERS_H

#include <bpf/libbpf.h>
#include <linux/perf_event.h>

/* struct ksym, load_kallsyms(), ksym_search(), read_trace_pipe() */
#include "bpf/classic_trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- More about kernel symbols ---- */

/* The address of the symbol @name in the table, or 0. */
long ksym_get_addr(const char *name);

/*
 * kallsyms_find() - look one symbol up without keeping a table.
 * Returns 0 and *@addr, -ENOENT if there is no such symbol, or -EINVAL if /proc/kallsyms cannot
 * be opened. Thread-safe.
 */
int kallsyms_find(const char *sym, unsigned long long *addr);

/* ---- Perf rings ---- */

/* Gets each sample. Returns PERF_EVENT_CONT to go on, anything else to end the poller. */
typedef enum bpf_perf_event_ret (*perf_event_print_fn)(void *data, int size);

/* What the values of enum bpf_perf_event_ret were called at first. */
#define PERF_EVENT_DONE	 LIBBPF_PERF_EVENT_DONE
#define PERF_EVENT_ERROR LIBBPF_PERF_EVENT_ERROR
#define PERF_EVENT_CONT	 LIBBPF_PERF_EVENT_CONT

/*
 * perf_event_mmap() - map 8 pages of ring of the perf event @fd, for perf_event_poller().
 * perf_event_mmap_header() - the same, and store where; for perf_event_poller_multi().
 * Return 0, or -1 with errno set after a line on stderr. The mapping lives as long as the
 * process.
 */
int perf_event_mmap(int fd);
int perf_event_mmap_header(int fd, struct perf_event_mmap_page **header);

/*
 * perf_event_poller() - wait on @fd and hand each sample to @output_fn, until that returns
 * something else than PERF_EVENT_CONT; returns that, or PERF_EVENT_ERROR. @fd is the one last
 * given to perf_event_mmap(). Lost samples are reported on stdout, as they always were.
 * perf_event_poller_multi() does so for @num_fds events, each with its mapping in @headers.
 * One thread for each ring.
 */
int perf_event_poller(int fd, perf_event_print_fn output_fn);
int perf_event_poller_multi(int *fds, struct perf_event_mmap_page **headers, int num_fds,
			    perf_event_print_fn output_fn);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
