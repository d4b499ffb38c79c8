// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * task_inode_storage: values that the kernel keeps with a thread, and with a file.
 *
 * The program is asked, as a security module is, each time somebody wants to open a file or to
 * know if he might (access()). It never objects, it counts: in a value that hangs on the thread, and
 * in one that hangs on the file's inode.
 *
 * Such a map is no table. There is no key to compute or look up: the value is found from the
 * kernel's object itself, and it goes when that goes. A hash by process id would keep the values of
 * threads that are long gone, until it is full; or hand them to a new one with the same number.
 */
#include <linux/bpf.h>

#include "bpf_annotate.h"
#include "bpf_helpers.h"
#include "task_inode_storage.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int); /* for user space: a pidfd */
	__type(value, struct storage_counts);
} by_thread SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int); /* for user space: a descriptor of the file */
	__type(value, struct storage_counts);
} by_file SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* 0 */
	__type(value, struct storage_config);
	__uint(max_entries, 1);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* 0 */
	__type(value, struct storage_totals);
	__uint(max_entries, 1);
} totals SEC(".maps");

#else

/*
 * No max_entries: there are as many as there are threads. None is made in advance. And the kernel
 * wants to know the types of key and value, which a struct of sizes cannot say: BPF_ANNOTATE_KV_PAIR
 * leaves them in the object's BTF, where the loader looks.
 */
struct bpf_map_def SEC("maps") by_thread = {
	.type = BPF_MAP_TYPE_TASK_STORAGE,
	.key_size = sizeof(int), /* for user space: a pidfd */
	.value_size = sizeof(struct storage_counts),
	.map_flags = BPF_F_NO_PREALLOC,
};
BPF_ANNOTATE_KV_PAIR(by_thread, int, struct storage_counts);

struct bpf_map_def SEC("maps") by_file = {
	.type = BPF_MAP_TYPE_INODE_STORAGE,
	.key_size = sizeof(int), /* for user space: a descriptor of the file */
	.value_size = sizeof(struct storage_counts),
	.map_flags = BPF_F_NO_PREALLOC,
};
BPF_ANNOTATE_KV_PAIR(by_file, int, struct storage_counts);

struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* 0 */
	.value_size = sizeof(struct storage_config),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") totals = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* 0 */
	.value_size = sizeof(struct storage_totals),
	.max_entries = 1,
};

#endif

/* Bits of `mask`, what somebody wants to do. The kernel's own; no header for us has them. */
#define MAY_ACCESS    0x10
#define MAY_OPEN      0x20
#define MAY_NOT_BLOCK 0x80

/* The kernel's struct inode: only ever its address, so that it may look as it likes. */
struct inode;

/* The upper half is what user space calls the process id. */
static __always_inline int wanted(void)
{
	__u32 zero = 0, pid = bpf_get_current_pid_tgid() >> 32;
	struct storage_config *settings = bpf_map_lookup_elem(&config, &zero);

	return settings && pid != settings->not_pid && (!settings->pid || settings->pid == pid);
}

/* Atomic, for two threads can open the same file at the same time. */
static __always_inline void count(struct storage_counts *counts, int mask)
{
	if (mask & MAY_OPEN)
		__sync_fetch_and_add(&counts->opens, 1);
	else
		__sync_fetch_and_add(&counts->accesses, 1);
}

static __always_inline void count_in_all(int mask, int missed)
{
	__u32 zero = 0;
	struct storage_totals *all = bpf_map_lookup_elem(&totals, &zero);

	if (!all)
		return;
	__sync_fetch_and_add(mask & MAY_OPEN ? &all->opens : &all->accesses, 1);
	if (missed)
		__sync_fetch_and_add(&all->missed, 1);
}

/*
 * The hook is called for each directory on the way to a file, too. There the kernel may hold no
 * reference to the inode (that is what MAY_NOT_BLOCK says), and what hangs on an inode that goes is
 * trouble. We only look at the end of the way.
 *
 * ctx[0] and ctx[1] are the hook's arguments. The kernel's BTF says that the first is a struct
 * inode *, so the verifier lets us hand it to a helper that wants one, and to no other.
 *
 * BPF_LOCAL_STORAGE_GET_F_CREATE: the value is made at the first time, all zero. NULL then means that
 * there was no memory for it; without the flag it means that there is no value.
 */
SEC("lsm/inode_permission")
int file_wanted(unsigned long long *ctx)
{
	struct inode *inode = (struct inode *)ctx[0];
	int mask = (int)ctx[1];
	struct storage_counts *thread, *file;

	if (!(mask & (MAY_OPEN | MAY_ACCESS)) || mask & MAY_NOT_BLOCK || !wanted())
		return 0;
	thread = bpf_task_storage_get(&by_thread, bpf_get_current_task_btf(), 0,
				      BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (thread)
		count(thread, mask);
	file = bpf_inode_storage_get(&by_file, inode, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (file)
		count(file, mask);
	count_in_all(mask, !thread || !file);

	/* 0: no objection. A negative errno would be what open() returns. */
	return 0;
}

/* All of these helpers are for programs under the GPL only. */
char _license[] SEC("license") = "Dual BSD/GPL";
