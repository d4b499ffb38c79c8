// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: what the kernel finds in a value by its BTF: a lock, a timer.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct locked {
	struct bpf_spin_lock lock;
	__u32 value;
};

struct timed {
	__u64 fired;
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct locked);
} locks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct timed);
} timers SEC(".maps");

static int fired(void *map, int *key, struct timed *value)
{
	value->fired++;
	return 0;
}

SEC("tc") int lock(struct __sk_buff *skb)
{
	__u32 key = 1;
	struct locked *found = bpf_map_lookup_elem(&locks, &key);

	if (!found)
		return 1;
	bpf_spin_lock(&found->lock);
	found->value++;
	bpf_spin_unlock(&found->lock);
	return 0;
}

SEC("tc") int start(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct timed *found = bpf_map_lookup_elem(&timers, &key);

	if (!found)
		return 1;
	bpf_timer_init(&found->timer, &timers, 1);
	bpf_timer_set_callback(&found->timer, fired);
	return bpf_timer_start(&found->timer, 1000, 0);
}

char _license[] SEC("license") = "GPL";
