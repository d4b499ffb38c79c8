/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "sock_example.h": open_raw_sock(), the raw packet socket that the socket filter samples
 * attach their program to.
 *
 * Programs rely on the headers that this one includes. Thread-safe.
 */
#ifndef BPF_LOAD_SOCK_EXAMPLE_H
#define BPF_LOAD_SOCK_EXAMPLE_H

#include <stdlib.h>
#include <stdio.h>
#include <linux/unistd.h>
#include <unistd.h>
#include <string.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <linux/if_packet.h>
#include <arpa/inet.h>
#include <sys/socket.h>

/*
 * open_raw_sock() - a non-blocking, close-on-exec raw socket that sees every packet of one
 * device.
 * @name is the device, such as "lo". Returns an fd that the caller closes, or -1 with errno set
 * after a line on stderr. An unknown device is an error: device number 0 would mean all of
 * them.
 */
static inline int open_raw_sock(const char *name)
{
	struct sockaddr_ll address;
	int sock, saved;

	memset(&address, 0, sizeof(address));
	address.sll_family = AF_PACKET;
	address.sll_protocol = htons(ETH_P_ALL);
	address.sll_ifindex = (int)if_nametoindex(name);
	if (!address.sll_ifindex) {
		saved = errno;
		fprintf(stderr, "open_raw_sock: device %s: %s\n", name, strerror(saved));
		errno = saved;
		return -1;
	}
	/* Protocol 0 receives nothing: no packet of another device slips in before bind(). */
	sock = socket(PF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (sock >= 0 && !bind(sock, (struct sockaddr *)&address, sizeof(address)))
		return sock;
	saved = errno;
	fprintf(stderr, "open_raw_sock: raw socket on %s: %s%s\n", name, strerror(saved),
		saved == EPERM ? "; it takes root or CAP_NET_RAW" : "");
	if (sock >= 0)
		close(sock);
	errno = saved;
	return -1;
}

#endif
