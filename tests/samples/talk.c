// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * talk: TCP connections over lo, from within a cgroup, and what their owner is told about them.
 *
 *     talk CGROUP ADDRESS COUNT BYTES
 *             COUNT connections, one after the other, from and to ADDRESS (127.0.0.1 or ::1).
 *             Each sends BYTES and waits until all are acknowledged. Then a line of JSON: local,
 *             remote, bytes_acked (as TCP_INFO says, without the SYN), resent.
 *
 * The listener is made before the process goes into the cgroup, so the accepted ends are not in
 * it. Exit status: 0 all done; 1 not, with a message; 2 wrong usage.
 */
#include <arpa/inet.h>
#include <err.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int family;

static socklen_t fill(struct sockaddr_storage *address, const char *text)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	family = strchr(text, ':') ? AF_INET6 : AF_INET;
	address->ss_family = (sa_family_t)family;
	if (inet_pton(family, text,
		      family == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr) != 1)
		errx(2, "%s is no address", text);
	return family == AF_INET ? sizeof(*v4) : sizeof(*v6);
}

static void join(const char *cgroup)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	file = fopen(path, "we");
	if (!file || fprintf(file, "0\n") < 0 || fclose(file))
		err(1, "%s", path);
}

static void print_end(const char *label, const struct sockaddr_storage *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
	char text[INET6_ADDRSTRLEN];

	if (family == AF_INET)
		printf("\"%s\":\"%s:%u\",", label,
		       inet_ntop(family, &v4->sin_addr, text, sizeof(text)),
		       ntohs(v4->sin_port));
	else
		printf("\"%s\":\"[%s]:%u\",", label,
		       inet_ntop(family, &v6->sin6_addr, text, sizeof(text)),
		       ntohs(v6->sin6_port));
}

static void print_connection(int fd)
{
	struct sockaddr_storage address = {0};
	struct tcp_info info = {0};
	socklen_t size = sizeof(address);

	putchar('{');
	if (getsockname(fd, (struct sockaddr *)&address, &size))
		err(1, "getsockname");
	print_end("local", &address);
	size = sizeof(address);
	if (getpeername(fd, (struct sockaddr *)&address, &size))
		err(1, "getpeername");
	print_end("remote", &address);
	size = sizeof(info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		err(1, "TCP_INFO");
	printf("\"bytes_acked\":%llu,\"resent\":%u}\n",
	       (unsigned long long)info.tcpi_bytes_acked - 1, info.tcpi_total_retrans);
}

/* Reads what there is at the other end until the sender has nothing left unacknowledged. */
static void pass(int from, int to, size_t bytes)
{
	static char buffer[65536];
	int left = 1;

	while (bytes || left) {
		ssize_t sent = bytes ? send(from, buffer,
					    bytes < sizeof(buffer) ? bytes : sizeof(buffer),
					    MSG_DONTWAIT)
				     : 0;

		if (sent > 0)
			bytes -= (size_t)sent;
		while (recv(to, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
			;
		if (ioctl(from, SIOCOUTQ, &left))
			err(1, "SIOCOUTQ");
	}
}

static void talk(int listener, size_t bytes)
{
	int from = socket(family, SOCK_STREAM, 0), to;
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof(address);

	if (getsockname(listener, (struct sockaddr *)&address, &size) ||
	    connect(from, (struct sockaddr *)&address, size))
		err(1, "connect");
	to = accept(listener, NULL, NULL);
	if (to < 0)
		err(1, "accept");
	pass(from, to, bytes);
	print_connection(from);
	close(from);
	close(to);
}

int main(int argc, char **argv)
{
	struct sockaddr_storage address = {0};
	socklen_t size;
	int listener;

	if (argc != 5)
		errx(2, "usage: talk CGROUP ADDRESS COUNT BYTES");
	size = fill(&address, argv[2]);
	listener = socket(family, SOCK_STREAM, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) ||
	    listen(listener, 8))
		err(1, "%s", argv[2]);
	join(argv[1]);
	for (unsigned long count = strtoul(argv[3], NULL, 10); count; count--)
		talk(listener, strtoul(argv[4], NULL, 10));
	return 0;
}
