// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A source that carries its own bpf_helpers.h, an old one: here in short, in its place. Other
 * headers may then include <bpf/bpf_helpers.h>, which must leave the copy's names alone.
 *
 * EXPECT symbol small 16
 * EXPECT section kprobe/vfs_write
 * EXPECT insn call 14
 */
#include <linux/ptrace.h>
#include <linux/bpf.h>

#ifndef __BPF_HELPERS_H
#define __BPF_HELPERS_H
#define SEC(NAME) __attribute__((section(NAME), used))
static unsigned long long (*bpf_get_current_pid_tgid)(void) = (void *)
	BPF_FUNC_get_current_pid_tgid;
struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries;
};
#endif

#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>

struct bpf_map_def SEC("maps") small = {BPF_MAP_TYPE_ARRAY, 4, 4, 1};

SEC("kprobe/vfs_write")
int on_write(struct pt_regs *ctx)
{
	return bpf_get_current_pid_tgid() + PT_REGS_PARM3(ctx) > bpf_htons(1);
}
char _license[] SEC("license") = "GPL";
