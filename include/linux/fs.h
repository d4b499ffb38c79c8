/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/fs.h>: the system's; for BPF also the names of the kernel's files. See linux/skbuff.h
 * for their structs.
 */
#ifndef __bpf__
#include_next <linux/fs.h>
#elif !defined(BPF_LINUX_FS_H)
#define BPF_LINUX_FS_H

#include_next <linux/fs.h>

struct file;   /* layout differs by kernel: read it with CO-RE and vmlinux.h */
struct inode;  /* layout differs by kernel: read it with CO-RE and vmlinux.h */
struct dentry; /* layout differs by kernel: read it with CO-RE and vmlinux.h */

#endif
