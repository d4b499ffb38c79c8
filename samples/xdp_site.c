// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_site: where an XDP program goes. See xdp_site.h.
 */
#include "xdp_site.h"

#include <net/if.h>
#include <unistd.h>

static bool make_lab(struct xdp_site *site, struct sample_run *run)
{
	if (!lab_open(&site->lab, run, 2))
		return false;
	site->own = true;
	run->options.interface = LAB_IF0;
	return lab_pair(&site->lab, run);
}

bool xdp_site_open(struct xdp_site *site, struct sample_run *run)
{
	*site = (struct xdp_site){0};
	if (run->options.interface || make_lab(site, run))
		site->ifindex = sample_ifindex(run);
	if (!site->ifindex)
		xdp_site_close(site);
	return site->ifindex;
}

bool xdp_site_attach(struct xdp_site *site, const struct sample_run *run, int program_fd,
		     enum xdp_mode mode)
{
	int fd = xdp_link_open(run, program_fd, site->ifindex, mode);

	site->link = fd < 0 ? 0 : fd;
	return fd >= 0;
}

bool xdp_site_alive(const struct xdp_site *site, const struct sample_run *run)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(site->ifindex, name))
		return true;
	sample_fail(run, "interface %s has been removed", run->options.interface);
	return false;
}

void xdp_site_close(struct xdp_site *site)
{
	if (site->link > 0)
		close(site->link);
	lab_close(&site->lab);
	*site = (struct xdp_site){0};
}
