/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * json_parts: what the documents of several subcommands have in common.
 */
#ifndef BPFLOAD_JSON_PARTS_H
#define BPFLOAD_JSON_PARTS_H

#include "findings.h"
#include "json_out.h"

/* Goes up when a key changes its meaning or disappears. */
#define JSON_FORMAT 1

/* type, type_name, key_size, value_size, max_entries, map_flags, flag_names. */
void json_put_numbers_of_map(struct json_object *json, const struct bpf_loader_map *map);

/* type (null while nobody knows it), type_name, type_rule. */
void json_put_type_of_program(struct json_object *json,
			      const struct bpf_loader_program *program);

/* {"map", "map_id", "key"}, or NULL where the section's name puts the program nowhere. */
struct json_object *json_slot_of_program(const struct bpf_loader *loader,
					 const struct bpf_loader_program *program);

/* The notes and warnings among the findings. */
struct json_object *json_notes(const struct findings *findings);

#endif
