/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/skbuff.h>: the kernel's packet buffer, and the headers that came with it.
 *
 * Pointers to a struct sk_buff can be passed around; its members cannot be named, because
 * their places differ from kernel to kernel.
 */
#ifndef __bpf__
#include_next <linux/skbuff.h>
#elif !defined(BPF_LINUX_SKBUFF_H)
#define BPF_LINUX_SKBUFF_H

#include <bpf_kernel_style.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ptrace.h>

struct sk_buff; /* layout differs by kernel: read it with CO-RE and vmlinux.h */
struct sock;	/* layout differs by kernel: read it with CO-RE and vmlinux.h */

#endif
