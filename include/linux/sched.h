/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/sched.h>: the system's; for BPF also the name of the kernel's task, as far as it does
 * not depend on the kernel, and TASK_COMM_LEN. See linux/skbuff.h for its struct.
 */
#ifndef __bpf__
#include_next <linux/sched.h>
#elif !defined(BPF_LINUX_SCHED_H)
#define BPF_LINUX_SCHED_H

#include_next <linux/sched.h>

#ifndef TASK_COMM_LEN
#define TASK_COMM_LEN 16
#endif

struct task_struct; /* layout differs by kernel: read it with CO-RE and vmlinux.h */

#endif
