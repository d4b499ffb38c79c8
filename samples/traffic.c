// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * traffic: sends to itself on lo. See traffic.h.
 *
 * A flow is two sockets: what is written to .out arrives at .in, which may be the same one. All
 * addresses are loopback addresses, so the kernel routes everything to lo.
 */
#include "traffic.h"

#include "worker.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGEST 256

struct flow {
	int family, type, protocol;
	size_t payload; /* bytes */
	int (*open)(struct flow *flow);
	int out, in;
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static int open_echo(struct flow *flow);
static int open_udp(struct flow *flow);
static int open_tcp(struct flow *flow);

static struct flow flows[] = {
	{AF_INET, SOCK_DGRAM, IPPROTO_ICMP, TRAFFIC_ICMP, open_echo, -1, -1},
	{AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, TRAFFIC_ICMP, open_echo, -1, -1},
	{AF_INET, SOCK_DGRAM, IPPROTO_UDP, TRAFFIC_UDP, open_udp, -1, -1},
	{AF_INET6, SOCK_DGRAM, IPPROTO_UDP, TRAFFIC_UDP, open_udp, -1, -1},
	{AF_INET, SOCK_STREAM, IPPROTO_TCP, TRAFFIC_TCP, open_tcp, -1, -1},
	{AF_INET6, SOCK_STREAM, IPPROTO_TCP, TRAFFIC_TCP, open_tcp, -1, -1},
};

#define FLOWS (sizeof(flows) / sizeof(flows[0]))

static struct worker worker;

/* ---- sockets ---- */

static socklen_t loopback(int family, union address *address)
{
	memset(address, 0, sizeof(*address));
	address->any.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		address->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(address->v4);
	}
	address->v6.sin6_addr = in6addr_loopback;
	return sizeof(address->v6);
}

static int new_socket(const struct flow *flow, int type)
{
	return socket(flow->family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, flow->protocol);
}

/* Binds `fd` to a free port of the loopback address, which then is in `address`. */
static int bind_loopback(const struct flow *flow, int fd, union address *address)
{
	socklen_t length = loopback(flow->family, address);

	if (bind(fd, &address->any, length))
		return -1;
	return getsockname(fd, &address->any, &length);
}

static int connect_to(const struct flow *flow, int fd, const union address *address)
{
	union address unused;

	return connect(fd, &address->any, loopback(flow->family, &unused));
}

/* The kernel answers, so one socket does. A "ping socket" if users may have one, else raw. */
static int open_echo(struct flow *flow)
{
	union address address;

	flow->out = new_socket(flow, SOCK_DGRAM);
	if (flow->out < 0) {
		flow->type = SOCK_RAW;
		flow->out = new_socket(flow, SOCK_RAW);
	}
	loopback(flow->family, &address);
	return flow->out < 0 ? -1 : connect_to(flow, flow->out, &address);
}

/* A UDP socket may be connected to itself. */
static int open_udp(struct flow *flow)
{
	union address address;

	flow->out = new_socket(flow, SOCK_DGRAM);
	if (flow->out < 0 || bind_loopback(flow, flow->out, &address))
		return -1;
	return connect_to(flow, flow->out, &address);
}

/* On lo the handshake is over when connect() returns, so accept() finds the connection. */
static int connect_pair(struct flow *flow, int listener)
{
	union address address;

	if (bind_loopback(flow, listener, &address) || listen(listener, 1))
		return -1;
	flow->out = new_socket(flow, SOCK_STREAM);
	if (flow->out < 0 || (connect_to(flow, flow->out, &address) && errno != EINPROGRESS))
		return -1;
	flow->in = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return flow->in;
}

static int open_tcp(struct flow *flow)
{
	int listener = new_socket(flow, SOCK_STREAM);
	int result = listener < 0 ? -1 : connect_pair(flow, listener);
	int saved = errno;

	if (listener >= 0)
		close(listener);
	errno = saved;
	return result < 0 ? -1 : 0;
}

static void close_flow(struct flow *flow)
{
	if (flow->in >= 0)
		close(flow->in);
	if (flow->out >= 0)
		close(flow->out);
	flow->in = flow->out = -1;
}

/* ---- packets ---- */

/* The Internet checksum; raw ICMP for IPv4 is the one case where the kernel leaves it to us. */
static uint16_t checksum(const unsigned char *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* Writes the echo request's header in front of the payload. Returns its size. */
static size_t echo_header(const struct flow *flow, unsigned char *packet, size_t payload)
{
	struct icmphdr header = {
		.type = flow->family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST,
		.un.echo.id = htons((uint16_t)getpid()),
	};

	memcpy(packet, &header, sizeof(header));
	if (flow->family == AF_INET) {
		header.checksum = checksum(packet, sizeof(header) + payload);
		memcpy(packet, &header, sizeof(header));
	}
	return sizeof(header);
}

static void send_one(const struct flow *flow)
{
	unsigned char packet[sizeof(struct icmphdr) + LARGEST] = {0};
	size_t size = flow->payload;

	if (flow->open == open_echo)
		size += echo_header(flow, packet, size);
	/* Traffic is a nicety: what does not get through now may the next time. */
	if (send(flow->out, packet, size, MSG_NOSIGNAL) < 0)
		return;
}

/* Reads what arrived, so that no buffer fills up. A raw socket also hears other people's echoes. */
static void drain(const struct flow *flow)
{
	const int fd = flow->in >= 0 ? flow->in : flow->out;
	char bytes[2048];

	for (int i = 0; i < 64 && recv(fd, bytes, sizeof(bytes), 0) > 0; i++)
		;
}

/* ---- turns ---- */

static void take_turn(void *unused)
{
	static size_t turn;

	(void)unused;
	turn = (turn + 1) % FLOWS;
	if (flows[turn].out < 0)
		return;
	drain(&flows[turn]);
	send_one(&flows[turn]);
}

static void close_flows(void)
{
	for (size_t i = 0; i < FLOWS; i++)
		close_flow(&flows[i]);
}

/* Sockets open on an interface that is down, too; then nothing would be heard of them. */
static int check_interface(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (err)
		return err;
	return request.ifr_flags & IFF_UP ? 0 : -ENETDOWN;
}

/* Opens what can be opened. Returns 0, or the first -errno if that is nothing. */
static int open_flows(void)
{
	int first = 0;
	size_t opened = 0;

	for (size_t i = 0; i < FLOWS; i++) {
		if (!flows[i].open(&flows[i])) {
			opened++;
			continue;
		}
		if (!first)
			first = -errno;
		close_flow(&flows[i]);
	}
	return opened ? 0 : first;
}

int traffic_start(void)
{
	int err = check_interface();

	if (!err)
		err = open_flows();
	if (!err)
		err = worker_start(&worker, TRAFFIC_RATE, take_turn, NULL);
	if (err)
		close_flows();
	return err;
}

void traffic_for(const struct sample_run *run)
{
	int err = 0;

	if (!run->options.no_load && !strcmp(run->options.interface, "lo"))
		err = traffic_start();
	if (err)
		sample_fail(run,
			    "warning: no traffic of its own: %s; is lo up? (ip link set lo up)",
			    strerror(-err));
}

void traffic_stop(void)
{
	worker_stop(&worker);
	close_flows();
}
