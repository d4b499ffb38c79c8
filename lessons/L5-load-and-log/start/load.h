/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * load: from instructions to a program in the kernel.
 */
#ifndef LOAD_H
#define LOAD_H

#include "relocate.h"

/* What section "license" says; "" if there is none. NULL after a message. */
const char *object_license(const struct object *object);

/* The descriptor of the program in the kernel; -1 after a message, and the verifier's log. */
int load_program(const struct program *program, const char *license);

#endif
