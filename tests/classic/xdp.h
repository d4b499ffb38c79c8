/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the xdp_*_user.c programs share: frames to count, and the count. To be included last.
 */
#ifndef TESTS_CLASSIC_XDP_H
#define TESTS_CLASSIC_XDP_H

/* Sends `count` broadcast frames of EtherType 0x88b5 through interface `name`. */
static void send_frames(const char *name, int count)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_halen = 6};
	unsigned char frame[64] = {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
	int sock = socket(PF_PACKET, SOCK_RAW, 0);

	to.sll_ifindex = if_nametoindex(name);
	assert(sock >= 0 && to.sll_ifindex);
	while (count--)
		assert(sendto(sock, frame, sizeof(frame), 0, (void *)&to, sizeof(to)) ==
		       sizeof(frame));
	close(sock);
}

/* All CPUs together; the last frames may still be on their way. */
static long dropped_frames(int wanted)
{
	long values[bpf_num_possible_cpus()], sum = 0;
	unsigned int key = 0;
	int i, tries;

	for (tries = 0; tries < 100 && sum < wanted; tries++) {
		usleep(tries * 1000);
		assert(bpf_map_lookup_elem(map_fd[0], &key, values) == 0);
		for (sum = 0, i = 0; i < bpf_num_possible_cpus(); i++)
			sum += values[i];
	}
	return sum;
}

#endif
