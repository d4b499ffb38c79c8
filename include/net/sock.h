/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <net/sock.h>: the kernel's sockets. See linux/skbuff.h for what can be done with their structs;
 * the states of TCP are part of the kernel's interface (BPF_TCP_* in <linux/bpf.h>).
 */
#ifndef __bpf__
#include_next <net/sock.h>
#elif !defined(BPF_NET_SOCK_H)
#define BPF_NET_SOCK_H

#include <linux/skbuff.h>
#include <net/net_namespace.h>

#ifndef _NETINET_TCP_H
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
	TCP_NEW_SYN_RECV,
};
#endif

#endif
