/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/net.h>: the system's; for a source in kernel style also the socket types, which are
 * part of the system call interface. With <sys/socket.h> there that file's are used.
 */
#ifndef __bpf__
#include_next <linux/net.h>
#elif !defined(BPF_LINUX_NET_H)
#define BPF_LINUX_NET_H

#include_next <linux/net.h>

#if defined(BPF_KERNEL_STYLE_H) && !defined(_SYS_SOCKET_H)
enum sock_type {
	SOCK_STREAM = 1,
	SOCK_DGRAM = 2,
	SOCK_RAW = 3,
	SOCK_RDM = 4,
	SOCK_SEQPACKET = 5,
	SOCK_DCCP = 6,
	SOCK_PACKET = 10,
};
#endif

#endif
