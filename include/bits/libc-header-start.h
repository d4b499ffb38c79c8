/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bits/libc-header-start.h>, the first file that glibc's headers include: the system's. Here
 * only to say what is wrong when it is not found, as asm/types.h does.
 */
#if __has_include_next(<bits/libc-header-start.h>)
#include_next <bits/libc-header-start.h>
#else
#error "libc headers not found: add -I/usr/include/$(uname -m)-linux-gnu to the clang command"
#endif
