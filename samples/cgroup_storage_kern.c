// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * cgroup_storage: the bytes that a cgroup sends and receives, in memory that belongs to the cgroup.
 *
 * Two programs are attached to cgroups, one for what their sockets send and one for what they
 * receive. Neither looks anything up: where a program is attached, the kernel has made a value for
 * it, and bpf_get_local_storage() gives the one of the cgroup that the program runs for just now.
 * One map has one value for that, the other one for each CPU.
 *
 * Compiled twice: cgroup_storage_kern.o has struct bpf_map_def in SEC("maps"),
 * cgroup_storage_kern.btf.o has types in SEC(".maps").
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"

#include "cgroup_storage.h"

/*
 * The key is for user space only: which cgroup (its id), attached for what (the attach type). Both
 * maps must have 0 entries: values come with attachments and go with them, nobody adds any.
 */
#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, struct traffic);
	__uint(max_entries, 0);
} traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, struct traffic);
	__uint(max_entries, 0);
} traffic_percpu SEC(".maps");

#else

struct bpf_map_def SEC("maps") traffic = {
	.type = BPF_MAP_TYPE_CGROUP_STORAGE,
	.key_size = sizeof(struct bpf_cgroup_storage_key),
	.value_size = sizeof(struct traffic),
};

struct bpf_map_def SEC("maps") traffic_percpu = {
	.type = BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE,
	.key_size = sizeof(struct bpf_cgroup_storage_key),
	.value_size = sizeof(struct traffic),
};

#endif

static __always_inline void add(const struct __sk_buff *skb)
{
	/* Always there, so there is no test for NULL. The second argument is to be 0. */
	struct traffic *one = bpf_get_local_storage(&traffic, 0);
	struct traffic *mine = bpf_get_local_storage(&traffic_percpu, 0);

	/* Atomic: all CPUs may send for this cgroup at once. */
	__sync_fetch_and_add(&one->packets, 1);
	__sync_fetch_and_add(&one->bytes, skb->len);

	/*
	 * No other CPU adds to this one, which is what makes it cheap: no memory goes to and fro
	 * between them. But another packet of the cgroup may come between on this very CPU, by
	 * an interrupt or as the kernel lets another thread run. So it is atomic all the same.
	 */
	__sync_fetch_and_add(&mine->packets, 1);
	__sync_fetch_and_add(&mine->bytes, skb->len);
}

/*
 * What these programs get starts with the IP header. 1 lets the packet pass, 0 drops it; the
 * verifier accepts no other number.
 */
SEC("cgroup_skb/egress")
int count_egress(struct __sk_buff *skb)
{
	add(skb);
	return 1;
}

SEC("cgroup_skb/ingress")
int count_ingress(struct __sk_buff *skb)
{
	add(skb);
	return 1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
