// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_subprog: a global and a static sub-program in .text, constants in .rodata, variables
 * in .data and .bss, a tracepoint to attach to, and a section whose name says no type.
 * For bpfload's tests.
 */
#include <linux/bpf.h>
#include <bpf_helpers.h>

#define NOINLINE __attribute__((noinline))

const volatile __u32 limit = 0x11223344;
volatile __u64 seen = 5;
volatile __u64 dropped;

NOINLINE int weigh(int length)
{
	seen++;
	return length > (int)limit;
}

static NOINLINE int judge(int length)
{
	volatile int verdict = weigh(length);

	if (verdict)
		dropped++;
	return verdict;
}

SEC("tracepoint/sched/sched_switch")
int on_switch(void *ctx)
{
	return judge((int)bpf_get_smp_processor_id());
}

SEC("nobody_knows")
int untold(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
