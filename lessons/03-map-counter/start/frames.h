/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * frames: sends Ethernet frames whose number, size and type are known, to count them elsewhere.
 *
 *     ipv4/100x5     five frames of 100 bytes, their headers included, that say they are IPv4
 *
 * Types: ipv4 arp ipv6 loop vlan, and length, which is no type (see choose_action.h). What
 * follows the Ethernet header is zeros.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct frames {
	unsigned int type, size, count;
};

static bool frames_read(const char *text, struct frames *frames)
{
	static const struct {
		const char *name;
		unsigned int type;
	} types[] = {
		{"ipv4", ETH_P_IP},	  {"arp", ETH_P_ARP},	 {"ipv6", ETH_P_IPV6},
		{"loop", ETH_P_LOOPBACK}, {"vlan", ETH_P_8021Q}, {"length", 46},
	};
	char name[16];

	if (sscanf(text, "%15[^/]/%ux%u", name, &frames->size, &frames->count) != 3 ||
	    frames->size < ETH_HLEN || frames->size > ETH_FRAME_LEN)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		frames->type = types[i].type;
		if (!strcmp(name, types[i].name))
			return true;
	}
	return false;
}

/* False, with errno, if not all could be sent. */
static bool frames_send(const char *interface, const struct frames *frames)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_halen = ETH_ALEN};
	unsigned char bytes[ETH_FRAME_LEN] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
	int sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned int sent = 0;

	to.sll_ifindex = (int)if_nametoindex(interface);
	bytes[12] = frames->type >> 8;
	bytes[13] = frames->type & 0xff;
	while (sent < frames->count && sendto(sock, bytes, frames->size, 0, (void *)&to,
					      sizeof(to)) == (ssize_t)frames->size)
		sent++;
	if (sock >= 0)
		close(sock);
	return sent == frames->count;
}

#endif
