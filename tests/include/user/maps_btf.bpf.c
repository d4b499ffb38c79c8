// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// An object for libbpf: SEC(".maps"), SEC(SECTION). No header but the kernel's interface.
#include <linux/bpf.h>

#ifndef SECTION
#define SECTION "socket"
#endif

struct {
	int (*type)[BPF_MAP_TYPE_ARRAY];
	int (*max_entries)[8];
	__u32 *key;
	__u64 *value;
} counts __attribute__((section(".maps"), used));

static void *(*lookup)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;

__attribute__((section(SECTION), used)) int count_packet(void *ctx)
{
	__u32 key = 0;
	__u64 *count = lookup(&counts, &key);

	(void)ctx;
	if (count)
		__sync_fetch_and_add(count, 1);
	return 2;
}

char _license[] __attribute__((section("license"), used)) = "GPL";
