/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "libbpf.h", a name with three meanings in samples/bpf. This one header has all of them.
 *
 *   4.1-4.9    a small library of its own: the calls below, and the instruction macros
 *   4.10-4.17  the instruction macros, and tools/lib/bpf/bpf.h
 *   4.18-5.7   tools/lib/bpf/libbpf.h, the object library
 *
 * The small calls return 0 or an fd, or -1 with errno set. They are thread-safe, apart from the
 * five-argument bpf_prog_load() (see <bpf/classic_prog_load.h>), which writes to bpf_log_buf.
 *
 * A newer program that has a static function or variable of its own by one of the names of the
 * first meaning compiles with -DBPF_LOAD_NO_4_1_NAMES, which leaves those out.
 */
#ifndef BPF_LOAD_LIBBPF_H
#define BPF_LOAD_LIBBPF_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf_insn.h"

#ifndef BPF_LOAD_NO_4_1_NAMES

#include "sock_example.h"

struct perf_event_attr;

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the verifier said of the last program that failed to load; an empty string after a
 * success. Programs of 4.10 and later may define it themselves: the size is the same.
 */
#ifndef LOG_BUF_SIZE
#define LOG_BUF_SIZE BPF_LOG_BUF_SIZE
#endif
extern char bpf_log_buf[BPF_LOG_BUF_SIZE];

/* perf_event_open(2), which the C library does not wrap. Returns an fd, or -1 and errno. */
int perf_event_open(struct perf_event_attr *attr, int pid, int cpu, int group_fd,
		    unsigned long flags);

#ifdef __cplusplus
} /* extern "C" */
#endif

/* @flags: BPF_ANY, BPF_NOEXIST or BPF_EXIST. */
static inline int bpf_update_elem(int fd, void *key, void *value, unsigned long long flags)
{
	int err = bpf_map_update_elem(fd, key, value, flags);

	return err < 0 ? -1 : err;
}

static inline int bpf_lookup_elem(int fd, void *key, void *value)
{
	int err = bpf_map_lookup_elem(fd, key, value);

	return err < 0 ? -1 : err;
}

static inline int bpf_delete_elem(int fd, void *key)
{
	int err = bpf_map_delete_elem(fd, key);

	return err < 0 ? -1 : err;
}

/* A @key that is not in the map gives the first key. The end is -1 with errno ENOENT. */
static inline int bpf_get_next_key(int fd, void *key, void *next_key)
{
	int err = bpf_map_get_next_key(fd, key, next_key);

	return err < 0 ? -1 : err;
}

#endif /* BPF_LOAD_NO_4_1_NAMES */

#endif
