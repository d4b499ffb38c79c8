// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// An object that libbpf 1.x refuses: SEC("maps").
#include <linux/bpf.h>

struct {
	__u32 type, key_size, value_size, max_entries, map_flags;
} counts __attribute__((section("maps"), used)) = {BPF_MAP_TYPE_ARRAY, 4, 8, 8, 0};

__attribute__((section("socket"), used)) int pass(void *ctx)
{
	(void)ctx;
	return 0;
}

char _license[] __attribute__((section("license"), used)) = "GPL";
