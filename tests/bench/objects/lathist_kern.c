// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lathist: two kprobe programs and two maps, in the shape and size of the kernel's sample of
 * that name: one remembers when interrupts went off, the other adds the time until they come
 * back to a histogram of powers of two for each processor.
 */
#include <linux/bpf.h>
#include "bpf_helpers.h"

#define CPUS	4
#define BUCKETS 20

#ifdef BTF_MAPS
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, CPUS);
} started SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, long);
	__uint(max_entries, CPUS *BUCKETS);
} histogram SEC(".maps");
#else
struct bpf_map_def SEC("maps") started = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = CPUS,
};

struct bpf_map_def SEC("maps") histogram = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(long),
	.max_entries = CPUS * BUCKETS,
};
#endif

static __always_inline __u32 log2_32(__u32 value)
{
	__u32 high = (value > 0xffff) << 4, shift;

	value >>= high;
	shift = (value > 0xff) << 3;
	value >>= shift;
	high |= shift;
	shift = (value > 0xf) << 2;
	value >>= shift;
	high |= shift;
	shift = (value > 0x3) << 1;
	value >>= shift;
	return high | shift | (value >> 1);
}

static __always_inline __u32 log2_64(__u64 value)
{
	__u32 high = value >> 32;

	return high ? log2_32(high) + 32 : log2_32(value);
}

SEC("kprobe/trace_preempt_off")
int preempt_off(void *ctx)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 *start = bpf_map_lookup_elem(&started, &cpu);

	if (start)
		*start = bpf_ktime_get_ns();
	return 0;
}

SEC("kprobe/trace_preempt_on")
int preempt_on(void *ctx)
{
	__u32 cpu = bpf_get_smp_processor_id(), bucket, key;
	__u64 *start = bpf_map_lookup_elem(&started, &cpu);
	long *count;

	if (!start || !*start || cpu >= CPUS)
		return 0;
	bucket = log2_64(bpf_ktime_get_ns() - *start);
	if (bucket >= BUCKETS)
		bucket = BUCKETS - 1;
	key = cpu * BUCKETS + bucket;
	count = bpf_map_lookup_elem(&histogram, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
