/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "syscall_nrs.h": samples/bpf generated this file for tracex5, because on some machines
 * (arm) the numbers in <asm/unistd.h> are sums, which do not make section names. With
 * -target bpf the numbers used are those of a 64-bit machine, which are plain.
 */
#ifndef SYSCALL_NRS_H
#define SYSCALL_NRS_H

#include <linux/unistd.h>

#define SYS__NR_write __NR_write
#define SYS__NR_read  __NR_read
#define SYS__NR_mmap  __NR_mmap
#ifdef __NR_mmap2
#define SYS__NR_mmap2 __NR_mmap2
#endif

#endif
