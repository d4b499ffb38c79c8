/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The five-argument bpf_prog_load() of samples/bpf, Linux 4.1-4.9.
 *
 * Contract: <bpf/classic_prog_load.h>. A file of its own because it alone needs bpf_log_buf,
 * which newer programs define themselves. Not thread-safe: bpf_log_buf is one per process.
 */
#include <bpf/bpf.h>

/* Defined beside load_bpf_file(). */
extern char bpf_log_buf[BPF_LOG_BUF_SIZE];

int bpf_classic_prog_load_bytes(enum bpf_prog_type type, const struct bpf_insn *insns,
				int insn_len, const char *license, int kern_version)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);

	if (insn_len < 0 || insn_len % (int)sizeof(*insns))
		return bpf_classic_return(-EINVAL);
	bpf_log_buf[0] = '\0';
	opts.kern_version = kern_version;
	opts.log_buf = bpf_log_buf;
	opts.log_size = BPF_LOG_BUF_SIZE;
	return bpf_classic_return(bpf_prog_load(type, NULL, license, insns,
						(size_t)insn_len / sizeof(*insns), &opts));
}
