// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A small object with a little of everything that an object can have: two maps, a map of maps,
 * a static sub-program, global data, license and version. tests/unit/bad_input.c damages it.
 *
 * Compiled in three ways: as it stands (SEC("maps") of the kernel), -DIPROUTE2, -DBTF_MAPS.
 */
#include <linux/bpf.h>
#include <linux/version.h>
#include "bpf_helpers.h"
#include "iproute2/bpf_elf.h"

#if defined(BTF_MAPS)
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, int);
	__type(value, long);
} counts SEC(".maps");
struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, int);
} first SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__array(values, struct inner);
} outer SEC(".maps") = {.values = {[1] = &first}};
#elif defined(IPROUTE2)
struct bpf_elf_map SEC("maps") counts = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = 4,
	.size_value = 8,
	.max_elem = 8,
	.id = 1,
	.pinning = PIN_GLOBAL_NS,
};
struct bpf_elf_map SEC("maps") first = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 4,
	.id = 2,
	.inner_idx = 1,
};
struct bpf_elf_map SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 2,
	.inner_id = 2,
	.inner_idx = 1,
};
#else
struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 8,
};
struct bpf_map_def SEC("maps") first = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 4,
};
struct bpf_map_def SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 2,
	.inner_map_idx = 1,
};
#endif

int step = 1;
unsigned int seen;

static __attribute__((noinline)) long add(int key, long by)
{
	long *count = bpf_map_lookup_elem(&counts, &key);

	if (count)
		__sync_fetch_and_add(count, by);
	return count != 0;
}

SEC("socket")
int count_packet(struct __sk_buff *skb)
{
	void *inner = bpf_map_lookup_elem(&outer, &(int){1});

	seen++;
	if (inner)
		bpf_map_lookup_elem(inner, &(int){0});
	return add(skb->protocol, step) + add(skb->len, 1);
}

char _license[] SEC("license") = "GPL";
unsigned int _version SEC("version") = LINUX_VERSION_CODE;
