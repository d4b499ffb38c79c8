/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* <iproute2/bpf_elf.h>: where distributions install iproute2's file of that name. */
#include "../bpf_elf.h"
