// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * frame_source: a packet socket in a lab, and a thread that writes to it. See frame_source.h.
 */
#include "frame_source.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void send_frame(void *ctx)
{
	struct frame_source *source = ctx;
	struct frame frame;

	source->build(&frame, source->ctx);
	/* What does not get through now may the next time. */
	if (sendto(source->fd, frame.bytes, frame.size, 0, (struct sockaddr *)&source->address,
		   sizeof(source->address)) < 0)
		return;
}

bool frame_source_open(struct frame_source *source, struct sample_run *run)
{
	source->fd = -1;
	if (run->options.interface)
		return true;
	if (!lab_open(&source->lab, run, 2) || !lab_pair(&source->lab, run))
		return false;
	run->options.interface = LAB_IF0;
	return true;
}

bool frame_source_start(struct frame_source *source, const struct sample_run *run,
			unsigned int ns, double per_second)
{
	int err;

	if (!source->lab.count || run->options.no_load)
		return true;
	source->address = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)lab_ifindex(&source->lab, ns, ns ? LAB_IF1 : LAB_IF0),
	};
	source->fd = lab_socket(&source->lab, ns, AF_PACKET, SOCK_RAW, 0);
	err = source->fd < 0 ? -errno
			     : worker_start(&source->worker, per_second, send_frame, source);
	if (err)
		sample_fail(run, "cannot send frames of its own: %s", strerror(-err));
	return !err;
}

void frame_source_close(struct frame_source *source)
{
	worker_stop(&source->worker);
	if (source->fd > 0)
		close(source->fd);
	lab_close(&source->lab);
}
