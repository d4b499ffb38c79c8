/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * attach: makes loaded programs run.
 *
 * What the section's name says is attached: kprobe, kretprobe, uprobe, uretprobe, tracepoint,
 * raw tracepoint, and by the kernel's BTF fentry, fexit, tp_btf, lsm. A socket filter, an XDP
 * or tc program, a cgroup program needs an object that only the caller has; those are left.
 *
 * Probes use the perf interface of the kernel (since 4.17) first, which leaves nothing behind
 * even if the process is killed; without it, a tracefs event with a name of its own.
 */
#ifndef BPF_LOAD_ATTACH_H
#define BPF_LOAD_ATTACH_H

#include "prog_spec.h"
#include "report.h"

/*
 * Attaches `program` (loaded, not attached) as its section says; does nothing where the
 * section's name says nothing of it. Returns 0 or -errno with an error in `report`.
 */
int attach_program(struct bpf_loader_program *program, struct report *report);

/*
 * Attaches a socket filter (SO_ATTACH_BPF) to `socket_fd`. Returns 0 or -errno. The kernel
 * keeps the program on the socket until the socket is closed.
 */
int attach_socket(struct bpf_loader_program *program, int socket_fd, struct report *report);

/* Detaches: closes the event, removes a tracefs event that was made for it. */
void attach_release(struct bpf_loader_program *program);

#endif
