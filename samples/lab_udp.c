// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lab_udp: sends datagrams from namespace to namespace. See lab_udp.h.
 */
#include "lab_udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* The address that a flow goes to. Its size is returned, 0 if the text is none. */
static socklen_t target(const struct lab_udp_flow *flow, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (strchr(flow->to, ':')) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = htons((uint16_t)flow->port);
		return inet_pton(AF_INET6, flow->to, &address->v6.sin6_addr) == 1
			       ? sizeof(address->v6)
			       : 0;
	}
	address->v4.sin_family = AF_INET;
	address->v4.sin_port = htons((uint16_t)flow->port);
	return inet_pton(AF_INET, flow->to, &address->v4.sin_addr) == 1 ? sizeof(address->v4)
									: 0;
}

/* A filter of one instruction, "keep 0 bytes". A datagram that it refuses is gone, quietly. */
static int throw_away(int fd)
{
	struct sock_filter insns[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
	const struct sock_fprog program = {.len = 1, .filter = insns};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* Both sockets of a flow. False with errno. */
static bool open_flow(struct lab_udp *udp, const struct lab *lab, unsigned int i)
{
	const struct lab_udp_flow *flow = &udp->flows[i];
	union address address;
	const socklen_t length = target(flow, &address);
	const int family = address.any.sa_family;

	udp->out[i] = lab_socket(lab, flow->from_ns, family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	udp->sink[i] = lab_socket(lab, flow->to_ns, family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	return udp->out[i] >= 0 && udp->sink[i] >= 0 && !throw_away(udp->sink[i]) &&
	       !bind(udp->sink[i], &address.any, length) &&
	       !connect(udp->out[i], &address.any, length);
}

bool lab_udp_open(struct lab_udp *udp, const struct sample_run *run, const struct lab *lab,
		  const struct lab_udp_flow *flows, unsigned int count)
{
	*udp = (struct lab_udp){.count = count};
	memcpy(udp->flows, flows, count * sizeof(*flows));
	memset(udp->out, -1, sizeof(udp->out));
	memset(udp->sink, -1, sizeof(udp->sink));
	for (unsigned int i = 0; i < count; i++) {
		if (open_flow(udp, lab, i))
			continue;
		sample_fail(run, "no UDP sockets for traffic to %s port %u: %s", flows[i].to,
			    flows[i].port, strerror(errno));
		lab_udp_stop(udp);
		return false;
	}
	return true;
}

static void send_one(void *ctx)
{
	static const char payload[1400];
	struct lab_udp *udp = ctx;
	const unsigned int i = udp->sent % udp->count;

	if (udp->limit && udp->sent >= udp->limit)
		return;
	if (send(udp->out[i], payload, udp->flows[i].size, 0) >= 0)
		__atomic_add_fetch(&udp->sent, 1, __ATOMIC_RELEASE);
}

bool lab_udp_start(struct lab_udp *udp, const struct sample_run *run, unsigned long limit)
{
	int err;

	udp->limit = limit;
	err = worker_start(&udp->worker, LAB_UDP_RATE, send_one, udp);
	if (err)
		sample_fail(run, "cannot start the traffic: %s", strerror(-err));
	return !err;
}

unsigned long lab_udp_sent(const struct lab_udp *udp)
{
	return __atomic_load_n(&udp->sent, __ATOMIC_ACQUIRE);
}

/* One that could not be sent is tried again, so the flows keep their turns. */
unsigned long lab_udp_sent_by(const struct lab_udp *udp, unsigned int flow)
{
	const unsigned long sent = lab_udp_sent(udp);

	return udp->count ? sent / udp->count + (flow < sent % udp->count) : 0;
}

void lab_udp_stop(struct lab_udp *udp)
{
	worker_stop(&udp->worker);
	for (unsigned int i = 0; i < udp->count; i++) {
		if (udp->out[i] >= 0)
			close(udp->out[i]);
		if (udp->sink[i] >= 0)
			close(udp->sink[i]);
	}
	udp->count = 0;
}
