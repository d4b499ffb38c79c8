/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The bpf_load_program family, bpf_verify_program() and bpf_load_btf(), over bpf_prog_load()
 * and bpf_btf_load() of libbpf 1.x.
 *
 * Contract: <bpf/bpf.h>. Every function returns an fd that the caller closes, or -1 with errno
 * set. libbpf repeats a failed load with the log on when it has a buffer and a log level of 0,
 * which is what the old calls did themselves.
 */
#include <bpf/bpf.h>

/* One field served two program types: hand each value to the kernel under its own name. */
static void set_target(struct bpf_prog_load_opts *opts,
		       const struct bpf_load_program_attr *attr)
{
	switch (attr->prog_type) {
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_EXT:
		opts->attach_prog_fd = attr->attach_prog_fd;
		opts->attach_btf_id = attr->attach_btf_id;
		break;
	case BPF_PROG_TYPE_STRUCT_OPS:
	case BPF_PROG_TYPE_LSM: opts->attach_btf_id = attr->attach_btf_id; break;
	default:
		opts->prog_ifindex = attr->prog_ifindex;
		opts->kern_version = attr->kern_version;
		break;
	}
}

static int load_program(const struct bpf_load_program_attr *attr, char *log_buf,
			size_t log_buf_sz)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);

	opts.expected_attach_type = attr->expected_attach_type;
	set_target(&opts, attr);
	opts.prog_btf_fd = attr->prog_btf_fd;
	opts.func_info = attr->func_info;
	opts.func_info_cnt = attr->func_info_cnt;
	opts.func_info_rec_size = attr->func_info_rec_size;
	opts.line_info = attr->line_info;
	opts.line_info_cnt = attr->line_info_cnt;
	opts.line_info_rec_size = attr->line_info_rec_size;
	opts.prog_flags = attr->prog_flags;
	opts.log_level = attr->log_level;
	opts.log_buf = log_buf;
	opts.log_size = log_buf_sz;
	return bpf_prog_load(attr->prog_type, attr->name, attr->license, attr->insns,
			     attr->insns_cnt, &opts);
}

int bpf_load_program_xattr(const struct bpf_load_program_attr *attr, char *log_buf,
			   size_t log_buf_sz)
{
	if (!attr || !log_buf != !log_buf_sz || (attr->log_level && !log_buf))
		return bpf_classic_return(-EINVAL);
	return bpf_classic_return(load_program(attr, log_buf, log_buf_sz));
}

int bpf_load_program_name(enum bpf_prog_type type, const char *name,
			  const struct bpf_insn *insns, size_t insns_cnt, const char *license,
			  __u32 kern_version, char *log_buf, size_t log_buf_sz)
{
	struct bpf_load_program_attr attr = {
		.prog_type = type,
		.name = name,
		.insns = insns,
		.insns_cnt = insns_cnt,
		.license = license,
		.kern_version = kern_version,
	};

	/* Before 5.0 a buffer without a size, or the reverse, meant no log and not an error. */
	if (!log_buf || !log_buf_sz)
		return bpf_load_program_xattr(&attr, NULL, 0);
	return bpf_load_program_xattr(&attr, log_buf, log_buf_sz);
}

int bpf_load_program(enum bpf_prog_type type, const struct bpf_insn *insns, size_t insns_cnt,
		     const char *license, __u32 kern_version, char *log_buf, size_t log_buf_sz)
{
	return bpf_load_program_name(type, NULL, insns, insns_cnt, license, kern_version,
				     log_buf, log_buf_sz);
}

int(bpf_verify_program)(enum bpf_prog_type type, const struct bpf_insn *insns, size_t insns_cnt,
			__u32 prog_flags, const char *license, __u32 kern_version,
			char *log_buf, size_t log_buf_sz, int log_level)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);

	if (log_buf && log_buf_sz) {
		log_buf[0] = '\0';
		opts.log_buf = log_buf;
		opts.log_size = log_buf_sz;
		opts.log_level = log_level;
	}
	opts.kern_version = kern_version;
	opts.prog_flags = prog_flags;
	return bpf_classic_return(bpf_prog_load(type, NULL, license, insns, insns_cnt, &opts));
}

int bpf_load_btf(const void *btf, __u32 btf_size, char *log_buf, __u32 log_buf_size,
		 bool do_log)
{
	LIBBPF_OPTS(bpf_btf_load_opts, opts);

	if (log_buf && log_buf_size) {
		opts.log_buf = log_buf;
		opts.log_size = log_buf_size;
		opts.log_level = do_log ? 1 : 0;
	}
	return bpf_classic_return(bpf_btf_load(btf, btf_size, &opts));
}
