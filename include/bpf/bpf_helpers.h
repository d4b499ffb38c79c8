/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bpf/bpf_helpers.h>: the installed libbpf's, and what sources of 2015-2021 expect of it
 * that libbpf 1.0 removed or changed:
 *
 *  - struct bpf_map_def (see bpf_map_def.h);
 *  - helpers that a source may also declare by itself (see helpers_rename.h);
 *  - bpf_printk() with its format on the stack, not in .rodata, so that the object needs
 *    no global data, which the classic loaders and kernels before 5.2 do not have;
 *  - SEC() as the plain attribute it was: a source that defines it again, word for word,
 *    gets no warning;
 *  - the mem*() functions that clang expands, which sources called without <string.h>;
 *  - integers passed where a pointer is meant stay a warning with clang >= 16 too.
 *
 * Rules: include <linux/bpf.h>, <linux/types.h> or vmlinux.h before it or nothing at all.
 * A source that carries its own old copy of bpf_helpers.h keeps it: then this file adds
 * nothing.
 */
#ifndef BPF_BPF_HELPERS_H
#define BPF_BPF_HELPERS_H

/* The include guards of the copies that sources carry: of 4.1-5.1, of 5.2 and later. */
#if defined(__BPF_HELPERS_H) || defined(__BPF_HELPERS__)

/* libbpf's other headers include its bpf_helpers.h past this one: not now. */
#ifndef __BPF_HELPERS__
#define __BPF_HELPERS__
#endif

#else

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#ifndef BPF_NO_GLOBAL_DATA
#define BPF_NO_GLOBAL_DATA 1
#endif

#undef bpf_trace_printk /* see linux/bpf.h */
#include <bpf/helpers_rename.h>
#include_next <bpf/bpf_helpers.h>
#include <bpf/helpers_call.h>
#include <bpf_map_def.h>

#undef SEC
#define SEC(NAME)	       __attribute__((section(NAME), used))

/* Linux 4.8 knew this helper by another name. */
#define bpf_skb_in_cgroup      bpf_skb_under_cgroup
#define BPF_FUNC_skb_in_cgroup BPF_FUNC_skb_under_cgroup

#ifndef memcpy
void *memcpy(void *dst, const void *src, __SIZE_TYPE__ n);
#endif
#ifndef memmove
void *memmove(void *dst, const void *src, __SIZE_TYPE__ n);
#endif
#ifndef memset
void *memset(void *dst, int byte, __SIZE_TYPE__ n);
#endif
#ifndef memcmp
int memcmp(const void *a, const void *b, __SIZE_TYPE__ n);
#endif

#ifdef __clang__
#pragma clang diagnostic warning "-Wint-conversion"
#pragma clang diagnostic warning "-Wincompatible-function-pointer-types"
#pragma clang diagnostic warning "-Wincompatible-pointer-types"
#endif

#endif
#endif
