/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * explain: the pieces of `bpfload explain`, each showing one thing on stdout.
 */
#ifndef BPFLOAD_EXPLAIN_H
#define BPFLOAD_EXPLAIN_H

#include "findings.h"
#include "json_out.h"
#include "object.h"

void explain_map(const struct object *object, const struct bpf_loader_map *map);

void explain_program(const struct object *object, const struct bpf_loader_program *program);

/* The whole object as one JSON document; tests/schema/explain.schema.json describes it. */
struct json_object *explain_document(const struct object *object,
				     const struct findings *findings);

/* The same on stdout. */
void explain_json(const struct object *object, const struct findings *findings);

#endif
