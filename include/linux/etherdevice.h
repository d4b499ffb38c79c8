/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/etherdevice.h>: Ethernet devices; here what <linux/netdevice.h> has.
 */
#ifndef __bpf__
#include_next <linux/etherdevice.h>
#elif !defined(BPF_LINUX_ETHERDEVICE_H)
#define BPF_LINUX_ETHERDEVICE_H

#include <linux/netdevice.h>

#endif
