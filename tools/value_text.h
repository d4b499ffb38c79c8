/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * value_text: keys and values of maps as one line of text: `{.packets = 3, .bytes = 180}` by
 * their BTF type where it is known, else the bytes in hex.
 */
#ifndef BPFLOAD_VALUE_TEXT_H
#define BPFLOAD_VALUE_TEXT_H

#include <bpf/btf.h>
#include <stddef.h>

struct value_writer {
	const struct btf *btf; /* NULL: none */
	struct btf_dump *dump;
	void *stream; /* of the line that is being written */
};

/* `btf` may be NULL and must live as long. */
void value_writer_open(struct value_writer *writer, const struct btf *btf);
void value_writer_close(struct value_writer *writer);

/* The text, to be freed. `type` is a type id, 0 where there is none. */
char *value_text(struct value_writer *writer, __u32 type, const void *bytes, size_t size);

#endif
