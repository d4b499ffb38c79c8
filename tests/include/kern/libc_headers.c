// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * libc's headers, which sources included for a type or a constant. They must compile without
 * gcc-multilib, know that BPF is a 64-bit machine, and swap bytes with BPF instructions.
 *
 * EXPECT section xdp
 * EXPECT insn be32
 * EXPECT no-undefined
 */
#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <inttypes.h>
#include <limits.h>
#include <errno.h>
#include <unistd.h>
#include <asm/types.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

_Static_assert(sizeof(uintptr_t) == sizeof(void *), "uintptr_t holds a pointer");
_Static_assert(sizeof(size_t) == 8 && SIZE_MAX == UINT64_MAX, "size_t has 64 bits");
_Static_assert(sizeof(__kernel_size_t) == 8, "and so has the kernel's");
_Static_assert(__BITS_PER_LONG == 64 && __WORDSIZE == 64, "long has 64 bits");

SEC("xdp")
int xdp_libc(struct xdp_md *ctx)
{
	void *data_end = (void *)(uintptr_t)ctx->data_end;
	void *data = (void *)(uintptr_t)ctx->data;
	uint32_t first;

	if (data + sizeof(first) > data_end)
		return XDP_DROP;
	memcpy(&first, data, sizeof(first));
	if (htons(first) == ETH_P_IP && AF_INET6 == PF_INET6)
		return -EINVAL;
	return ntohl(first) > INADDR_LOOPBACK ? XDP_PASS : XDP_DROP;
}
char _license[] SEC("license") = "GPL";
