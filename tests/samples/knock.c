// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * knock: connections and datagrams to a port of 127.0.0.1, from source ports that are known.
 *
 *     knock PORT FIRST COUNT
 *             From each of the COUNT source ports from FIRST on, a TCP connection, which is
 *             reset, and a UDP datagram.
 *
 * Exit status: 0 all done; 1 not, with a message; 2 wrong usage.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void knock(int type, unsigned int from, unsigned int to)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				      .sin_port = htons((unsigned short)from)};
	const struct linger reset = {.l_onoff = 1};
	int fd = socket(AF_INET, type, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "source port %u", from);
	address.sin_port = htons((unsigned short)to);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    (type == SOCK_DGRAM && send(fd, "knock", 5, 0) != 5))
		err(1, "port %u from %u", to, from);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned int port, first, count;

	if (argc != 4)
		errx(2, "usage: knock PORT FIRST COUNT");
	port = (unsigned int)strtoul(argv[1], NULL, 10);
	first = (unsigned int)strtoul(argv[2], NULL, 10);
	count = (unsigned int)strtoul(argv[3], NULL, 10);
	for (unsigned int i = 0; i < count; i++) {
		knock(SOCK_STREAM, first + i, port);
		knock(SOCK_DGRAM, first + i, port);
	}
	return 0;
}
