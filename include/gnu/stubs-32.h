/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <gnu/stubs-32.h>: glibc's list of functions that only report ENOSYS. glibc asks for the
 * 32-bit list with -target bpf (it takes all that is not __x86_64__ for i386), and without
 * gcc-multilib there is none. A BPF program calls no libc function, so an empty list
 * serves. A native 32-bit build gets the system's file where there is one.
 */
#if __has_include_next(<gnu/stubs-32.h>)
#include_next <gnu/stubs-32.h>
#elif !defined(__bpf__)
#error "gnu/stubs-32.h not found: a 32-bit build needs the 32-bit libc headers (gcc-multilib)"
#endif
