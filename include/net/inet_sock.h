/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <net/inet_sock.h>: the kernel's Internet sockets. See linux/skbuff.h for their struct.
 */
#ifndef __bpf__
#include_next <net/inet_sock.h>
#elif !defined(BPF_NET_INET_SOCK_H)
#define BPF_NET_INET_SOCK_H

#include <net/sock.h>

struct inet_sock; /* layout differs by kernel: read it with CO-RE and vmlinux.h */

#endif
