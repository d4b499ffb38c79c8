/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "bpf_trace_helpers.h", the selftests' name (Linux 5.6) of BPF_PROG(), BPF_KPROBE() and
 * BPF_KRETPROBE(), which libbpf's bpf_tracing.h has today.
 */
#include <bpf/bpf_tracing.h>
