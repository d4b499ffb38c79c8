// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The style of the first program in books: <linux/bpf.h> and nothing else, no helper declared.
 *
 * EXPECT section tracepoint/syscalls/sys_enter_execve
 * EXPECT insn call 6
 * EXPECT no-undefined
 */
#include <linux/bpf.h>
#define SEC(NAME) __attribute__((section(NAME), used))

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve(void *ctx)
{
	char message[] = "a program was started";

	bpf_trace_printk(message, sizeof(message));
	return 0;
}
char _license[] SEC("license") = "GPL";
