// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A source that includes bpf_helpers.h and still declares helpers itself, before and after, as
 * those did whose bpf_helpers.h was too old to know them; with other types than libbpf's.
 *
 * EXPECT section kprobe/do_unlinkat
 * EXPECT symbol names 28
 * EXPECT insn call 1
 * EXPECT insn call 45
 * EXPECT no-undefined
 */
#include <linux/ptrace.h>
#include <uapi/linux/bpf.h>

static void *(*bpf_map_lookup_elem)(void *map, void *key) = (void *)BPF_FUNC_map_lookup_elem;

#include "bpf_helpers.h"

static int (*bpf_probe_read_str)(void *dst, uint32_t size,
				 void *unsafe_ptr) = (void *)BPF_FUNC_probe_read_str;
static void (*bpf_tail_call)(void *ctx, void *map, int index) = (void *)BPF_FUNC_tail_call;

struct bpf_map_def SEC("maps") names = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(u32),
	.value_size = 64,
	.max_entries = 1,
};

SEC("kprobe/do_unlinkat")
int unlinked(struct pt_regs *ctx)
{
	u32 zero = 0;
	char *name = bpf_map_lookup_elem(&names, &zero);

	if (name)
		bpf_probe_read_str(name, 64, (void *)PT_REGS_PARM2(ctx));
	return 0;
}
char _license[] SEC("license") = "GPL";
