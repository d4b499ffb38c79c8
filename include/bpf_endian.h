/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* "bpf_endian.h", the selftests' name (Linux 4.13-5.4) of today's <bpf/bpf_endian.h>. */
#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif
#include <bpf/bpf_endian.h>
