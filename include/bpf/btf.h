/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bpf/btf.h> as programs up to 2021 knew it, over the installed libbpf 1.x.
 *
 * Same rules as <bpf/libbpf.h>: exact equivalents are back, both forms of a changed call work,
 * and what nothing replaces stops the compiler with advice. Errors are negative error codes.
 */
#ifndef BPF_LOAD_BPF_BTF_H
#define BPF_LOAD_BPF_BTF_H

/* These structs got other fields in 1.0. Ours, below, hold the fields of both times. */
#define btf_dump_opts  bpf_modern_btf_dump_opts
#define btf_dedup_opts bpf_modern_btf_dedup_opts
#include_next <bpf/btf.h>
#undef btf_dump_opts
#undef btf_dedup_opts

#include <errno.h>
#include <string.h>

#include "classic_args.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline int btf__load(struct btf *btf)
{
	return btf__load_into_kernel(btf);
}

/* Type ids run from 1 to this number. */
static inline __u32 btf__get_nr_types(const struct btf *btf)
{
	return btf__type_cnt(btf) - 1;
}

/* Stores the BTF with this id, which the caller frees with btf__free(), or NULL. */
static inline int btf__get_from_id(__u32 id, struct btf **btf)
{
	*btf = btf__load_from_kernel_by_id(id);
	return *btf ? 0 : -errno;
}

/* ---- Deduplication: 3 arguments up to 0.8, 2 since ---- */

struct btf_dedup_opts {
	size_t sz;
	struct btf_ext *btf_ext;
	bool force_collisions;
	unsigned int dedup_table_size; /* a test aid that is gone: ignored */
	bool dont_resolve_fwds;	       /* likewise */
};

static inline int bpf_classic_btf_dedup(struct btf *btf, struct btf_ext *btf_ext,
					const struct btf_dedup_opts *opts)
{
	struct bpf_modern_btf_dedup_opts modern;

	(void)opts;
	memset(&modern, 0, sizeof(modern));
	modern.sz = sizeof(modern);
	modern.btf_ext = btf_ext;
	return btf__dedup(btf, &modern);
}

/* Ours is longer than libbpf's; libbpf accepts that as long as the rest is zero. */
static inline int bpf_modern_btf_dedup(struct btf *btf, const struct btf_dedup_opts *opts)
{
	return btf__dedup(btf, (const struct bpf_modern_btf_dedup_opts *)opts);
}

#define bpf_classic_btf_dedup_3 bpf_classic_btf_dedup
#define bpf_classic_btf_dedup_2 bpf_modern_btf_dedup
#define btf__dedup(...)		BPF_CLASSIC_PICK(bpf_classic_btf_dedup_, __VA_ARGS__)

/* ---- Printing types: 4 arguments both times, told apart by the type of the second ---- */

struct btf_dump_opts {
	size_t sz;
	void *ctx;
};

static inline struct btf_dump *bpf_classic_btf_dump_new(const struct btf *btf,
							const struct btf_ext *btf_ext,
							const struct btf_dump_opts *opts,
							btf_dump_printf_fn_t printf_fn)
{
	(void)btf_ext; /* never used, not even then */
	return btf_dump__new(btf, printf_fn, opts ? opts->ctx : NULL, NULL);
}

static inline struct btf_dump *bpf_modern_btf_dump_new(const struct btf *btf,
						       btf_dump_printf_fn_t printf_fn,
						       void *ctx,
						       const struct btf_dump_opts *opts)
{
	return btf_dump__new(btf, printf_fn, ctx,
			     (const struct bpf_modern_btf_dump_opts *)opts);
}

/* clang-format off */
#ifndef __cplusplus
#define btf_dump__new(btf, second, third, fourth)		\
	_Generic((second),					\
		 btf_dump_printf_fn_t: bpf_modern_btf_dump_new,	\
		 default: bpf_classic_btf_dump_new)(btf, second, third, fourth)
#endif
/* clang-format on */

/* ---- Without a replacement ---- */

BPF_CLASSIC_GONE("bpf_object__load() does it")
int btf__finalize_data(struct bpf_object *obj, struct btf *btf);
BPF_CLASSIC_GONE("use bpf_map__btf_key_type_id() and _value_type_id()")
int btf__get_map_kv_tids(const struct btf *btf, const char *map_name, __u32 expected_key_size,
			 __u32 expected_value_size, __u32 *key_type_id, __u32 *value_type_id);
BPF_CLASSIC_GONE("bpf_object__load() does it")
int btf_ext__reloc_func_info(const struct btf *btf, const struct btf_ext *btf_ext,
			     const char *sec_name, __u32 insns_cnt, void **func_info,
			     __u32 *cnt);
BPF_CLASSIC_GONE("bpf_object__load() does it")
int btf_ext__reloc_line_info(const struct btf *btf, const struct btf_ext *btf_ext,
			     const char *sec_name, __u32 insns_cnt, void **line_info,
			     __u32 *cnt);
BPF_CLASSIC_GONE("parse btf_ext__raw_data()")
__u32 btf_ext__func_info_rec_size(const struct btf_ext *btf_ext);
BPF_CLASSIC_GONE("parse btf_ext__raw_data()")
__u32 btf_ext__line_info_rec_size(const struct btf_ext *btf_ext);

#ifdef __cplusplus
} /* extern "C" */

/* In C++ an overload beside libbpf's own function. */
static inline struct btf_dump *btf_dump__new(const struct btf *btf,
					     const struct btf_ext *btf_ext,
					     const struct btf_dump_opts *opts,
					     btf_dump_printf_fn_t printf_fn)
{
	return bpf_classic_btf_dump_new(btf, btf_ext, opts, printf_fn);
}
#endif

#endif
