// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sha1: FIPS 180-4, section 6.1, over a buffer that is complete in memory. See sha1.h.
 */
#include "sha1.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 64

static uint32_t rotate(uint32_t x, int n)
{
	return (x << n) | (x >> (32 - n));
}

static uint32_t round_value(int round, uint32_t b, uint32_t c, uint32_t d)
{
	if (round < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (round < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (round < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void expand(const unsigned char *block, uint32_t words[80])
{
	for (int i = 0; i < 16; i++, block += 4)
		words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
			   (uint32_t)block[2] << 8 | block[3];
	for (int i = 16; i < 80; i++)
		words[i] =
			rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
}

static void add_block(uint32_t state[5], const unsigned char *block)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
	uint32_t words[80];

	expand(block, words);
	for (int i = 0; i < 80; i++) {
		uint32_t next = rotate(a, 5) + round_value(i, b, c, d) + e + words[i];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

/* The rest of the data, a 1 bit, zeros, and the length in bits: one or two blocks. */
static void add_tail(uint32_t state[5], const unsigned char *rest, size_t left, uint64_t size)
{
	unsigned char tail[2 * BLOCK] = {0};
	size_t length = left + 9 <= BLOCK ? BLOCK : 2 * BLOCK;

	if (left)
		memcpy(tail, rest, left);
	tail[left] = 0x80;
	for (int i = 0; i < 8; i++)
		tail[length - 1 - (size_t)i] = (unsigned char)(size * 8 >> (8 * i));
	for (size_t at = 0; at < length; at += BLOCK)
		add_block(state, tail + at);
}

void sha1_hex(const void *data, size_t size, char hex[SHA1_HEX_SIZE])
{
	uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	const unsigned char *bytes = data;
	size_t whole = size / BLOCK * BLOCK;

	for (size_t at = 0; at < whole; at += BLOCK)
		add_block(state, bytes + at);
	add_tail(state, bytes + whole, size - whole, size);
	for (int i = 0; i < 5; i++)
		snprintf(hex + (size_t)i * 8, 9, "%08x", state[i]);
}
