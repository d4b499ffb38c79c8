/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Kernel symbols by address and the trace pipe: what bpf_load.h declared up to 4.17
 * (read_trace_pipe() up to 5.6) and "trace_helpers.h" since.
 *
 * Apart from "trace_helpers.h" so that bpf_load.h can include it: programs of that time have
 * functions of their own by the other names of "trace_helpers.h", such as perf_event_mmap().
 */
#ifndef BPF_LOAD_BPF_CLASSIC_TRACE_H
#define BPF_LOAD_BPF_CLASSIC_TRACE_H

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Kernel symbols ---- */

#ifndef BPF_LOAD_HAVE_KSYM
#define BPF_LOAD_HAVE_KSYM
struct ksym {
	long addr;
	char *name;
};
#endif

/*
 * load_kallsyms() - read /proc/kallsyms into a table of this process, sorted by address.
 * Symbols whose address the kernel hides (all zero) are left out; if that leaves none, a line
 * on stderr says so and the table is empty. Returns 0, or a negative error code and leaves the
 * table as it was. A second call reads anew: symbols handed out before become invalid.
 *
 * The table belongs to this file; do not change or free what the calls below return. Looking up
 * from several threads is safe, loading at the same time is not.
 */
int load_kallsyms(void);

/*
 * ksym_search() - the symbol that @key lies in: the last one at or below that address.
 * An address below all symbols gives the first one. Never NULL: old programs do not test for
 * that; without a table the result is { 0, "[unknown]" }.
 */
struct ksym *ksym_search(long key);

/* ---- The trace pipe ---- */

/*
 * read_trace_pipe() - copy what bpf_trace_printk() writes to stdout, for ever.
 * Looks for tracefs at /sys/kernel/tracing, then /sys/kernel/debug/tracing, and mounts it at
 * the first if it is at neither and the process may. Returns only if the pipe cannot be
 * opened or read: a line on stderr then says why. Each line goes to one reader: do not run
 * two.
 */
void read_trace_pipe(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
