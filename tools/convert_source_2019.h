/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source_2019: definitions in the first form of .maps, rewritten for today's.
 *
 *     struct {                                     struct {
 *             int type, max_entries;                       __uint(type, BPF_MAP_TYPE_HASH);
 *             struct pair *key;                            __uint(max_entries, 8);
 *             long *value;                                 __type(key, struct pair);
 *     } pairs SEC(".maps") = {                             __type(value, long);
 *             .type = BPF_MAP_TYPE_HASH,           } pairs SEC(".maps");
 *             .max_entries = 8,
 *     };
 *
 * The section is right already. It is the members that change, each in its place, and the
 * initialiser goes. Members that are in today's form stay as they are.
 */
#ifndef BPFLOAD_CONVERT_SOURCE_2019_H
#define BPFLOAD_CONVERT_SOURCE_2019_H

#include "convert_source_definition.h"

/* Fills what is in the tokens, or leaves the definition. */
void definition_2019_take_apart(const struct plan *plan, struct definition *definition);

/* Adds to `edits` what converts the definition. */
void definition_2019_edit(const struct plan *plan, const struct definition *definition,
			  struct edits *edits);

/* The definition as it will be; to be freed. */
char *definition_2019_text(const struct plan *plan, const struct definition *definition);

#endif
