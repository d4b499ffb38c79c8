/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * pins: what `bpfload load --pin DIR` puts on bpffs: every map, program and link by its name.
 *
 *  - bpffs takes no '.' in names: `prog.rodata` becomes prog_rodata, as libbpf does it.
 *  - DIR is made if only itself is missing. Nothing that is there already is replaced.
 *  - A map that was given by --map is pinned elsewhere and left out.
 */
#ifndef BPFLOAD_PINS_H
#define BPFLOAD_PINS_H

#include "attach.h"

struct pin {
	char *path;
	const char *what; /* "map", "program", "link" */
	const char *name;
};

struct pins {
	const char *directory;
	bool made_directory;
	struct pin *list;
	size_t count;
};

/*
 * Pins maps, programs, and the links among `attachments` (NULL: no links). False after a
 * complaint, with some of them made: undo.
 */
bool pins_make(struct pins *pins, const char *directory, struct bpf_loader *loader,
	       struct attachments *attachments);

/* Takes away what pins_make() made. */
void pins_undo(struct pins *pins);

/* Forgets; what is pinned stays. */
void pins_release(struct pins *pins);

#endif
