/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* "bpf_tracing.h", the selftests' name (Linux 5.5) of today's <bpf/bpf_tracing.h>. */
#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif
#include <bpf/bpf_tracing.h>
