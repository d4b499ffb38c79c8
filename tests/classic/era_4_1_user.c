/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A user program as people wrote it for Linux 4.1: globals, the kernel side found by argv[0], the
 * small libbpf.h with bpf_lookup_elem() and bpf_get_next_key(), the program put on a raw socket.
 *
 * Sends itself UDP packets of two lengths on lo and prints what the maps say of them.
 */
#include <stdio.h>
#include <assert.h>
#include <linux/bpf.h>
#include "libbpf.h"
#include "bpf_load.h"
#include <unistd.h>
#include <arpa/inet.h>

static void send_packets(int count, int length)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(4000)};
	char payload[256] = {0};
	int receiver = socket(AF_INET, SOCK_DGRAM, 0);
	int sender = socket(AF_INET, SOCK_DGRAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* somebody listens, so that no ICMP comes back */
	assert(bind(receiver, (struct sockaddr *)&to, sizeof(to)) == 0);
	while (count--)
		assert(sendto(sender, payload, length, 0, (void *)&to, sizeof(to)) == length);
	close(sender);
	close(receiver);
}

int main(int ac, char **argv)
{
	int sock, protocol = IPPROTO_UDP;
	unsigned int key = 0, next_key;
	char filename[256];
	long value;

	snprintf(filename, sizeof(filename), "%s_kern.o", argv[0]);
	if (load_bpf_file(filename)) {
		printf("%s", bpf_log_buf);
		return 1;
	}

	sock = open_raw_sock("lo");
	assert(setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, prog_fd, sizeof(prog_fd[0])) == 0);

	send_packets(5, 100);
	send_packets(3, 18);

	assert(bpf_lookup_elem(map_fd[0], &protocol, &value) == 0);
	printf("udp %ld bytes\n", value);
	while (bpf_get_next_key(map_fd[1], &key, &next_key) == 0) {
		assert(bpf_lookup_elem(map_fd[1], &next_key, &value) == 0);
		printf("length %u: %ld packets\n", next_key, value);
		key = next_key;
	}
	assert(errno == ENOENT);
	return 0;
}
