// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * dry_run: pretend, in which sockets are pretended, too.
 *
 *     ./dry_run OBJECT INTERFACE
 *
 * It prints what is asked of them, in which order, and waits for ^C as myload does. No packet comes.
 */
#include "pretend.c"

#include <arpa/inet.h>
#include <asm/socket.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>

int socket(int family, int type, int protocol)
{
	printf("kernel: socket family %d type %d protocol %d", family, type & 15,
	       ntohs(protocol));
	return (int)descriptor(&(union bpf_attr){0});
}

int setsockopt(int sock, int level, int option, const void *value, socklen_t size)
{
	int program = -1;

	if (size == sizeof(program))
		memcpy(&program, value, size);
	printf("kernel: setsockopt %d level %d option %s value %d", sock, level,
	       option == SO_ATTACH_BPF ? "SO_ATTACH_BPF" : "?", program);
	if (level != SOL_SOCKET || option != SO_ATTACH_BPF || fcntl(program, F_GETFD) < 0)
		return (int)refuse(EINVAL);
	printf(" = 0\n");
	return 0;
}

/* The other way to the number of an interface; if_nametoindex() does not come past here. */
int ioctl(int sock, unsigned long request, ...)
{
	struct ifreq *interface;
	va_list arguments;

	va_start(arguments, request);
	interface = va_arg(arguments, struct ifreq *);
	va_end(arguments);
	errno = sock < FIRST ? EBADF : ENOTTY;
	if (sock < FIRST || request != SIOCGIFINDEX)
		return -1;
	interface->ifr_ifindex = (int)if_nametoindex(interface->ifr_name);
	return interface->ifr_ifindex ? 0 : -1;
}

int bind(int sock, __CONST_SOCKADDR_ARG given, socklen_t size)
{
	struct sockaddr_ll address = {0};

	memcpy(&address, given.__sockaddr__, size < sizeof(address) ? size : sizeof(address));
	printf("kernel: bind %d family %d protocol %d interface %d = 0\n", sock,
	       address.sll_family, ntohs(address.sll_protocol), address.sll_ifindex);
	return 0;
}
