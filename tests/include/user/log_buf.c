/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Stands in for the loader, which is where bpf_log_buf is defined. */
#include <bpf/bpf.h>

extern char bpf_log_buf[BPF_LOG_BUF_SIZE];
char bpf_log_buf[BPF_LOG_BUF_SIZE];
