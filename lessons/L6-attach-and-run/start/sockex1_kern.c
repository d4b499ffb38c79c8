// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* sockex1: the sample, as it is. (The compiler looks for it from the folder include/ on.) */
#include "../samples/sockex1_kern.c"
