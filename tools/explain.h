/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * explain: the pieces of `bpfload explain`, each showing one thing on stdout.
 */
#ifndef BPFLOAD_EXPLAIN_H
#define BPFLOAD_EXPLAIN_H

#include "findings.h"
#include "object.h"
#include "options.h"

void explain_map(const struct object *object, const struct bpf_loader_map *map);

/* The parts of the program that `stages` (STAGE_…) name. */
void explain_program(const struct object *object, const struct bpf_loader_program *program,
		     unsigned int stages);

/* Its instructions between lines of source. */
void explain_code(const struct object *object, const struct bpf_loader_program *program);

/* The whole object as one JSON document; tests/schema/explain.schema.json describes it. */
void explain_json(const struct object *object, const struct findings *findings,
		  const struct options *options);

#endif
