/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/bpf.h>: the system's, with two concessions to sources that are older than it.
 *
 * BPF programs: bpf_trace_printk() for a source that declares no helper at all, like the
 * first program that the book "Linux Observability with BPF" prints: it includes this file
 * only, and calls bpf_trace_printk(). The macro acts on calls and leaves a source's own
 * declaration alone (which -Wall may then call unused); bpf_helpers.h replaces it.
 *
 * User programs: the flow dissector's struct bpf_flow_keys has another name, because
 * sockex3_user.c of Linux 4.10-4.20 defines a struct of that name itself. A program that
 * wants the kernel's is compiled with -DBPF_KEEP_FLOW_KEYS. For BPF programs see
 * uapi/linux/bpf.h.
 */
#if defined(__bpf__) || defined(BPF_KEEP_FLOW_KEYS)
#include_next <linux/bpf.h>
#else
#define bpf_flow_keys bpf_uapi_flow_keys
#include_next <linux/bpf.h>
#undef bpf_flow_keys
#endif

#if defined(__bpf__) && !defined(bpf_trace_printk)
#define bpf_trace_printk(...) \
	((long (*)(const char *, __u32, ...))BPF_FUNC_trace_printk)(__VA_ARGS__)
#endif
