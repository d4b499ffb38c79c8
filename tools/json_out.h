/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * json_out: JSON documents by json-c, with names from objects made valid UTF-8.
 *
 *  - Keys keep the order in which they are put.
 *  - A NULL string becomes null. Bytes that are no UTF-8 become U+FFFD.
 *  - Without memory the program ends, as in output.h.
 */
#ifndef BPFLOAD_JSON_OUT_H
#define BPFLOAD_JSON_OUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object *json_map(void);  /* {} */
struct json_object *json_list(void); /* [] */

/* Both hand `value` over; NULL is null. */
void json_put(struct json_object *object, const char *key, struct json_object *value);
void json_push(struct json_object *list, struct json_object *value);

void json_put_text(struct json_object *object, const char *key, const char *value);
void json_put_number(struct json_object *object, const char *key, uint64_t value);
void json_put_bool(struct json_object *object, const char *key, bool value);

/* "1c0000ff": two digits a byte. NULL is null. */
void json_put_bytes(struct json_object *object, const char *key, const void *bytes,
		    size_t size);

struct json_object *json_text(const char *value);
struct json_object *json_bytes(const void *bytes, size_t size);

/* Writes the document and a newline to stdout, and frees it. */
void json_print(struct json_object *document);

#endif
