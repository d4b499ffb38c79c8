/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * symbols: what the code at an address is called, in the kernel and in a process.
 *
 * The kernel's names come from /proc/kallsyms, read once, when the first is asked for (some 30 ms).
 * A process's names come from the files it has mapped, by libdw: symbol tables, dynamic ones,
 * .gnu_debugdata, separate files below /usr/lib/debug, and the vdso; position-independent or not,
 * also in a container's file system. Nothing is fetched from a network.
 *
 * All names are clean (clean_text.h). One thread.
 */
#ifndef SAMPLES_SYMBOLS_H
#define SAMPLES_SYMBOLS_H

#include <linux/types.h>
#include <stddef.h>
#include <sys/types.h>

/* Has the kernel's names read, if they are not yet. Returns 0 or -errno. */
int symbols_load_kernel(void);

/*
 * The function of the kernel or of a module that `address` lies in; "[unknown]" if it is in none.
 * The text lives as long as the process.
 */
const char *symbols_kernel(__u64 address);

/* The map of a process, as it is now: take one, ask, close it. */
struct symbols_process {
	pid_t pid;
	void *dwfl; /* NULL: the process is gone, or may not be looked at */
};

void symbols_process_open(struct symbols_process *process, pid_t pid);

/*
 * Writes the name of the function at `address`; "[unknown in FILE]" if only the mapped file is
 * known, "[unknown]" if not even that, as in a process that is gone.
 */
void symbols_process_name(const struct symbols_process *process, __u64 address, char *name,
			  size_t size);

void symbols_process_close(struct symbols_process *process);

#endif
