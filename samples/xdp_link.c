// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_link: attaches XDP programs. See xdp_link.h.
 */
#include "xdp_link.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>

static const __u32 flags[] = {
	[XDP_MODE_ANY] = 0,
	[XDP_MODE_GENERIC] = XDP_FLAGS_SKB_MODE,
	[XDP_MODE_NATIVE] = XDP_FLAGS_DRV_MODE,
};

static void explain(const struct sample_run *run, unsigned int ifindex, enum xdp_mode mode,
		    int errnum)
{
	const char *advice = "", *mode_name = mode == XDP_MODE_NATIVE ? "native " : "";
	char name[IF_NAMESIZE] = "?";
	__u32 id = 0;

	if_indextoname(ifindex, name);
	bpf_xdp_query_id((int)ifindex, 0, &id);
	if (id) {
		sample_fail(
			run,
			"interface %s: an XDP program is there already, id %u; `bpftool net` "
			"shows it, `ip link set %s xdp off` takes it away",
			name, id, name);
		return;
	}
	if (errnum == EOPNOTSUPP && mode == XDP_MODE_NATIVE)
		advice = "; its driver knows no XDP: try --mode=generic";
	else if (errnum == EPERM)
		advice = "; it takes CAP_NET_ADMIN: run it as root";
	sample_fail(run, "interface %s: cannot attach the %sXDP program: %s%s", name, mode_name,
		    strerror(errnum), advice);
}

int xdp_link_open(const struct sample_run *run, int program_fd, unsigned int ifindex,
		  enum xdp_mode mode)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags[mode]);
	int fd = bpf_link_create(program_fd, (int)ifindex, BPF_XDP, &opts);

	if (fd >= 0)
		return fd;
	explain(run, ifindex, mode, -fd);
	return -1;
}

const char *xdp_link_mode(unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, opts);

	if (bpf_xdp_query((int)ifindex, 0, &opts))
		return "no";
	switch (opts.attach_mode) {
	case XDP_ATTACHED_SKB: return "generic";
	case XDP_ATTACHED_DRV: return "native";
	case XDP_ATTACHED_HW: return "offloaded";
	default: return "no";
	}
}

const char *xdp_link_read_mode(const char *value, void *to)
{
	static const char *const names[] = {"any", "generic", "native"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) != 0)
			continue;
		*(enum xdp_mode *)to = (enum xdp_mode)i;
		return NULL;
	}
	return "any, generic or native";
}
