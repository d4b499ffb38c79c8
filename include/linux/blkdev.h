/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/blkdev.h>: the kernel's block layer. See linux/skbuff.h for what can be done with its
 * structs.
 */
#ifndef __bpf__
#include_next <linux/blkdev.h>
#elif !defined(BPF_LINUX_BLKDEV_H)
#define BPF_LINUX_BLKDEV_H

#include <bpf_kernel_style.h>
#include <linux/ptrace.h>

struct request; /* layout differs by kernel: read it with CO-RE and vmlinux.h */
struct bio;	/* layout differs by kernel: read it with CO-RE and vmlinux.h */

#endif
