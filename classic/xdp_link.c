/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * XDP attachment by the old names, over bpf_xdp_attach(), _detach() and _query().
 *
 * Contract: <bpf/libbpf.h>. All return 0 or a negative error code, as they did before libbpf
 * 1.0; errno is set as well. Attachments outlive the process: detach with an fd of -1.
 */
#include <string.h>

#include <bpf/libbpf.h>

int bpf_set_link_xdp_fd(int ifindex, int fd, __u32 flags)
{
	if (fd < 0)
		return bpf_xdp_detach(ifindex, flags, NULL);
	return bpf_xdp_attach(ifindex, fd, flags, NULL);
}

int bpf_set_link_xdp_fd_opts(int ifindex, int fd, __u32 flags,
			     const struct bpf_xdp_set_link_opts *opts)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, attach);

	if (!opts)
		return bpf_set_link_xdp_fd(ifindex, fd, flags);
	attach.old_prog_fd = opts->old_fd;
	if (fd < 0)
		return bpf_xdp_detach(ifindex, flags, &attach);
	return bpf_xdp_attach(ifindex, fd, flags, &attach);
}

int bpf_get_link_xdp_id(int ifindex, __u32 *prog_id, __u32 flags)
{
	return bpf_xdp_query_id(ifindex, (int)flags, prog_id);
}

int bpf_get_link_xdp_info(int ifindex, struct xdp_link_info *info, size_t info_size,
			  __u32 flags)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	struct xdp_link_info found = {};
	size_t known = info_size < sizeof(found) ? info_size : sizeof(found);
	int err;

	if (!info || !info_size)
		return bpf_classic_error(EINVAL);
	err = bpf_xdp_query(ifindex, (int)flags, &query);
	if (err)
		return err;
	found.prog_id = query.prog_id;
	found.drv_prog_id = query.drv_prog_id;
	found.hw_prog_id = query.hw_prog_id;
	found.skb_prog_id = query.skb_prog_id;
	found.attach_mode = query.attach_mode;
	/* A caller built with another size of the struct gets what both know, and zeros. */
	memset(info, 0, info_size);
	memcpy(info, &found, known);
	return 0;
}
