/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * privilege: why the kernel said EPERM.
 *
 * One errno stands for five causes: no capability, RLIMIT_MEMLOCK (kernels before 5.11),
 * lockdown, a seccomp filter, a user namespace. Which one it is can be seen from outside.
 */
#ifndef BPF_LOAD_PRIVILEGE_H
#define BPF_LOAD_PRIVILEGE_H

#include <stddef.h>

/*
 * Writes into `text` (of `size` bytes) a sentence part that begins with "; " and says what is
 * missing and what to do, or nothing where errnum is neither EPERM nor EACCES.
 */
void privilege_explain(int errnum, char *text, size_t size);

/* The running kernel's version as KERNEL_VERSION(a, b, c) counts, with what it calls itself to
 * programs where that differs from uname -r (Debian, Ubuntu). */
unsigned int privilege_kernel_version(void);

#endif
