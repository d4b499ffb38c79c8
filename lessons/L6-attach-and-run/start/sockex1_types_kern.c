// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* sockex1: the same program, whose map is defined in SEC(".maps"). */
#define BTF_MAPS
#include "../samples/sockex1_kern.c"
