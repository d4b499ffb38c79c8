/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * feature: does this machine have what a sample needs?
 *
 * A requirement is a text "KIND:WHAT" (or only "KIND"):
 *
 *     root                          CAP_BPF and CAP_NET_ADMIN and CAP_PERFMON, or all of them
 *     map:ringbuf                   a map type, as bpftool writes it
 *     program:xdp                   a program type, likewise
 *     tracepoint:sched/sched_switch an event of tracefs (which is mounted if need be)
 *     kprobes                       the kernel can set probes on its functions
 *     function:A|B|C                one of them is a function of the kernel, by /proc/kallsyms
 *     tracing                       programs on functions by BTF: fentry, and LSM
 *     btf                           the kernel describes its types, /sys/kernel/btf/vmlinux
 *     lsm:bpf                       a security module that is active, as far as can be seen
 *     cgroup2                       the kernel has cgroup v2
 *     command:ip                    a program in $PATH, /usr/sbin or /sbin
 *     kernel:5.10                   that version of the kernel, or a newer one
 *
 * Looking changes nothing that stays, but takes time: it is for --about and for failures.
 */
#ifndef SAMPLES_FEATURE_H
#define SAMPLES_FEATURE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True if all requirements of the list, which ends with NULL, are met. Else `why` says which is
 * the first that is not, in words: "the kernel has no kprobes (CONFIG_KPROBES)".
 */
bool feature_all(const char *const *requires, char *why, size_t size);

/* True if the first requirement that is not met, then in `why`, is the kernel's: another kernel
 * may have it. */
bool feature_helped_by_vm(const char *const *requires, char *why, size_t size);

#endif
