// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * An integer where a helper wants a pointer: PT_REGS_PARM1() without a cast. A warning in its
 * day, an error for clang 16 and later unless these headers say otherwise.
 *
 * EXPECT section kprobe/vfs_read
 * EXPECT insn call 4
 */
#include <linux/ptrace.h>
#include <uapi/linux/bpf.h>
#include "bpf_helpers.h"

SEC("kprobe/vfs_read")
int on_read(struct pt_regs *ctx)
{
	long word = 0;

	bpf_probe_read(&word, sizeof(word), PT_REGS_PARM1(ctx));
	return word != 0;
}
char _license[] SEC("license") = "GPL";
