// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * send: a known amount of traffic, for tests that count it.
 *
 *     send udp ADDRESS COUNT SIZE
 *             COUNT datagrams of SIZE bytes of payload, from a port of the local ADDRESS (IPv4
 *             or IPv6) to itself. Nothing answers, so nothing else is sent.
 *     send frame IFACE ETHERTYPE OFFSET VALUE SIZE
 *             One Ethernet frame of SIZE bytes, all zero but for the EtherType (hexadecimal) and
 *             the byte VALUE (decimal) at OFFSET. An OFFSET behind the end sets nothing.
 *
 * Exit status: 0 all sent; 1 not, with a message; 2 wrong usage.
 */
#include <arpa/inet.h>
#include <err.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LARGEST 65536

static unsigned char bytes[LARGEST];

static size_t size_argument(const char *text, size_t max)
{
	unsigned long size = strtoul(text, NULL, 10);

	if (size > max)
		errx(2, "%s: at most %zu", text, max);
	return size;
}

static socklen_t parse_address(const char *text, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	address->ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (address->ss_family == AF_INET && inet_pton(AF_INET, text, &v4->sin_addr) == 1)
		return sizeof(*v4);
	if (address->ss_family == AF_INET6 && inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
		return sizeof(*v6);
	errx(2, "%s: no address", text);
}

static void send_udp(char **arguments)
{
	struct sockaddr_storage address;
	socklen_t length = parse_address(arguments[0], &address);
	size_t count = size_argument(arguments[1], 1000000);
	size_t size = size_argument(arguments[2], LARGEST);
	int fd = socket(address.ss_family, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) ||
	    getsockname(fd, (struct sockaddr *)&address, &length) ||
	    connect(fd, (struct sockaddr *)&address, length))
		err(1, "a UDP socket on %s", arguments[0]);
	for (size_t i = 0; i < count; i++)
		if (send(fd, bytes, size, 0) < 0 || recv(fd, bytes, size, 0) < 0)
			err(1, "datagram %zu", i);
}

static void send_frame(char **arguments)
{
	struct ether_header *header = (struct ether_header *)bytes;
	struct sockaddr_ll address = {.sll_family = AF_PACKET};
	size_t offset = size_argument(arguments[2], LARGEST - 1);
	size_t size = size_argument(arguments[4], LARGEST);
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	address.sll_ifindex = (int)if_nametoindex(arguments[0]);
	header->ether_type = htons((uint16_t)strtoul(arguments[1], NULL, 16));
	if (offset < size)
		bytes[offset] = (unsigned char)size_argument(arguments[3], 255);
	if (fd < 0 || !address.sll_ifindex ||
	    sendto(fd, bytes, size, 0, (struct sockaddr *)&address, sizeof(address)) < 0)
		err(1, "a frame on %s", arguments[0]);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "udp"))
		send_udp(argv + 2);
	else if (argc == 7 && !strcmp(argv[1], "frame"))
		send_frame(argv + 2);
	else
		errx(2,
		     "usage: send udp ADDRESS COUNT SIZE | send frame IFACE ETHERTYPE OFFSET "
		     "VALUE SIZE");
	return 0;
}
