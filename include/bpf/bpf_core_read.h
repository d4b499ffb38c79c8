/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bpf/bpf_core_read.h>: the installed libbpf's, after our <bpf/bpf_helpers.h>. Without
 * that order newer versions of libbpf's file pull in libbpf's bpf_helpers.h by themselves,
 * past ours.
 */
#ifndef BPF_BPF_CORE_READ_H
#define BPF_BPF_CORE_READ_H

#include <bpf/bpf_helpers.h>
#include_next <bpf/bpf_core_read.h>

#endif
