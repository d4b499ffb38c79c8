/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * dump: the maps of a load, printed as they change.
 *
 * One line for each entry that is new, changed or gone: `counts[6] = 84`. Entries that are zero
 * in an array from the beginning on are not worth one. Maps for global variables are shown by
 * variable. A per-CPU value names the CPUs on which it is not zero.
 */
#ifndef BPFLOAD_DUMP_H
#define BPFLOAD_DUMP_H

#include "snapshot.h"
#include "value_text.h"

struct bpf_loader;
struct watched_map;
struct json_object;

struct dump {
	struct value_writer writer;
	const struct btf *btf;
	struct watched_map *maps;
	size_t count;
	double seconds; /* since the beginning */
	bool json;
	struct json_object *changes; /* of this round */
};

/* Notes on stderr tell which maps cannot be watched. Close in any case. */
void dump_open(struct dump *dump, struct bpf_loader *loader, bool json);
void dump_close(struct dump *dump);

/* Prints what has changed since the last time; with `json` a document, if anything has. */
void dump_round(struct dump *dump);

#endif
