/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bpf/libbpf.h> as programs up to 2021 knew it, over the installed libbpf 1.x.
 *
 * - The installed header comes first, so everything of today's libbpf is there too.
 * - Names that libbpf 1.0 removed and that have an exact equivalent are back.
 * - Names that have none stop the compiler with a sentence that says what to use instead.
 * - A name whose arguments changed takes both forms; the number of arguments decides.
 *
 * Errors are what they were: a negative error code (errno is set as well) unless stated.
 * Calls that return a pointer return NULL with errno set, as libbpf 1.x does; old code asks
 * libbpf_get_error(), which understands that. Objects, links and buffers belong to the caller
 * and are freed by libbpf's own calls. Thread safety is that of libbpf: one object, one thread.
 */
#ifndef BPF_LOAD_BPF_LIBBPF_H
#define BPF_LOAD_BPF_LIBBPF_H

/* These structs got other fields in 1.0. Ours, below, hold the fields of both times. */
#define perf_buffer_opts      bpf_modern_perf_buffer_opts
#define perf_buffer_raw_opts  bpf_modern_perf_buffer_raw_opts
#define bpf_xdp_set_link_opts bpf_modern_xdp_set_link_opts
#include_next <bpf/libbpf.h>
#undef perf_buffer_opts
#undef perf_buffer_raw_opts
#undef bpf_xdp_set_link_opts

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "classic_args.h"
#include "classic_prog_load.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Opening, loading and walking objects ---- */

struct bpf_object_open_attr {
	const char *file;
	enum bpf_prog_type prog_type; /* only suppressed a complaint about a missing version */
};

static inline struct bpf_object *bpf_object__open_xattr(struct bpf_object_open_attr *attr)
{
	return bpf_object__open_file(attr ? attr->file : NULL, NULL);
}

/* @name names the object; NULL lets libbpf make up a name. The bytes are copied. */
static inline struct bpf_object *bpf_object__open_buffer(const void *obj_buf, size_t obj_buf_sz,
							 const char *name)
{
	struct bpf_object_open_opts opts;

	memset(&opts, 0, sizeof(opts));
	opts.sz = sizeof(opts);
	opts.object_name = name;
	opts.relaxed_maps = true;
	return bpf_object__open_mem(obj_buf, obj_buf_sz, &opts);
}

struct bpf_object_load_attr {
	struct bpf_object *obj;
	int log_level;
	const char *target_btf_path;
};

/* -ENOTSUP with a target_btf_path: it moved to btf_custom_path of bpf_object__open_file(). */
static inline int bpf_object__load_xattr(struct bpf_object_load_attr *attr)
{
	struct bpf_program *prog;

	if (!attr || !attr->obj)
		return bpf_classic_error(EINVAL);
	if (attr->target_btf_path)
		return bpf_classic_error(ENOTSUP);
	if (attr->log_level)
		bpf_object__for_each_program(prog, attr->obj)
			bpf_program__set_log_level(prog, attr->log_level);
	return bpf_object__load(attr->obj);
}

/* Closes the programs. The maps and @obj itself live until bpf_object__close(). */
static inline int bpf_object__unload(struct bpf_object *obj)
{
	struct bpf_program *prog;

	if (!obj)
		return bpf_classic_error(EINVAL);
	bpf_object__for_each_program(prog, obj) bpf_program__unload(prog);
	return 0;
}

/* The title of a program was the name of its section. */
static inline struct bpf_program *bpf_object__find_program_by_title(
	const struct bpf_object *obj, const char *title)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(
		prog, obj) if (!strcmp(bpf_program__section_name(prog), title)) return prog;
	errno = ENOENT;
	return NULL;
}

BPF_CLASSIC_GONE("libbpf 1.0 keeps no list of objects; keep your own")
struct bpf_object *bpf_object__next(struct bpf_object *prev);

#define bpf_object__for_each_safe(pos, tmp)                                                \
	for ((pos) = bpf_object__next(NULL), (tmp) = bpf_object__next(pos); (pos) != NULL; \
	     (pos) = (tmp), (tmp) = bpf_object__next(tmp))

typedef void (*bpf_object_clear_priv_t)(struct bpf_object *, void *);

BPF_CLASSIC_GONE("keep your data in a table of your own, by object")
int bpf_object__set_priv(struct bpf_object *obj, void *priv, bpf_object_clear_priv_t clear);
BPF_CLASSIC_GONE("keep your data in a table of your own, by object")
void *bpf_object__priv(const struct bpf_object *obj);

/* ---- Programs ---- */

static inline struct bpf_program *bpf_program__next(struct bpf_program *prog,
						    const struct bpf_object *obj)
{
	return bpf_object__next_program(obj, prog);
}

static inline struct bpf_program *bpf_program__prev(struct bpf_program *prog,
						    const struct bpf_object *obj)
{
	return bpf_object__prev_program(obj, prog);
}

/* With @needs_copy the caller frees the result; otherwise it lives as long as @prog. */
static inline const char *bpf_program__title(const struct bpf_program *prog, bool needs_copy)
{
	const char *name = bpf_program__section_name(prog);
	size_t size = strlen(name) + 1;
	char *copy;

	if (!needs_copy)
		return name;
	/* Not strdup(): strict C99 does not declare it. */
	copy = (char *)malloc(size);
	return copy ? (char *)memcpy(copy, name, size) : NULL;
}

/* In bytes. */
static inline size_t bpf_program__size(const struct bpf_program *prog)
{
	return bpf_program__insn_cnt(prog) * sizeof(struct bpf_insn);
}

/* A program now has one instance, number 0; any other number is -ENOENT. */
static inline int bpf_program__nth_fd(const struct bpf_program *prog, int n)
{
	return n ? bpf_classic_error(ENOENT) : bpf_program__fd(prog);
}

static inline int bpf_program__pin_instance(struct bpf_program *prog, const char *path, int n)
{
	return n ? bpf_classic_error(ENOENT) : bpf_program__pin(prog, path);
}

static inline int bpf_program__unpin_instance(struct bpf_program *prog, const char *path, int n)
{
	return n ? bpf_classic_error(ENOENT) : bpf_program__unpin(prog, path);
}

/* bpf_program__is_NAME() and bpf_program__set_NAME(): 13 program types. */
#define BPF_CLASSIC_PROGRAM_TYPE(name, prog_type)                                 \
	static inline bool bpf_program__is_##name(const struct bpf_program *prog) \
	{                                                                         \
		return prog && bpf_program__type(prog) == (prog_type);            \
	}                                                                         \
	static inline int bpf_program__set_##name(struct bpf_program *prog)       \
	{                                                                         \
		return prog ? bpf_program__set_type(prog, prog_type)              \
			    : bpf_classic_error(EINVAL);                          \
	}

BPF_CLASSIC_PROGRAM_TYPE(socket_filter, BPF_PROG_TYPE_SOCKET_FILTER)
BPF_CLASSIC_PROGRAM_TYPE(tracepoint, BPF_PROG_TYPE_TRACEPOINT)
BPF_CLASSIC_PROGRAM_TYPE(raw_tracepoint, BPF_PROG_TYPE_RAW_TRACEPOINT)
BPF_CLASSIC_PROGRAM_TYPE(kprobe, BPF_PROG_TYPE_KPROBE)
BPF_CLASSIC_PROGRAM_TYPE(lsm, BPF_PROG_TYPE_LSM)
BPF_CLASSIC_PROGRAM_TYPE(sched_cls, BPF_PROG_TYPE_SCHED_CLS)
BPF_CLASSIC_PROGRAM_TYPE(sched_act, BPF_PROG_TYPE_SCHED_ACT)
BPF_CLASSIC_PROGRAM_TYPE(xdp, BPF_PROG_TYPE_XDP)
BPF_CLASSIC_PROGRAM_TYPE(perf_event, BPF_PROG_TYPE_PERF_EVENT)
BPF_CLASSIC_PROGRAM_TYPE(tracing, BPF_PROG_TYPE_TRACING)
BPF_CLASSIC_PROGRAM_TYPE(struct_ops, BPF_PROG_TYPE_STRUCT_OPS)
BPF_CLASSIC_PROGRAM_TYPE(extension, BPF_PROG_TYPE_EXT)
BPF_CLASSIC_PROGRAM_TYPE(sk_lookup, BPF_PROG_TYPE_SK_LOOKUP)

typedef void (*bpf_program_clear_priv_t)(struct bpf_program *, void *);
struct bpf_prog_prep_result;
typedef int (*bpf_program_prep_t)(struct bpf_program *prog, int n, struct bpf_insn *insns,
				  int insns_cnt, struct bpf_prog_prep_result *res);
struct bpf_prog_info_linear;

BPF_CLASSIC_GONE("load the whole object with bpf_object__load()")
int bpf_program__load(struct bpf_program *prog, char *license, __u32 kern_version);
BPF_CLASSIC_GONE("change instructions with bpf_program__set_insns()")
int bpf_program__set_prep(struct bpf_program *prog, int nr_instance, bpf_program_prep_t prep);
BPF_CLASSIC_GONE("keep your data in a table of your own, by program")
int bpf_program__set_priv(struct bpf_program *prog, void *priv, bpf_program_clear_priv_t clear);
BPF_CLASSIC_GONE("keep your data in a table of your own, by program")
void *bpf_program__priv(const struct bpf_program *prog);
BPF_CLASSIC_GONE("call bpf_obj_get_info_by_fd() twice, the "
		 "second time with the arrays allocated")
struct bpf_prog_info_linear *bpf_program__get_prog_info_linear(int fd, __u64 arrays);
BPF_CLASSIC_GONE("copy struct bpf_prog_info field by field")
void bpf_program__bpil_addr_to_offs(struct bpf_prog_info_linear *info_linear);
BPF_CLASSIC_GONE("copy struct bpf_prog_info field by field")
void bpf_program__bpil_offs_to_addr(struct bpf_prog_info_linear *info_linear);

/* ---- Maps ---- */

static inline struct bpf_map *bpf_map__next(const struct bpf_map *map,
					    const struct bpf_object *obj)
{
	return bpf_object__next_map(obj, map);
}

static inline struct bpf_map *bpf_map__prev(const struct bpf_map *map,
					    const struct bpf_object *obj)
{
	return bpf_object__prev_map(obj, map);
}

static inline int bpf_map__resize(struct bpf_map *map, __u32 max_entries)
{
	if (!map || !max_entries)
		return bpf_classic_error(EINVAL);
	return bpf_map__set_max_entries(map, max_entries);
}

static inline bool bpf_map__is_offload_neutral(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_PERF_EVENT_ARRAY;
}

/*
 * The longest form that this struct had in any user-space header, so that every header here can
 * define the same one. libbpf's had the first five members; bpf_map__def() sets the rest to 0.
 */
#ifndef BPF_LOAD_HAVE_BPF_MAP_DEF
#define BPF_LOAD_HAVE_BPF_MAP_DEF
struct bpf_map_def {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
	unsigned int inner_map_idx;
	unsigned int numa_node;
};
#endif

/*
 * bpf_map__def() - the definition of a map, as it is at the time of the call.
 * libbpf 1.x holds no such struct, so this fills one of 64 slots of the calling thread: the
 * result stays good until the thread's 64th call after this one. Returns NULL, errno EINVAL,
 * for NULL.
 */
const struct bpf_map_def *bpf_map__def(const struct bpf_map *map);

typedef void (*bpf_map_clear_priv_t)(struct bpf_map *, void *);

BPF_CLASSIC_GONE("keep your data in a table of your own, by map")
int bpf_map__set_priv(struct bpf_map *map, void *priv, bpf_map_clear_priv_t clear);
BPF_CLASSIC_GONE("keep your data in a table of your own, by map")
void *bpf_map__priv(const struct bpf_map *map);
BPF_CLASSIC_GONE("use bpf_object__find_map_by_name()")
struct bpf_map *bpf_object__find_map_by_offset(struct bpf_object *obj, size_t offset);

/* ---- XDP ---- */

struct xdp_link_info {
	__u32 prog_id;
	__u32 drv_prog_id;
	__u32 hw_prog_id;
	__u32 skb_prog_id;
	__u8 attach_mode; /* XDP_ATTACHED_* */
};

struct bpf_xdp_set_link_opts {
	size_t sz;
	int old_fd; /* replace this program only; -1: only if there is none */
	size_t : 0;
};
#undef bpf_xdp_set_link_opts__last_field
#define bpf_xdp_set_link_opts__last_field old_fd

/*
 * @fd below 0 detaches. @flags are XDP_FLAGS_*. An @ifindex without a program is no error: the
 * id and the mode are 0. All return 0 or a negative error code.
 */
int bpf_set_link_xdp_fd(int ifindex, int fd, __u32 flags);
int bpf_set_link_xdp_fd_opts(int ifindex, int fd, __u32 flags,
			     const struct bpf_xdp_set_link_opts *opts);
int bpf_get_link_xdp_id(int ifindex, __u32 *prog_id, __u32 flags);
int bpf_get_link_xdp_info(int ifindex, struct xdp_link_info *info, size_t info_size,
			  __u32 flags);

/* ---- Perf buffers ---- */

/* sz and sample_period are today's fields, the rest is what 5.4-5.15 had. */
struct perf_buffer_opts {
	size_t sz;
	__u32 sample_period;
	perf_buffer_sample_fn sample_cb;
	perf_buffer_lost_fn lost_cb;
	void *ctx;
};

struct perf_buffer_raw_opts {
	size_t sz;
	int cpu_cnt;
	int *cpus;
	int *map_keys;
	struct perf_event_attr *attr;
	perf_buffer_event_fn event_cb;
	void *ctx;
};

static inline struct perf_buffer *bpf_classic_perf_buffer_new(
	int map_fd, size_t page_cnt, const struct perf_buffer_opts *opts)
{
	return perf_buffer__new(map_fd, page_cnt, opts ? opts->sample_cb : NULL,
				opts ? opts->lost_cb : NULL, opts ? opts->ctx : NULL, NULL);
}

/* Ours is longer than libbpf's; libbpf accepts that as long as the rest is zero. */
static inline struct perf_buffer *bpf_modern_perf_buffer_new(
	int map_fd, size_t page_cnt, perf_buffer_sample_fn sample_cb,
	perf_buffer_lost_fn lost_cb, void *ctx, const struct perf_buffer_opts *opts)
{
	return perf_buffer__new(map_fd, page_cnt, sample_cb, lost_cb, ctx,
				(const struct bpf_modern_perf_buffer_opts *)opts);
}

static inline struct perf_buffer *bpf_modern_perf_buffer_new_raw(
	int map_fd, size_t page_cnt, struct perf_event_attr *attr,
	perf_buffer_event_fn event_cb, void *ctx, const struct perf_buffer_raw_opts *opts)
{
	return perf_buffer__new_raw(map_fd, page_cnt, attr, event_cb, ctx,
				    (const struct bpf_modern_perf_buffer_raw_opts *)opts);
}

static inline struct perf_buffer *bpf_classic_perf_buffer_new_raw(
	int map_fd, size_t page_cnt, const struct perf_buffer_raw_opts *opts)
{
	struct bpf_modern_perf_buffer_raw_opts modern;

	if (!opts) {
		errno = EINVAL;
		return NULL;
	}
	memset(&modern, 0, sizeof(modern));
	modern.sz = sizeof(modern);
	modern.cpu_cnt = opts->cpu_cnt;
	modern.cpus = opts->cpus;
	modern.map_keys = opts->map_keys;
	return perf_buffer__new_raw(map_fd, page_cnt, opts->attr, opts->event_cb, opts->ctx,
				    &modern);
}

/*
 * 3 arguments: callbacks inside the options. 6: callbacks as arguments. 4 and 5 are the 3
 * with a compound literal for the options, whose commas were counted.
 */
#define bpf_classic_perf_buffer_new_3	  bpf_classic_perf_buffer_new
#define bpf_classic_perf_buffer_new_4	  bpf_classic_perf_buffer_new
#define bpf_classic_perf_buffer_new_5	  bpf_classic_perf_buffer_new
#define bpf_classic_perf_buffer_new_6	  bpf_modern_perf_buffer_new
#define bpf_classic_perf_buffer_new_raw_3 bpf_classic_perf_buffer_new_raw
#define bpf_classic_perf_buffer_new_raw_6 bpf_modern_perf_buffer_new_raw

#define perf_buffer__new(...) BPF_CLASSIC_PICK(bpf_classic_perf_buffer_new_, __VA_ARGS__)
#define perf_buffer__new_raw(...) \
	BPF_CLASSIC_PICK(bpf_classic_perf_buffer_new_raw_, __VA_ARGS__)

typedef enum bpf_perf_event_ret (*bpf_perf_event_print_t)(struct perf_event_header *hdr,
							  void *private_data);

#ifdef __cplusplus
typedef bpf_perf_event_print_t bpf_classic_perf_event_fn;
#else
/* At first the callback took a void pointer; today's compilers insist on the difference. */
typedef union {
	bpf_perf_event_print_t header_fn;
	enum bpf_perf_event_ret (*void_fn)(void *event, void *private_data);
} bpf_classic_perf_event_fn __attribute__((transparent_union));
#endif

/*
 * bpf_perf_event_read_simple() - hand every waiting record of a perf ring to @fn.
 * @mmap_mem is the control page with the ring behind it, @mmap_size the bytes of the ring alone
 * (a power of two), @page_size those of the control page. A record that wraps around the end is
 * put together in *@copy_mem, of *@copy_size bytes, which grows as needed: start with NULL
 * and 0 and free() it in the end. A record is valid only inside @fn.
 *
 * Returns LIBBPF_PERF_EVENT_CONT when the ring is empty, or the first other thing that @fn
 * returned; that record is consumed. LIBBPF_PERF_EVENT_ERROR: no memory, or not a perf ring.
 * Two threads must not read the same ring at once.
 */
enum bpf_perf_event_ret bpf_perf_event_read_simple(void *mmap_mem, size_t mmap_size,
						   size_t page_size, void **copy_mem,
						   size_t *copy_size,
						   bpf_classic_perf_event_fn fn,
						   void *private_data);

/* ---- Probing the kernel ---- */

/*
 * True if the kernel has it and this process may use it. A non-zero @ifindex asked about a
 * network card that runs programs itself; libbpf 1.x cannot ask that: false, errno ENOTSUP.
 */
bool bpf_probe_prog_type(enum bpf_prog_type prog_type, __u32 ifindex);
bool bpf_probe_map_type(enum bpf_map_type map_type, __u32 ifindex);
bool bpf_probe_helper(enum bpf_func_id id, enum bpf_prog_type prog_type, __u32 ifindex);
/* True if a program of 4097 instructions loads: more than the limit of kernels before 5.2. */
bool bpf_probe_large_insn_limit(__u32 ifindex);

/* ---- Messages ---- */

typedef int (*bpf_classic_print_fn)(const char *format, ...);

/*
 * libbpf_set_print() with 3 arguments, as up to 5.0: where warnings, information and debug
 * output go. NULL drops the level. With 1 argument it is libbpf's own. Not thread-safe.
 */
void bpf_classic_set_print(bpf_classic_print_fn warn, bpf_classic_print_fn info,
			   bpf_classic_print_fn debug);

#define bpf_classic_set_print_1 (libbpf_set_print)
#define bpf_classic_set_print_3 bpf_classic_set_print
#define libbpf_set_print(...)	BPF_CLASSIC_PICK(bpf_classic_set_print_, __VA_ARGS__)

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
