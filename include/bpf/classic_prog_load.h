/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_prog_load(): one name, four signatures. <bpf/bpf.h> and <bpf/libbpf.h> both include this.
 *
 *   4 arguments, the first a string   libbpf before 1.0: load an object file
 *       bpf_prog_load(file, type, &obj, &prog_fd)
 *   4 arguments, the first a type     samples/bpf of Linux 3.18-4.0
 *       bpf_prog_load(type, insns, size_in_bytes, license)
 *   5 arguments                       samples/bpf of Linux 4.1-4.9
 *       bpf_prog_load(type, insns, size_in_bytes, license, kern_version)
 *   6 arguments                       libbpf 1.0 and later: passed on untouched, returns -errno
 *       bpf_prog_load(type, name, license, insns, insn_cnt, opts)
 *
 * The name without a call, as in &bpf_prog_load, is libbpf's own six-argument function.
 */
#ifndef BPF_LOAD_CLASSIC_PROG_LOAD_H
#define BPF_LOAD_CLASSIC_PROG_LOAD_H

#include <linux/bpf.h>
#include "classic_args.h"

#ifdef __cplusplus
extern "C" {
#endif

struct bpf_object;

/* What bpf_prog_load_xattr() loads. A zero prog_type means: by section name. */
struct bpf_prog_load_attr {
	const char *file;
	enum bpf_prog_type prog_type;
	enum bpf_attach_type expected_attach_type;
	int ifindex;
	int log_level;
	int prog_flags;
};

/*
 * bpf_classic_prog_load_bytes() - load instructions; the log goes to bpf_log_buf.
 * @insn_len is the size of @insns in bytes. @kern_version matters to kprobe programs on kernels
 * before 5.0 only. Returns a program fd that the caller closes, or -1 with errno set and the
 * verifier's words in bpf_log_buf. After success bpf_log_buf is empty: the log is asked for
 * only once a load has failed, so that a long log cannot fail a good program.
 */
int bpf_classic_prog_load_bytes(enum bpf_prog_type type, const struct bpf_insn *insns,
				int insn_len, const char *license, int kern_version);

/*
 * bpf_prog_load_xattr() - open and load an object file through libbpf.
 * Stores the object, which the caller closes with bpf_object__close(), and the fd of its first
 * program, which belongs to the object. Returns 0 or, as it always did, a negative error code
 * (errno is set as well); then nothing is stored and nothing is left open.
 *
 * Today's libbpf takes SEC(".maps") objects only. For SEC("maps") this prints which call loads
 * them, load_bpf_file() or the handle functions of bpf_load.h, and returns -ENOTSUP: a
 * struct bpf_object cannot be made from them.
 */
int bpf_prog_load_xattr(const struct bpf_prog_load_attr *attr, struct bpf_object **pobj,
			int *prog_fd);

/* bpf_prog_load_xattr() for a @file and a @type; the four-argument bpf_prog_load(). */
int bpf_classic_prog_load_file(const char *file, enum bpf_prog_type type,
			       struct bpf_object **pobj, int *prog_fd);

#ifdef __cplusplus
} /* extern "C" */
#endif

static inline int bpf_classic_prog_load_3_18(enum bpf_prog_type type,
					     const struct bpf_insn *insns, int insn_len,
					     const char *license)
{
	return bpf_classic_prog_load_bytes(type, insns, insn_len, license, 0);
}

#ifdef __cplusplus
static inline int bpf_classic_prog_load_4(const char *file, enum bpf_prog_type type,
					  struct bpf_object **pobj, int *prog_fd)
{
	return bpf_classic_prog_load_file(file, type, pobj, prog_fd);
}

static inline int bpf_classic_prog_load_4(enum bpf_prog_type type, const struct bpf_insn *insns,
					  int insn_len, const char *license)
{
	return bpf_classic_prog_load_3_18(type, insns, insn_len, license);
}
#else
/* clang-format off */
#define bpf_classic_prog_load_4(first, ...)			\
	_Generic((first),					\
		 char *: bpf_classic_prog_load_file,		\
		 const char *: bpf_classic_prog_load_file,	\
		 default: bpf_classic_prog_load_3_18)(first, __VA_ARGS__)
/* clang-format on */
#endif

#define bpf_classic_prog_load_5 bpf_classic_prog_load_bytes
/* In parentheses the name is libbpf's function and not the macro below. */
#define bpf_classic_prog_load_6 (bpf_prog_load)

#define bpf_prog_load(...) BPF_CLASSIC_PICK(bpf_classic_prog_load_, __VA_ARGS__)

#endif
