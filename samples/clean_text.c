// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * clean_text: see clean_text.h. What is valid UTF-8 is said by RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 */
#include "clean_text.h"

#include <stdbool.h>
#include <stddef.h>

struct sequence {
	unsigned char first, last;	      /* of the first byte */
	unsigned char second_from, second_to; /* of the second; all others: 0x80 to 0xbf */
	unsigned int length;
};

static const struct sequence sequences[] = {
	{0x20, 0x7e, 0, 0, 1},	     {0xc3, 0xdf, 0x80, 0xbf, 2}, {0xc2, 0xc2, 0xa0, 0xbf, 2},
	{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
	{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
	{0xf4, 0xf4, 0x80, 0x8f, 4},
};

static bool within(unsigned char byte, unsigned char from, unsigned char to)
{
	return byte >= from && byte <= to;
}

/* Does `text` begin with a character of this form? The zero at its end fits nowhere. */
static bool fits(const unsigned char *text, const struct sequence *form)
{
	if (!within(text[0], form->first, form->last))
		return false;
	if (form->length > 1 && !within(text[1], form->second_from, form->second_to))
		return false;
	for (unsigned int i = 2; i < form->length; i++)
		if (!within(text[i], 0x80, 0xbf))
			return false;
	return true;
}

/* Bytes of the printable character that `text` begins with; 0 if it begins with none. */
static unsigned int character(const unsigned char *text)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		if (fits(text, &sequences[i]))
			return sequences[i].length;
	return 0;
}

void clean_text(char *text)
{
	while (*text) {
		const unsigned int length = character((const unsigned char *)text);

		if (!length)
			*text = '?';
		text += length ? length : 1;
	}
}
