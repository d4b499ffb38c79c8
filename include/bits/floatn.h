/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bits/floatn.h>, by which glibc learns of 128-bit floats: BPF has no floats at all, so
 * none. Without this <stdlib.h> of glibc 2.41 (Debian 13) stops at the type __float128.
 */
#ifdef __bpf__
#define __HAVE_FLOAT128		    0
#define __HAVE_DISTINCT_FLOAT128    0
#define __HAVE_FLOAT64X		    0
#define __HAVE_FLOAT64X_LONG_DOUBLE 0
#include <bits/floatn-common.h>
#else
#include_next <bits/floatn.h>
#endif
