/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * attach: has the kernel run a program, and reads what it counted.
 */
#ifndef ATTACH_H
#define ATTACH_H

#include "maps.h"

/*
 * A packet socket on an interface, with the program as its filter. Its descriptor, or -1 after a
 * message. The program runs for each packet of the interface until the socket is closed.
 */
int attach_filter(int program, const char *interface);

/* Prints the elements of an array of 8-byte numbers that are not 0. 0, or -1 after a message. */
int show_elements(const struct map *map);

#endif
