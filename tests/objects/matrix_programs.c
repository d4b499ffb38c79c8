// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Programs: several in one section, with a sub-program among them.
 * -DREJECTED: one that no verifier accepts. -DSECTION="NAME": the section of the last one.
 * -DNO_LICENSE, -DLICENSE="TEXT", -DVERSION=N, -DVERSION_TYPE=T: the sections of that name.
 * -DGPL_ONLY: calls a helper that only GPL programs may. -DLONG: refused after thousands of
 * instructions. -DUNPROVEN: calls a global function that is right for its caller only.
 */
#ifdef LICENSE
#define NO_LICENSE
#endif
#include "matrix.h"

#ifdef LICENSE
char _license_text[] SEC("license") = LICENSE;
#endif
#ifdef VERSION
#ifndef VERSION_TYPE
#define VERSION_TYPE __u32
#endif
VERSION_TYPE _version SEC("version") = VERSION;
#endif
#ifndef SECTION
#define SECTION "socket2"
#endif

struct bpf_map_def SEC("maps") values = {VALUES(4)};

static SUBPROGRAM __attribute__((section("socket"))) int between(struct __sk_buff *skb)
{
	return skb->len ? 40 : 0;
}

SEC("socket") int one(struct __sk_buff *skb)
{
	put(&values, 1);
	return between(skb) + 1;
}

SEC("socket") int two(struct __sk_buff *skb)
{
	put(&values, 2);
	return between(skb) + 2;
}

#ifdef UNPROVEN
/* With BTF the verifier checks it for every pointer, NULL too; without, for what it gets. */
SUBPROGRAM int dereference(struct __sk_buff *skb, __u64 *value)
{
	return skb->len ? *value : 0;
}
#endif

SEC(SECTION) int three(struct __sk_buff *skb)
{
#ifdef UNPROVEN
	__u64 value = 43;

	return dereference(skb, &value);
#endif
#ifdef LONG
	asm volatile(".rept 5000\n r0 = 1\n .endr" ::: "r0");
#endif
#ifdef GPL_ONLY
	char text[] = "x";

	bpf_trace_printk(text, sizeof(text));
#endif
#if defined(REJECTED) || defined(LONG)
	return *(volatile int *)((char *)skb + 16384);
#else
	return 43;
#endif
}
