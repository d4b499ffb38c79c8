/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bpf/bpf.h> as programs of 2015-2021 knew it, over the installed libbpf 1.x.
 *
 * 1. The installed header comes first, so everything of today's libbpf is there too.
 * 2. The low-level calls that libbpf 1.0 removed are back with their old signatures. They
 *    return what they returned: an fd or 0, or -1 with errno set. Where one name had several
 *    signatures the number of arguments decides. The functions live in classic/.
 * 3. The calls that libbpf 1.0 kept return -1 with errno again, see classic_returns.h;
 *    #define BPF_LOAD_MODERN_RETURNS beforehand leaves them alone.
 *
 * XDP over netlink is the exception: those calls returned a negative error code and still do.
 * File descriptors that a call returns belong to the caller. Every call is thread-safe unless
 * it says otherwise.
 */
#ifndef BPF_LOAD_BPF_BPF_H
#define BPF_LOAD_BPF_BPF_H

/*
 * Two names need care while the installed header is read. Recent libbpf still declares
 * struct bpf_prog_test_run_attr but no call for it: ours, below, must be the only one. And
 * bpf_map_create() came in 2021; older programs have functions of their own by that name, so
 * the library's is declared under another name here, with the same symbol.
 */
#define bpf_prog_test_run_attr bpf_modern_prog_test_run_attr
#define bpf_map_create(...)    bpf_modern_map_create(__VA_ARGS__) __asm__("bpf_map_create")
#include_next <bpf/bpf.h>
#undef bpf_prog_test_run_attr
#undef bpf_map_create

#include "classic_args.h"
#include "classic_prog_load.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Creating maps ---- */

struct bpf_create_map_attr {
	const char *name;
	enum bpf_map_type map_type;
	__u32 map_flags;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 numa_node;
	__u32 btf_fd;
	__u32 btf_key_type_id;
	__u32 btf_value_type_id;
	__u32 map_ifindex;
	union {
		__u32 inner_map_fd;
		__u32 btf_vmlinux_value_type_id; /* of a BPF_MAP_TYPE_STRUCT_OPS */
	};
};

/* Sizes are in bytes, as BPF_MAP_CREATE has them. Returns a map fd, or -1 and errno. */
int bpf_create_map_xattr(const struct bpf_create_map_attr *attr);

/* Also with 4 arguments, without @map_flags (4.1-4.5). */
int bpf_create_map(enum bpf_map_type type, int key_size, int value_size, int max_entries,
		   __u32 map_flags);
int bpf_create_map_name(enum bpf_map_type type, const char *name, int key_size, int value_size,
			int max_entries, __u32 map_flags);

/* A @node of -1: the kernel chooses. Also with 6 arguments, without @name (4.14). */
int bpf_create_map_node(enum bpf_map_type type, const char *name, int key_size, int value_size,
			int max_entries, __u32 map_flags, int node);

/* @inner_map_fd is a template; values are 4 bytes. Without @name in 4.12-4.14. */
int bpf_create_map_in_map(enum bpf_map_type type, const char *name, int key_size,
			  int inner_map_fd, int max_entries, __u32 map_flags);
int bpf_create_map_in_map_node(enum bpf_map_type type, const char *name, int key_size,
			       int inner_map_fd, int max_entries, __u32 map_flags, int node);

/* ---- Loading programs and BTF ---- */

struct bpf_load_program_attr {
	enum bpf_prog_type prog_type;
	enum bpf_attach_type expected_attach_type;
	const char *name;
	const struct bpf_insn *insns;
	size_t insns_cnt;
	const char *license;
	union {
		__u32 kern_version;
		__u32 attach_prog_fd; /* of BPF_PROG_TYPE_TRACING and _EXT */
	};
	union {
		__u32 prog_ifindex;
		__u32 attach_btf_id; /* of BPF_PROG_TYPE_TRACING, _EXT, _LSM and _STRUCT_OPS */
	};
	__u32 prog_btf_fd;
	__u32 func_info_rec_size;
	const void *func_info;
	__u32 func_info_cnt;
	__u32 line_info_rec_size;
	const void *line_info;
	__u32 line_info_cnt;
	__u32 log_level;
	__u32 prog_flags;
};

/*
 * All of these count @insns_cnt in instructions and return a program fd, or -1 and errno.
 * With @log_buf, of @log_buf_sz bytes, a failed load is repeated with the verifier's log on, so
 * the buffer explains the failure. It may be NULL with a size of 0.
 */
int bpf_load_program_xattr(const struct bpf_load_program_attr *attr, char *log_buf,
			   size_t log_buf_sz);
int bpf_load_program(enum bpf_prog_type type, const struct bpf_insn *insns, size_t insns_cnt,
		     const char *license, __u32 kern_version, char *log_buf, size_t log_buf_sz);
int bpf_load_program_name(enum bpf_prog_type type, const char *name,
			  const struct bpf_insn *insns, size_t insns_cnt, const char *license,
			  __u32 kern_version, char *log_buf, size_t log_buf_sz);

/*
 * bpf_verify_program() - load with the log on from the start; @log_buf gets it on success too.
 * 4.12 had 8 arguments, without @log_level, which then is 2 (all states that the verifier
 * visits). Up to 4.20 the fourth was `int strict_alignment`: its 1 is the same bit as
 * BPF_F_STRICT_ALIGNMENT.
 */
int bpf_verify_program(enum bpf_prog_type type, const struct bpf_insn *insns, size_t insns_cnt,
		       __u32 prog_flags, const char *license, __u32 kern_version, char *log_buf,
		       size_t log_buf_sz, int log_level);

/* @do_log asks for the log at once, otherwise a failure does. Returns a BTF fd. */
int bpf_load_btf(const void *btf, __u32 btf_size, char *log_buf, __u32 log_buf_size,
		 bool do_log);

/* ---- Attaching ---- */

/* bpf_prog_attach_opts() under its first name (5.6). Returns 0, or -1 and errno. */
int bpf_prog_attach_xattr(int prog_fd, int attachable_fd, enum bpf_attach_type type,
			  const struct bpf_prog_attach_opts *opts);

/*
 * bpf_set_link_xdp_fd() - attach an XDP program to a device; an @fd below 0 detaches.
 * Also declared by bpf_load.h of 4.16-5.10 and by <bpf/libbpf.h>. @flags are XDP_FLAGS_*.
 * Returns 0 or a negative error code, errno set as well.
 */
int bpf_set_link_xdp_fd(int ifindex, int fd, __u32 flags);

/* ---- Test runs ---- */

struct bpf_prog_test_run_attr {
	int prog_fd;
	int repeat;
	const void *data_in;
	__u32 data_size_in;
	void *data_out;	     /* may be NULL */
	__u32 data_size_out; /* in: room in data_out; out: bytes that the program left */
	__u32 retval;	     /* out: what the program returned */
	__u32 duration;	     /* out: nanoseconds a run, on average */
	const void *ctx_in;  /* may be NULL */
	__u32 ctx_size_in;
	void *ctx_out;	    /* may be NULL */
	__u32 ctx_size_out; /* in: room in ctx_out; out: bytes written */
};

/*
 * bpf_prog_test_run() - run a program @repeat times over @size bytes of @data.
 * @data_out, if not NULL, must have room for the packet as the program leaves it: this call has
 * no way to say how much room there is. The last three pointers may be NULL.
 * Both return 0, or -1 and errno.
 */
int bpf_prog_test_run(int prog_fd, int repeat, void *data, __u32 size, void *data_out,
		      __u32 *size_out, __u32 *retval, __u32 *duration);
int bpf_prog_test_run_xattr(struct bpf_prog_test_run_attr *attr);

#ifdef __cplusplus
} /* extern "C" */
#endif

/* ---- The shorter signatures ---- */

/* Parentheses keep the name a function: without them it would be the macro again. */
#define bpf_classic_create_map_5 (bpf_create_map)
#define bpf_classic_create_map_4(type, key_size, value_size, max_entries) \
	(bpf_create_map)(type, key_size, value_size, max_entries, 0)
#define bpf_create_map(...) BPF_CLASSIC_PICK(bpf_classic_create_map_, __VA_ARGS__)

#define bpf_classic_create_map_node_7		 (bpf_create_map_node)
#define bpf_classic_create_map_node_6(type, ...) (bpf_create_map_node)(type, NULL, __VA_ARGS__)

#define bpf_create_map_node(...) BPF_CLASSIC_PICK(bpf_classic_create_map_node_, __VA_ARGS__)

#define bpf_classic_create_map_in_map_6 (bpf_create_map_in_map)
#define bpf_classic_create_map_in_map_5(type, ...) \
	(bpf_create_map_in_map)(type, NULL, __VA_ARGS__)
#define bpf_create_map_in_map(...) BPF_CLASSIC_PICK(bpf_classic_create_map_in_map_, __VA_ARGS__)

#define bpf_classic_create_map_in_map_node_7 (bpf_create_map_in_map_node)
#define bpf_classic_create_map_in_map_node_6(type, ...) \
	(bpf_create_map_in_map_node)(type, NULL, __VA_ARGS__)
#define bpf_create_map_in_map_node(...) \
	BPF_CLASSIC_PICK(bpf_classic_create_map_in_map_node_, __VA_ARGS__)

#define bpf_classic_verify_program_9	  (bpf_verify_program)
#define bpf_classic_verify_program_8(...) (bpf_verify_program)(__VA_ARGS__, 2)

#define bpf_verify_program(...) BPF_CLASSIC_PICK(bpf_classic_verify_program_, __VA_ARGS__)

/*
 * Six arguments are libbpf's bpf_map_create(). Any other number, or the definition of a
 * function without arguments, is the program's own: a macro does not expand inside its own
 * expansion.
 */
#define bpf_classic_map_create_6      bpf_modern_map_create
#define bpf_classic_map_create_1(...) bpf_map_create(__VA_ARGS__)
#define bpf_classic_map_create_2(...) bpf_map_create(__VA_ARGS__)
#define bpf_classic_map_create_3(...) bpf_map_create(__VA_ARGS__)
#define bpf_classic_map_create_4(...) bpf_map_create(__VA_ARGS__)
#define bpf_classic_map_create_5(...) bpf_map_create(__VA_ARGS__)
#define bpf_map_create(...)	      BPF_CLASSIC_PICK(bpf_classic_map_create_, __VA_ARGS__)

#ifndef BPF_LOAD_MODERN_RETURNS
#include "classic_returns.h"
#endif

#endif
