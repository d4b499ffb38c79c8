/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* "bpf_core_read.h", the selftests' name (Linux 5.3-5.4) of today's <bpf/bpf_core_read.h>. */
#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif
#include <bpf/bpf_core_read.h>
