/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * snapshot: the entries of a map at one moment, by key, and what differs between two moments.
 *
 * A map that changes while it is read gives what was there at one time or another; an entry is
 * never there twice. Maps with more than SNAPSHOT_MOST entries are read up to there.
 */
#ifndef BPFLOAD_SNAPSHOT_H
#define BPFLOAD_SNAPSHOT_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#define SNAPSHOT_MOST (1u << 16)

struct snapshot {
	size_t key_size, value_size; /* value: of all CPUs, for a per-CPU map */
	size_t count, room;
	unsigned char *entries; /* key, value, key, value, … */
	bool cut;		/* the map has more */
};

/* True for types of which user space can read entries by key. */
bool snapshot_can(__u32 type);

/* True for types with a value for each CPU. */
bool snapshot_per_cpu(__u32 type);

/* Bytes that a lookup in such a map writes. */
size_t snapshot_value_size(const struct bpf_map_info *info);

/* Reads the map behind `fd`. To be released. */
void snapshot_take(struct snapshot *snapshot, int fd, const struct bpf_map_info *info);

void snapshot_release(struct snapshot *snapshot);

/* `before` NULL: new; `after` NULL: gone. */
typedef void (*snapshot_fn)(void *ctx, const void *key, const void *before, const void *after);

/* Calls `fn` for each entry that differs, in order of the keys. */
void snapshot_compare(const struct snapshot *before, const struct snapshot *after,
		      snapshot_fn fn, void *ctx);

#endif
