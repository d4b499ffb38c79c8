/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* For programs compiled with -Iinclude alone: the loader's header lies one directory up. */
#include "../bpf_load.h"
