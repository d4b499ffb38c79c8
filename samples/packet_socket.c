// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * packet_socket: opens, filters and binds an AF_PACKET socket. See packet_socket.h.
 */
#include "packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * SOCK_RAW: frames with their Ethernet header. Protocol 0: a socket that hears nothing yet, so
 * that it has its filter before the first packet.
 */
static int open_deaf(const struct sample_run *run)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		sample_fail(run, "cannot open a packet socket: %s; %s", strerror(errno),
			    errno == EPERM ? "it takes CAP_NET_RAW: run it as root"
					   : "the kernel needs CONFIG_PACKET");
	return fd;
}

/* From here on the socket hears of every packet of the interface. */
static int listen_on(int fd, unsigned int ifindex)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex,
	};

	return bind(fd, (const struct sockaddr *)&address, sizeof(address));
}

bool packet_socket_open(struct packet_socket *socket, const struct sample_run *run,
			struct bpf_loader *loader, struct bpf_loader_program *program)
{
	socket->fd = -1;
	socket->ifindex = sample_ifindex(run);
	if (!socket->ifindex)
		return false;
	socket->fd = open_deaf(run);
	if (socket->fd < 0)
		return false;
	if (bpf_loader_attach_socket(loader, program, socket->fd))
		sample_fail(run, "%s", bpf_loader_error(loader));
	else if (listen_on(socket->fd, socket->ifindex))
		sample_fail(run, "cannot listen on interface %s: %s", run->options.interface,
			    strerror(errno));
	else
		return true;
	packet_socket_close(socket);
	return false;
}

bool packet_socket_alive(const struct packet_socket *socket, const struct sample_run *run)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(socket->ifindex, name))
		return true;
	sample_fail(run, "interface %s has been removed", run->options.interface);
	return false;
}

void packet_socket_close(const struct packet_socket *socket)
{
	close(socket->fd);
}
