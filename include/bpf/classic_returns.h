/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The calls of <bpf/bpf.h> that libbpf 1.0 kept but whose failures it changed.
 *
 * Before 1.0 they returned -1 and set errno. Now they return -errno. Old programs compare with
 * -1: `while (bpf_map_get_next_key(fd, &key, &next) != -1)` would never end on -ENOENT. So
 * each name below is a macro for a function that turns a failure back into -1 with errno set.
 *
 * - A macro without arguments: calls, pointers to the functions and C++ work as before.
 * - Success values (0, a file descriptor) pass through untouched.
 * - Names that are younger than the old convention (bpf_map_create(), *_opts() and so on) are
 *   left alone and return -errno.
 * - To have libbpf's own returns everywhere: #define BPF_LOAD_MODERN_RETURNS before including
 *   <bpf/bpf.h>, "libbpf.h" or "bpf_load.h".
 *
 * Included by <bpf/bpf.h> only. Thread-safe: nothing but errno is written.
 */
#ifndef BPF_LOAD_CLASSIC_RETURNS_H
#define BPF_LOAD_CLASSIC_RETURNS_H

#include <errno.h>

/* 0 or an fd as it is; -errno becomes -1 and errno. */
static inline int bpf_classic_return(int ret)
{
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

/* Map elements */

static inline int bpf_classic_map_update_elem(int fd, const void *key, const void *value,
					      __u64 flags)
{
	return bpf_classic_return(bpf_map_update_elem(fd, key, value, flags));
}
#define bpf_map_update_elem bpf_classic_map_update_elem

static inline int bpf_classic_map_lookup_elem(int fd, const void *key, void *value)
{
	return bpf_classic_return(bpf_map_lookup_elem(fd, key, value));
}
#define bpf_map_lookup_elem bpf_classic_map_lookup_elem

static inline int bpf_classic_map_lookup_elem_flags(int fd, const void *key, void *value,
						    __u64 flags)
{
	return bpf_classic_return(bpf_map_lookup_elem_flags(fd, key, value, flags));
}
#define bpf_map_lookup_elem_flags bpf_classic_map_lookup_elem_flags

static inline int bpf_classic_map_lookup_and_delete_elem(int fd, const void *key, void *value)
{
	return bpf_classic_return(bpf_map_lookup_and_delete_elem(fd, key, value));
}
#define bpf_map_lookup_and_delete_elem bpf_classic_map_lookup_and_delete_elem

static inline int bpf_classic_map_lookup_and_delete_elem_flags(int fd, const void *key,
							       void *value, __u64 flags)
{
	return bpf_classic_return(bpf_map_lookup_and_delete_elem_flags(fd, key, value, flags));
}
#define bpf_map_lookup_and_delete_elem_flags bpf_classic_map_lookup_and_delete_elem_flags

static inline int bpf_classic_map_delete_elem(int fd, const void *key)
{
	return bpf_classic_return(bpf_map_delete_elem(fd, key));
}
#define bpf_map_delete_elem bpf_classic_map_delete_elem

static inline int bpf_classic_map_get_next_key(int fd, const void *key, void *next_key)
{
	return bpf_classic_return(bpf_map_get_next_key(fd, key, next_key));
}
#define bpf_map_get_next_key bpf_classic_map_get_next_key

static inline int bpf_classic_map_freeze(int fd)
{
	return bpf_classic_return(bpf_map_freeze(fd));
}
#define bpf_map_freeze bpf_classic_map_freeze

/* Many map elements at once */

static inline int bpf_classic_map_delete_batch(int fd, const void *keys, __u32 *count,
					       const struct bpf_map_batch_opts *opts)
{
	return bpf_classic_return(bpf_map_delete_batch(fd, keys, count, opts));
}
#define bpf_map_delete_batch bpf_classic_map_delete_batch

static inline int bpf_classic_map_update_batch(int fd, const void *keys, const void *values,
					       __u32 *count,
					       const struct bpf_map_batch_opts *opts)
{
	return bpf_classic_return(bpf_map_update_batch(fd, keys, values, count, opts));
}
#define bpf_map_update_batch bpf_classic_map_update_batch

static inline int bpf_classic_map_lookup_batch(int fd, void *in_batch, void *out_batch,
					       void *keys, void *values, __u32 *count,
					       const struct bpf_map_batch_opts *opts)
{
	return bpf_classic_return(
		bpf_map_lookup_batch(fd, in_batch, out_batch, keys, values, count, opts));
}
#define bpf_map_lookup_batch bpf_classic_map_lookup_batch

static inline int bpf_classic_map_lookup_and_delete_batch(int fd, void *in_batch,
							  void *out_batch, void *keys,
							  void *values, __u32 *count,
							  const struct bpf_map_batch_opts *opts)
{
	return bpf_classic_return(bpf_map_lookup_and_delete_batch(fd, in_batch, out_batch, keys,
								  values, count, opts));
}
#define bpf_map_lookup_and_delete_batch bpf_classic_map_lookup_and_delete_batch

/* Pins */

static inline int bpf_classic_obj_pin(int fd, const char *path)
{
	return bpf_classic_return(bpf_obj_pin(fd, path));
}
#define bpf_obj_pin bpf_classic_obj_pin

static inline int bpf_classic_obj_get(const char *path)
{
	return bpf_classic_return(bpf_obj_get(path));
}
#define bpf_obj_get bpf_classic_obj_get

/* Attachments */

static inline int bpf_classic_prog_attach(int prog_fd, int target_fd, enum bpf_attach_type type,
					  unsigned int flags)
{
	return bpf_classic_return(bpf_prog_attach(prog_fd, target_fd, type, flags));
}
#define bpf_prog_attach bpf_classic_prog_attach

static inline int bpf_classic_prog_detach(int target_fd, enum bpf_attach_type type)
{
	return bpf_classic_return(bpf_prog_detach(target_fd, type));
}
#define bpf_prog_detach bpf_classic_prog_detach

static inline int bpf_classic_prog_detach2(int prog_fd, int target_fd,
					   enum bpf_attach_type type)
{
	return bpf_classic_return(bpf_prog_detach2(prog_fd, target_fd, type));
}
#define bpf_prog_detach2 bpf_classic_prog_detach2

static inline int bpf_classic_prog_query(int target_fd, enum bpf_attach_type type,
					 __u32 query_flags, __u32 *attach_flags,
					 __u32 *prog_ids, __u32 *prog_cnt)
{
	return bpf_classic_return(
		bpf_prog_query(target_fd, type, query_flags, attach_flags, prog_ids, prog_cnt));
}
#define bpf_prog_query bpf_classic_prog_query

static inline int bpf_classic_prog_bind_map(int prog_fd, int map_fd,
					    const struct bpf_prog_bind_opts *opts)
{
	return bpf_classic_return(bpf_prog_bind_map(prog_fd, map_fd, opts));
}
#define bpf_prog_bind_map bpf_classic_prog_bind_map

static inline int bpf_classic_raw_tracepoint_open(const char *name, int prog_fd)
{
	return bpf_classic_return(bpf_raw_tracepoint_open(name, prog_fd));
}
#define bpf_raw_tracepoint_open bpf_classic_raw_tracepoint_open

static inline int bpf_classic_link_create(int prog_fd, int target_fd, enum bpf_attach_type type,
					  const struct bpf_link_create_opts *opts)
{
	return bpf_classic_return(bpf_link_create(prog_fd, target_fd, type, opts));
}
#define bpf_link_create bpf_classic_link_create

static inline int bpf_classic_link_detach(int link_fd)
{
	return bpf_classic_return(bpf_link_detach(link_fd));
}
#define bpf_link_detach bpf_classic_link_detach

static inline int bpf_classic_link_update(int link_fd, int new_prog_fd,
					  const struct bpf_link_update_opts *opts)
{
	return bpf_classic_return(bpf_link_update(link_fd, new_prog_fd, opts));
}
#define bpf_link_update bpf_classic_link_update

static inline int bpf_classic_iter_create(int link_fd)
{
	return bpf_classic_return(bpf_iter_create(link_fd));
}
#define bpf_iter_create bpf_classic_iter_create

/* What the kernel holds, by id and by fd */

static inline int bpf_classic_prog_get_next_id(__u32 start_id, __u32 *next_id)
{
	return bpf_classic_return(bpf_prog_get_next_id(start_id, next_id));
}
#define bpf_prog_get_next_id bpf_classic_prog_get_next_id

static inline int bpf_classic_prog_get_fd_by_id(__u32 id)
{
	return bpf_classic_return(bpf_prog_get_fd_by_id(id));
}
#define bpf_prog_get_fd_by_id bpf_classic_prog_get_fd_by_id

static inline int bpf_classic_map_get_next_id(__u32 start_id, __u32 *next_id)
{
	return bpf_classic_return(bpf_map_get_next_id(start_id, next_id));
}
#define bpf_map_get_next_id bpf_classic_map_get_next_id

static inline int bpf_classic_map_get_fd_by_id(__u32 id)
{
	return bpf_classic_return(bpf_map_get_fd_by_id(id));
}
#define bpf_map_get_fd_by_id bpf_classic_map_get_fd_by_id

static inline int bpf_classic_btf_get_next_id(__u32 start_id, __u32 *next_id)
{
	return bpf_classic_return(bpf_btf_get_next_id(start_id, next_id));
}
#define bpf_btf_get_next_id bpf_classic_btf_get_next_id

static inline int bpf_classic_btf_get_fd_by_id(__u32 id)
{
	return bpf_classic_return(bpf_btf_get_fd_by_id(id));
}
#define bpf_btf_get_fd_by_id bpf_classic_btf_get_fd_by_id

static inline int bpf_classic_link_get_next_id(__u32 start_id, __u32 *next_id)
{
	return bpf_classic_return(bpf_link_get_next_id(start_id, next_id));
}
#define bpf_link_get_next_id bpf_classic_link_get_next_id

static inline int bpf_classic_link_get_fd_by_id(__u32 id)
{
	return bpf_classic_return(bpf_link_get_fd_by_id(id));
}
#define bpf_link_get_fd_by_id bpf_classic_link_get_fd_by_id

static inline int bpf_classic_obj_get_info_by_fd(int fd, void *info, __u32 *info_len)
{
	return bpf_classic_return(bpf_obj_get_info_by_fd(fd, info, info_len));
}
#define bpf_obj_get_info_by_fd bpf_classic_obj_get_info_by_fd

static inline int bpf_classic_task_fd_query(int pid, int fd, __u32 flags, char *buf,
					    __u32 *buf_len, __u32 *prog_id, __u32 *fd_type,
					    __u64 *probe_offset, __u64 *probe_addr)
{
	return bpf_classic_return(bpf_task_fd_query(pid, fd, flags, buf, buf_len, prog_id,
						    fd_type, probe_offset, probe_addr));
}
#define bpf_task_fd_query bpf_classic_task_fd_query

static inline int bpf_classic_enable_stats(enum bpf_stats_type type)
{
	return bpf_classic_return(bpf_enable_stats(type));
}
#define bpf_enable_stats bpf_classic_enable_stats

/* Test runs */

static inline int bpf_classic_prog_test_run_opts(int prog_fd, struct bpf_test_run_opts *opts)
{
	return bpf_classic_return(bpf_prog_test_run_opts(prog_fd, opts));
}
#define bpf_prog_test_run_opts bpf_classic_prog_test_run_opts

#endif
