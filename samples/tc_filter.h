/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * tc_filter: a classifier on an interface's clsact qdisc, direct-action, by libbpf.
 *
 * Such a filter outlives the process that made it. So tc_filter_close() takes it away, and the
 * qdisc too if it was made for it.
 */
#ifndef SAMPLES_TC_FILTER_H
#define SAMPLES_TC_FILTER_H

#include "sample.h"

struct tc_filter {
	unsigned int ifindex;
	bool egress, made_qdisc;
	__u32 handle, priority; /* priority 0: there is no filter */
};

/* Attaches. False after a message, which names the interface; then nothing is left. */
bool tc_filter_open(struct tc_filter *filter, const struct sample_run *run, int program_fd,
		    unsigned int ifindex, bool egress);

/* Fine for a filter that is all zero or closed. */
void tc_filter_close(struct tc_filter *filter);

#endif
