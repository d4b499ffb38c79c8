// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * json_out: see json_out.h.
 */
#include "json_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct json_object *json_map(void)
{
	return must(json_object_new_object());
}

struct json_object *json_list(void)
{
	return must(json_object_new_array());
}

void json_put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value))
		must(NULL);
}

void json_push(struct json_object *list, struct json_object *value)
{
	if (json_object_array_add(list, value))
		must(NULL);
}

/* A copy that is valid UTF-8. Control characters may stay: JSON has escapes for them. */
static char *valid_utf8(const char *text)
{
	char *valid = must(malloc(strlen(text) * strlen(REPLACEMENT) + 1)), *out = valid;

	while (*text) {
		size_t length = (unsigned char)*text < 0x80 ? 1 : printable(text);

		out = length ? mempcpy(out, text, length) : stpcpy(out, REPLACEMENT);
		text += length ? length : 1;
	}
	*out = '\0';
	return valid;
}

struct json_object *json_text(const char *value)
{
	struct json_object *text;
	char *valid;

	if (!value)
		return NULL;
	valid = valid_utf8(value);
	text = must(json_object_new_string(valid));
	free(valid);
	return text;
}

struct json_object *json_bytes(const void *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *byte = bytes;
	struct json_object *text;
	char *hex;

	if (!bytes)
		return NULL;
	hex = must(malloc(size * 2 + 1));
	for (size_t i = 0; i < size; i++) {
		hex[i * 2] = digits[byte[i] >> 4];
		hex[i * 2 + 1] = digits[byte[i] & 15];
	}
	hex[size * 2] = '\0';
	text = must(json_object_new_string(hex));
	free(hex);
	return text;
}

void json_put_text(struct json_object *object, const char *key, const char *value)
{
	json_put(object, key, json_text(value));
}

void json_put_number(struct json_object *object, const char *key, uint64_t value)
{
	json_put(object, key, must(json_object_new_uint64(value)));
}

void json_put_bool(struct json_object *object, const char *key, bool value)
{
	json_put(object, key, must(json_object_new_boolean(value)));
}

void json_put_bytes(struct json_object *object, const char *key, const void *bytes, size_t size)
{
	json_put(object, key, json_bytes(bytes, size));
}

void json_print(struct json_object *document)
{
	const char *text = json_object_to_json_string_ext(
		document, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
				  JSON_C_TO_STRING_NOSLASHESCAPE);

	puts(must((void *)text));
	json_object_put(document);
}
