/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "bpf_helpers.h", the name of samples/bpf (Linux 4.1-4.9) and of the kernel's selftests
 * (4.10-5.4). Up to 5.4 one file held what is three today: the helpers, the loads of
 * packet bytes (bpf_legacy.h) and the registers (bpf_tracing.h).
 */
#ifndef BPF_OLD_BPF_HELPERS_H
#define BPF_OLD_BPF_HELPERS_H

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf_legacy.h>

#endif
