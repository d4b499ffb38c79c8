/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * explain: the pieces of `bpfload explain`, each showing one thing on stdout.
 */
#ifndef BPFLOAD_EXPLAIN_H
#define BPFLOAD_EXPLAIN_H

#include <json-c/json.h>

#include "findings.h"
#include "json_out.h"
#include "object.h"
#include "options.h"

void explain_map(const struct object *object, const struct bpf_loader_map *map);

/* The parts of the program that `stages` (STAGE_…) name. */
void explain_program(const struct object *object, const struct bpf_loader_program *program,
		     unsigned int stages);

/* Its instructions between lines of source. */
void explain_code(const struct object *object, const struct bpf_loader_program *program);

/* The bpf(2) calls of a load, one a line. */
void explain_syscalls(const struct object *object, const struct options *options);

/* {"calls": [], "error": …} */
struct json_object *explain_syscalls_json(const struct object *object,
					  const struct options *options);

/* The whole object as one JSON document; tests/schema/explain.schema.json describes it. */
struct json_object *explain_document(const struct object *object,
				     const struct findings *findings,
				     const struct options *options);

/* The same on stdout. */
void explain_json(const struct object *object, const struct findings *findings,
		  const struct options *options);

#endif
