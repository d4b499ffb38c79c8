/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The VLAN header as it is on the wire (IEEE 802.1Q), from the kernel's <linux/if_vlan.h>.
 * Included for sources in kernel style only: others define struct vlan_hdr themselves.
 */
#ifndef BPF_KERNEL_VLAN_H
#define BPF_KERNEL_VLAN_H

#include <linux/types.h>
#include <linux/if_ether.h>

#define VLAN_HLEN	4 /* bytes that the tag adds to the Ethernet header */
#define VLAN_ETH_HLEN	18
#define VLAN_PRIO_MASK	0xe000
#define VLAN_PRIO_SHIFT 13
#define VLAN_CFI_MASK	0x1000
#define VLAN_VID_MASK	0x0fff

struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

struct vlan_ethhdr {
	unsigned char h_dest[ETH_ALEN];
	unsigned char h_source[ETH_ALEN];
	__be16 h_vlan_proto;
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

#endif
