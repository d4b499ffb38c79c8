// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tcp_flow: a TCP connection with itself. See tcp_flow.h.
 */
#include "tcp_flow.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE 5000 /* milliseconds for a handshake on lo */

int tcp_flow_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

int tcp_flow_listener(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = tcp_flow_socket(), err;

	if (fd < 0 ||
	    (!bind(fd, (const struct sockaddr *)&address, sizeof(address)) && !listen(fd, 16)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Waits until `fd` is ready. Returns 0 or -errno. */
static int await(int fd, short events)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};
	int ready;

	while ((ready = poll(&poll_fd, 1, PATIENCE)) < 0 && errno == EINTR)
		;
	if (ready < 0)
		return -errno;
	return ready ? 0 : -ETIMEDOUT;
}

static int connect_to(int socket, int listener)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	int err;

	if (getsockname(listener, (struct sockaddr *)&address, &size))
		return -errno;
	if (!connect(socket, (const struct sockaddr *)&address, size))
		return 0;
	if (errno != EINPROGRESS)
		return -errno;
	err = await(socket, POLLOUT);
	size = sizeof(err);
	if (!err && !getsockopt(socket, SOL_SOCKET, SO_ERROR, &err, &size))
		err = -err;
	return err;
}

static int accept_from(int listener)
{
	int err = await(listener, POLLIN), fd;

	if (err)
		return err;
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int tcp_flow_open(struct tcp_flow *flow, int socket, int listener)
{
	int err = connect_to(socket, listener);

	flow->sent = flow->received = 0;
	flow->sender = socket;
	flow->receiver = err ? -1 : accept_from(listener);
	if (!err && flow->receiver < 0)
		err = flow->receiver;
	if (err) {
		flow->receiver = -1;
		tcp_flow_close(flow);
	}
	return err;
}

static void send_chunk(struct tcp_flow *flow)
{
	static const char zeros[TCP_FLOW_CHUNK];
	size_t size = flow->chunk;
	ssize_t sent;

	if (flow->limit && flow->limit - flow->sent < size)
		size = flow->limit - flow->sent;
	if (!size)
		return;
	sent = send(flow->sender, zeros, size, MSG_NOSIGNAL);
	if (sent > 0)
		flow->sent += (uint64_t)sent;
}

static void receive_all(struct tcp_flow *flow)
{
	char bytes[TCP_FLOW_CHUNK];
	ssize_t got;

	while ((got = recv(flow->receiver, bytes, sizeof(bytes), 0)) > 0)
		__atomic_add_fetch(&flow->received, (uint64_t)got, __ATOMIC_RELAXED);
}

void tcp_flow_step(struct tcp_flow *flow)
{
	if (flow->sender < 0)
		return;
	send_chunk(flow);
	receive_all(flow);
	if (flow->limit && flow->received >= flow->limit)
		tcp_flow_close(flow);
}

uint64_t tcp_flow_bytes(const struct tcp_flow *flow)
{
	return __atomic_load_n(&flow->received, __ATOMIC_RELAXED);
}

void tcp_flow_close(struct tcp_flow *flow)
{
	if (flow->sender >= 0)
		close(flow->sender);
	if (flow->receiver >= 0)
		close(flow->receiver);
	flow->sender = flow->receiver = -1;
}
