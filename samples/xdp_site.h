/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * xdp_site: the interface that an XDP sample looks at.
 *
 * That of -i; or, without -i, one end (lab0) of the pair of a lab made for it, with which it may
 * do what it likes: the other end is lab1 in namespace 1 (lab.h).
 */
#ifndef SAMPLES_XDP_SITE_H
#define SAMPLES_XDP_SITE_H

#include "lab.h"
#include "xdp_link.h"

struct xdp_site {
	struct lab lab;
	bool own; /* the lab was made */
	unsigned int ifindex;
	int link; /* 0: nothing is attached */
};

/*
 * Finds or makes the interface; run->options.interface then is its name. False after a message,
 * and nothing is left.
 */
bool xdp_site_open(struct xdp_site *site, struct sample_run *run);

/* Puts the program there. False after a message. */
bool xdp_site_attach(struct xdp_site *site, const struct sample_run *run, int program_fd,
		     enum xdp_mode mode);

/* False, after a message, if the interface has been removed. */
bool xdp_site_alive(const struct xdp_site *site, const struct sample_run *run);

/* Detaches, and leaves the lab. Fine for a site that is all zero or closed. */
void xdp_site_close(struct xdp_site *site);

#endif
