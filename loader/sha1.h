/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * sha1: the hash that names tc's PIN_OBJECT_NS directories.
 *
 * tc asked the kernel for it by AF_ALG, which many kernels are built without (tc then cannot
 * pin at all). It serves as a name here, not as protection.
 */
#ifndef BPF_LOAD_SHA1_H
#define BPF_LOAD_SHA1_H

#include <stddef.h>

#define SHA1_HEX_SIZE 41

/* Writes the SHA-1 of `size` bytes as 40 hex digits and NUL. */
void sha1_hex(const void *data, size_t size, char hex[SHA1_HEX_SIZE]);

#endif
