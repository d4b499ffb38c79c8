/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <netinet/in.h>: the system's. When bpf_kernel_style.h or bpf_api.h has defined htons() and
 * its like as macros, they go first: the system's file declares functions of these names.
 * It then defines its own macros, which stay.
 */
#if defined(__bpf__) && !defined(_NETINET_IN_H)
#undef htons
#undef ntohs
#undef htonl
#undef ntohl
#endif
#include_next <netinet/in.h>
