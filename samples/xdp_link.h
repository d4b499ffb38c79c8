/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * xdp_link: an XDP program on an interface, for as long as the sample runs.
 *
 * By a BPF link (Linux 5.9): it goes with the process that holds it, even a killed one, and
 * refuses to take the place of a program that somebody else put there.
 */
#ifndef SAMPLES_XDP_LINK_H
#define SAMPLES_XDP_LINK_H

#include "sample.h"

enum xdp_mode {
	XDP_MODE_ANY,	  /* native where the driver can, else generic */
	XDP_MODE_GENERIC, /* in the network stack, on every interface */
	XDP_MODE_NATIVE,  /* in the driver, before the kernel makes an skb */
};

/*
 * Attaches. Returns the link's descriptor, close() detaches; or -1 after a message, which names
 * the interface and, where one is there already, the program.
 */
int xdp_link_open(const struct sample_run *run, int program_fd, unsigned int ifindex,
		  enum xdp_mode mode);

/* "generic" or "native": how the program on that interface runs. "no" if there is none. */
const char *xdp_link_mode(unsigned int ifindex);

/* For --mode: any, generic, native, into an enum xdp_mode. */
const char *xdp_link_read_mode(const char *value, void *to);

#endif
