// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of the TCP and cgroup samples: constants that the kernel's headers dragged in,
 * bpf_printk() with its format on the stack.
 *
 * EXPECT section sockops
 * EXPECT section cgroup/sock1
 * EXPECT insn call 49
 * EXPECT insn call 6
 * EXPECT no-reloc .rodata
 */
#include <uapi/linux/bpf.h>
#include <uapi/linux/if_ether.h>
#include <uapi/linux/if_packet.h>
#include <uapi/linux/ip.h>
#include <linux/socket.h>
#include <linux/net.h>
#include <uapi/linux/in.h>
#include <uapi/linux/in6.h>
#include "bpf_helpers.h"
#include "bpf_endian.h"

SEC("sockops")
int buffers(struct bpf_sock_ops *skops)
{
	int size = 1500000, rv = -EINVAL;

	if (bpf_ntohl(skops->remote_port) == 55601 && skops->family == AF_INET)
		rv = bpf_setsockopt(skops, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	bpf_printk("setsockopt returned %d\n", rv);
	skops->reply = rv;
	return 1;
}

SEC("cgroup/sock1")
int no_ping6(struct bpf_sock *sk)
{
	return !(sk->family == PF_INET6 && sk->type == SOCK_RAW &&
		 sk->protocol == IPPROTO_ICMPV6);
}
char _license[] SEC("license") = "GPL";
