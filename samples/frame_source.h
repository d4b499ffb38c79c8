/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * frame_source: sends frames of a sample's making through a pair of interfaces that nobody else
 * has, for samples whose socket filter looks at whole frames.
 *
 * Rules: without -i the sample gets a lab and looks at LAB_IF0, and what it sends are the only
 * frames there. With -i no lab is made, and nothing sent.
 */
#ifndef SAMPLES_FRAME_SOURCE_H
#define SAMPLES_FRAME_SOURCE_H

#include "frames.h"
#include "lab.h"
#include "worker.h"

#include <linux/if_packet.h>

struct frame_source {
	void (*build)(struct frame *frame, void *ctx); /* the next frame */
	void *ctx;
	struct lab lab;
	struct worker worker;
	struct sockaddr_ll address;
	int fd;
};

/*
 * Where run->options.interface is NULL: makes the lab, and the interface LAB_IF0 of it. False after a
 * message. Close in any case.
 */
bool frame_source_open(struct frame_source *source, struct sample_run *run);

/*
 * Sends about `per_second` frames a second from now on, from LAB_IF0 (`ns` 0: they leave the
 * interface) or from its other end (1: they come in); nothing where there is no lab, or with
 * --no-load. False after a message.
 */
bool frame_source_start(struct frame_source *source, const struct sample_run *run,
			unsigned int ns, double per_second);

void frame_source_close(struct frame_source *source);

#endif
