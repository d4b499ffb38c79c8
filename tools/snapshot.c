// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * snapshot: see snapshot.h.
 */
#include "snapshot.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

bool snapshot_can(__u32 type)
{
	switch (type) {
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_STRUCT_OPS:
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_INODE_STORAGE:
	case BPF_MAP_TYPE_TASK_STORAGE:
	case BPF_MAP_TYPE_BLOOM_FILTER: return false;
	default: return type <= BPF_MAP_TYPE_BLOOM_FILTER;
	}
}

bool snapshot_per_cpu(__u32 type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

size_t snapshot_value_size(const struct bpf_map_info *info)
{
	const int cpus = libbpf_num_possible_cpus();

	if (!snapshot_per_cpu(info->type))
		return info->value_size;
	return ((size_t)info->value_size + 7) / 8 * 8 * (size_t)(cpus > 0 ? cpus : 1);
}

/* ---- order ---- */

/* Keys that may be numbers by their value, others byte by byte. */
static int compare_keys(const void *a, const void *b, void *ctx)
{
	const size_t size = *(const size_t *)ctx;
	const unsigned char *x = a, *y = b;

	if (size > 8 || BYTE_ORDER != LITTLE_ENDIAN)
		return memcmp(a, b, size);
	for (size_t i = size; i > 0; i--)
		if (x[i - 1] != y[i - 1])
			return x[i - 1] < y[i - 1] ? -1 : 1;
	return 0;
}

static size_t entry_size(const struct snapshot *snapshot)
{
	return snapshot->key_size + snapshot->value_size;
}

static unsigned char *entry_at(const struct snapshot *snapshot, size_t index)
{
	return snapshot->entries + index * entry_size(snapshot);
}

/* The kernel begins anew with the first key where the last one was deleted meanwhile. */
static void sort(struct snapshot *snapshot)
{
	const size_t size = entry_size(snapshot);
	size_t kept = 0;

	if (!snapshot->count)
		return;
	qsort_r(snapshot->entries, snapshot->count, size, compare_keys, &snapshot->key_size);
	for (size_t i = 1; i < snapshot->count; i++)
		if (memcmp(entry_at(snapshot, kept), entry_at(snapshot, i),
			   snapshot->key_size) != 0)
			memmove(entry_at(snapshot, ++kept), entry_at(snapshot, i), size);
	snapshot->count = kept + 1;
}

/* ---- reading ---- */

static unsigned char *next_entry(struct snapshot *snapshot)
{
	if (snapshot->count == snapshot->room) {
		snapshot->room = snapshot->room ? snapshot->room * 2 : 16;
		snapshot->entries = must(
			reallocarray(snapshot->entries, snapshot->room, entry_size(snapshot)));
	}
	return entry_at(snapshot, snapshot->count);
}

void snapshot_take(struct snapshot *snapshot, int fd, const struct bpf_map_info *info)
{
	unsigned char *key = must(calloc(2, info->key_size + 1)), *next = key + info->key_size;
	const void *last = NULL;
	size_t read = 0;

	*snapshot = (struct snapshot){.key_size = info->key_size,
				      .value_size = snapshot_value_size(info)};
	while (!bpf_map_get_next_key(fd, last, next)) {
		unsigned char *entry = next_entry(snapshot);

		if (read++ == SNAPSHOT_MOST) {
			snapshot->cut = true;
			break;
		}
		memset(entry, 0, entry_size(snapshot));
		memcpy(entry, next, info->key_size);
		if (!bpf_map_lookup_elem(fd, next, entry + info->key_size))
			snapshot->count++;
		last = memcpy(key, next, info->key_size);
	}
	free(key);
	sort(snapshot);
}

void snapshot_release(struct snapshot *snapshot)
{
	free(snapshot->entries);
	*snapshot = (struct snapshot){0};
}

/* ---- what differs ---- */

static const void *value_at(const struct snapshot *snapshot, size_t index)
{
	return entry_at(snapshot, index) + snapshot->key_size;
}

void snapshot_compare(const struct snapshot *before, const struct snapshot *after,
		      snapshot_fn fn, void *ctx)
{
	size_t i = 0, j = 0, key_size = after->key_size;

	while (i < before->count || j < after->count) {
		int order = i == before->count	? 1
			    : j == after->count ? -1
						: compare_keys(entry_at(before, i),
							       entry_at(after, j), &key_size);

		if (order < 0)
			fn(ctx, entry_at(before, i), value_at(before, i), NULL);
		else if (order > 0)
			fn(ctx, entry_at(after, j), NULL, value_at(after, j));
		else if (memcmp(value_at(before, i), value_at(after, j), after->value_size) !=
			 0)
			fn(ctx, entry_at(after, j), value_at(before, i), value_at(after, j));
		i += order <= 0;
		j += order >= 0;
	}
}
