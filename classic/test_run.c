/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_prog_test_run() and bpf_prog_test_run_xattr(), over bpf_prog_test_run_opts(), and
 * bpf_prog_attach_xattr(), whose replacement changed nothing but the name.
 *
 * Contract: <bpf/bpf.h>. All return 0, or -1 with errno set.
 */
#include <bpf/bpf.h>

/* Results are stored after a failure too: an ENOSPC run reports the size that it needed. */
static int test_run(struct bpf_prog_test_run_attr *attr)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int err;

	opts.data_in = attr->data_in;
	opts.data_size_in = attr->data_size_in;
	opts.data_out = attr->data_out;
	opts.data_size_out = attr->data_size_out;
	opts.ctx_in = attr->ctx_in;
	opts.ctx_size_in = attr->ctx_size_in;
	opts.ctx_out = attr->ctx_out;
	opts.ctx_size_out = attr->ctx_size_out;
	opts.repeat = attr->repeat;
	err = bpf_prog_test_run_opts(attr->prog_fd, &opts);
	attr->data_size_out = opts.data_size_out;
	attr->ctx_size_out = opts.ctx_size_out;
	attr->retval = opts.retval;
	attr->duration = opts.duration;
	return err;
}

int bpf_prog_test_run_xattr(struct bpf_prog_test_run_attr *attr)
{
	if (!attr || (!attr->data_out && attr->data_size_out))
		return bpf_classic_return(-EINVAL);
	return test_run(attr);
}

int bpf_prog_test_run(int prog_fd, int repeat, void *data, __u32 size, void *data_out,
		      __u32 *size_out, __u32 *retval, __u32 *duration)
{
	struct bpf_prog_test_run_attr attr = {
		.prog_fd = prog_fd,
		.repeat = repeat,
		.data_in = data,
		.data_size_in = size,
		/* With a data_size_out of 0 the kernel copies everything, as it must here. */
		.data_out = data_out,
	};
	int err = test_run(&attr);

	if (size_out)
		*size_out = attr.data_size_out;
	if (retval)
		*retval = attr.retval;
	if (duration)
		*duration = attr.duration;
	return err;
}

int bpf_prog_attach_xattr(int prog_fd, int attachable_fd, enum bpf_attach_type type,
			  const struct bpf_prog_attach_opts *opts)
{
	return bpf_classic_return(bpf_prog_attach_opts(prog_fd, attachable_fd, type, opts));
}
