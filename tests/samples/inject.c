// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * inject: sends frames, byte for byte, for tests that know what is to come of them.
 *
 *     inject IFACE
 *             Each line of standard input is "COUNT HEX": the Ethernet frame of those bytes, sent
 *             that many times.
 *
 * Exit status: 0 all sent; 1 not, with a message; 2 wrong usage.
 */
#include <err.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LARGEST 2048

static size_t parse_hex(const char *text, unsigned char *bytes)
{
	const size_t length = strcspn(text, "\n");
	char digits[3] = "";

	if (length % 2 || length / 2 > LARGEST || strspn(text, "0123456789abcdef") != length)
		errx(2, "no frame in hexadecimal: %s", text);
	for (size_t i = 0; i < length / 2; i++) {
		memcpy(digits, text + 2 * i, 2);
		bytes[i] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return length / 2;
}

static void send_line(int fd, const struct sockaddr_ll *address, const char *line)
{
	unsigned char bytes[LARGEST];
	char *rest;
	unsigned long count = strtoul(line, &rest, 10);
	size_t size = parse_hex(rest + strspn(rest, " "), bytes);

	for (unsigned long i = 0; i < count; i++)
		if (sendto(fd, bytes, size, 0, (const struct sockaddr *)address,
			   sizeof(*address)) < 0)
			err(1, "a frame of %zu bytes", size);
}

int main(int argc, char **argv)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	char line[2 * LARGEST + 32];

	if (argc != 2)
		errx(2, "usage: inject IFACE");
	address.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (fd < 0 || !address.sll_ifindex)
		err(1, "a packet socket on %s", argv[1]);
	while (fgets(line, sizeof(line), stdin))
		send_line(fd, &address, line);
	return 0;
}
