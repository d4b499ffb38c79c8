/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a source got without asking for it when it was compiled inside the kernel tree.
 *
 * samples/bpf was: with -D__KERNEL__ and the kernel's own headers, each of which drags in
 * dozens of others. The source then uses u32, bool, likely(), min(), htons(), AF_INET and
 * names no header for them. Such a source gives itself away by including <uapi/linux/...>
 * or a header that only the kernel has (<linux/skbuff.h>); those headers include this one.
 *
 * Rules: macros and types only, all of them the same for every kernel version and
 * configuration. Nothing here when the compiler is not for BPF. Structs whose layout depends
 * on the kernel are nowhere in this directory.
 */
#ifndef BPF_KERNEL_STYLE_H
#define BPF_KERNEL_STYLE_H
#ifdef __bpf__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <asm/byteorder.h>
#include <asm/socket.h>

/*
 * The warnings that the kernel's build of samples/bpf turned off. "header + 1 > data_end"
 * compares pointers of two types in every packet program.
 */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wcompare-distinct-pointer-types"
#pragma clang diagnostic ignored "-Wpointer-sign"
#pragma clang diagnostic ignored "-Wunused-value"
#pragma clang diagnostic ignored "-Waddress-of-packed-member"
#pragma clang diagnostic ignored "-Wtautological-compare"
#pragma clang diagnostic ignored "-Wgnu-variable-sized-type-not-at-end"
#endif

/* linux/types.h */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

/* linux/compiler.h, linux/stringify.h, linux/kernel.h */
#ifndef __stringify
#define __stringify_1(x...) #x
#define __stringify(x...)   __stringify_1(x)
#endif
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#ifndef __aligned
#define __aligned(n) __attribute__((aligned(n)))
#endif
#ifndef __maybe_unused
#define __maybe_unused __attribute__((unused))
#endif
#ifndef __force /* these four are for the checker sparse */
#define __force
#endif
#ifndef __user
#define __user
#endif
#ifndef __rcu
#define __rcu
#endif
#ifndef __percpu
#define __percpu
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif
#ifndef min
#define min(a, b)                       \
	({                              \
		__typeof__(a) _a = (a); \
		__typeof__(b) _b = (b); \
		_a < _b ? _a : _b;      \
	})
#endif
#ifndef max
#define max(a, b)                       \
	({                              \
		__typeof__(a) _a = (a); \
		__typeof__(b) _b = (b); \
		_a > _b ? _a : _b;      \
	})
#endif
#ifndef div64_u64
#define div64_u64(a, b) ((u64)(a) / (u64)(b))
#endif

/* linux/byteorder/generic.h; constant arguments give constants, as in "case htons(...):" */
#ifndef cpu_to_be16
#define cpu_to_be16 __cpu_to_be16
#define cpu_to_be32 __cpu_to_be32
#define cpu_to_be64 __cpu_to_be64
#define be16_to_cpu __be16_to_cpu
#define be32_to_cpu __be32_to_cpu
#define be64_to_cpu __be64_to_cpu
#endif
#if !defined(_NETINET_IN_H) && !defined(htons)
#define htons(x) __cpu_to_be16(x)
#define ntohs(x) __be16_to_cpu(x)
#define htonl(x) __cpu_to_be32(x)
#define ntohl(x) __be32_to_cpu(x)
#endif

/* linux/socket.h; the numbers of the system call interface */
#ifndef AF_INET
#define AF_UNSPEC 0
#define AF_UNIX	  1
#define AF_INET	  2
#define AF_INET6  10
#define PF_UNSPEC AF_UNSPEC
#define PF_UNIX	  AF_UNIX
#define PF_INET	  AF_INET
#define PF_INET6  AF_INET6
#endif
#ifndef SOL_IP
#define SOL_IP 0
#endif
#ifndef SOL_TCP
#define SOL_TCP 6
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef SOL_IPV6
#define SOL_IPV6 41
#endif

/* A <linux/if_vlan.h> that came before this file could not know what to add. */
#ifdef BPF_LINUX_IF_VLAN_H
#include <bpf_kernel_vlan.h>
#endif

/* linux/sched.h; part of the kernel's interface: /proc/PID/comm, bpf_get_current_comm() */
#ifndef TASK_COMM_LEN
#define TASK_COMM_LEN 16
#endif

#endif
#endif
