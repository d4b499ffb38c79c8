/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/netdevice.h>: the kernel's network device, and the headers that came with it.
 * See linux/skbuff.h for what can be done with its struct.
 */
#ifndef __bpf__
#include_next <linux/netdevice.h>
#elif !defined(BPF_LINUX_NETDEVICE_H)
#define BPF_LINUX_NETDEVICE_H

#include <linux/skbuff.h>

struct net_device; /* layout differs by kernel: read it with CO-RE and vmlinux.h */
struct net;	   /* layout differs by kernel: read it with CO-RE and vmlinux.h */

#endif
