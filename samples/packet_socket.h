/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * packet_socket: the socket on which a socket filter hears the packets of an interface.
 *
 * For samples with SEC("socket") programs. Messages are printed as sample_fail() does.
 */
#ifndef SAMPLES_PACKET_SOCKET_H
#define SAMPLES_PACKET_SOCKET_H

#include "sample.h"

struct packet_socket {
	int fd;
	unsigned int ifindex;
};

/*
 * Opens a packet socket with `program` as its filter, on the interface of --interface. The
 * filter sees whole Ethernet frames, those that come in and those that leave. Takes
 * CAP_NET_RAW. Returns false after a message; then the handle may have failed, too.
 */
bool packet_socket_open(struct packet_socket *socket, const struct sample_run *run,
			struct bpf_loader *loader, struct bpf_loader_program *program);

/* False, after a message, if the interface has been removed: nothing will come any more. */
bool packet_socket_alive(const struct packet_socket *socket, const struct sample_run *run);

void packet_socket_close(const struct packet_socket *socket);

#endif
