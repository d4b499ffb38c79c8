/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * pin: maps with a path, in a BPF file system (bpffs).
 *
 * Messages are printed as sample_fail() does; each names the path and what to do.
 */
#ifndef SAMPLES_PIN_H
#define SAMPLES_PIN_H

#include "sample.h"

/* Where a bpffs usually is. */
#define PIN_ROOT "/sys/fs/bpf"

/*
 * Sees to it that a bpffs is at PIN_ROOT. Where none is mounted, it mounts one that only this
 * process and its children see, and that the kernel removes with the last of them: then `*own`
 * is true. False after a message.
 */
bool pin_place(const struct sample_run *run, bool *own);

/* Gives the map a path, which must not exist. False after a message. */
bool pin_make(const struct sample_run *run, int map_fd, const char *path);

/* Opens what is pinned there, which must be a map. Returns its descriptor, or -1 after a message. */
int pin_open(const struct sample_run *run, const char *path);

/* Takes the path away; the map lives on as long as somebody holds it. False after a message. */
bool pin_remove(const struct sample_run *run, const char *path);

/* The id of the map that is pinned there; 0 if there is none. */
__u32 pin_map_id(const char *path);

#endif
