/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * pinning: where a map is pinned, and what is on bpffs because of us.
 *
 * Paths are those of tc, libbpf, gobpf and goebpf, so that a map pinned by one of them is found
 * here and the other way round. What a load puts on bpffs goes into a journal; a load that
 * fails takes exactly that back: pins it made, then directories it made, if empty.
 */
#ifndef BPF_LOAD_PINNING_H
#define BPF_LOAD_PINNING_H

#include "map_spec.h"
#include "report.h"

struct pin_options {
	const char *bpffs;    /* mount point; NULL: $TC_BPF_MNT or /sys/fs/bpf */
	const char *pin_root; /* for LIBBPF_PIN_BY_NAME; NULL: bpffs */
	const char
		*pinning_file; /* tc's names for pinning ids; NULL: where iproute2 keeps it */
	bool relaxed;	       /* an id without a path is a warning, not an error */
};

/* Things made on bpffs, in order. */
struct pin_journal {
	struct pin_made {
		char *path;
		bool directory;
	} * made;
	size_t count;
};

/*
 * Sets map->pin_path for what the definition asks. `object` are the bytes of the object file,
 * whose SHA-1 is part of PIN_OBJECT_NS paths. No syscalls on bpffs, no privileges. Returns 0,
 * or -errno with the error in `report` (an id that the pinning file does not know, a name
 * space that would leave bpffs).
 */
int pinning_resolve(struct bpf_loader_map *map, const struct pin_options *options,
		    const void *object, size_t object_size, struct report *report);

/*
 * Pins `fd` at map->pin_path. Makes the directories; mounts bpffs where it is missing and we
 * may. Returns 0, -EEXIST (without error in the report: somebody was faster), or -errno.
 */
int pinning_pin(struct bpf_loader_map *map, int fd, const struct pin_options *options,
		struct pin_journal *journal, struct report *report);

/* Removes what the journal holds, newest first, and empties it. */
void pinning_undo(struct pin_journal *journal);

/* Forgets: what was made stays. */
void pinning_commit(struct pin_journal *journal);

#endif
