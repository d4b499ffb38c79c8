/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/if_vlan.h>: the system's; for a source in kernel style also the VLAN header as it is on
 * the wire. Other sources define struct vlan_hdr themselves, because the system's file does
 * not have it.
 */
#ifndef __bpf__
#include_next <linux/if_vlan.h>
#elif !defined(BPF_LINUX_IF_VLAN_H)
#define BPF_LINUX_IF_VLAN_H

#include_next <linux/if_vlan.h>

#ifdef BPF_KERNEL_STYLE_H
#include <bpf_kernel_vlan.h>
#endif

#endif
