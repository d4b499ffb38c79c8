// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tail_calls_user: loads tail_calls_kern.o, listens on lo with it, and changes a slot of `handlers`
 * while it runs.
 *
 *     sudo ./tail_calls_user [PROTOCOL [COUNT]]       253, a number kept for experiments; 3
 *
 * It sends COUNT packets of PROTOCOL over lo, three times: with the slot of PROTOCOL as the loader
 * left it, with the program `guest` in it, and with nothing in it. Each time it tells what is in
 * the slot, how many packets the socket got, and what was counted. A packet on lo is seen twice,
 * as it leaves and as it arrives.
 *
 * It is complete. What it does to the slot is in slots.c: see change(), at the end.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"
#include "slots.h"
#include "sock_example.h"
#include "tail_calls.h"

struct run {
	struct bpf_loader *loader;
	int sock; /* sees all packets on lo, through `dispatch` */
	int raw;  /* sends packets of the protocol, and gets those that have arrived */
	int protocol, count;
	__u64 before[COUNTERS];
};

static int fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

/* ---- sending and listening ---- */

/*
 * The kernel puts the IPv4 header in front. 20 bytes of zeros are a header that no protocol
 * answers. Once a packet has come back, `dispatch` has had it both times.
 */
static int send_packets(const struct run *run)
{
	const struct sockaddr_in lo = {.sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char payload[20] = {0}, packet[100];

	for (int i = 0; i < run->count; i++)
		if (sendto(run->raw, payload, sizeof(payload), 0, (const struct sockaddr *)&lo,
			   sizeof(lo)) < 0 ||
		    recv(run->raw, packet, sizeof(packet), 0) < 0)
			return fail("a packet over lo");
	return EXIT_SUCCESS;
}

/* Takes what has come to the listening socket, and says how many packets it was. */
static int received(const struct run *run)
{
	char packet[2048];
	int packets = 0;

	while (recv(run->sock, packet, sizeof(packet), 0) >= 0)
		packets++;
	return packets;
}

static int open_sockets(struct run *run)
{
	const struct timeval second = {.tv_sec = 1};

	run->sock = open_raw_sock("lo");
	if (run->sock < 0)
		return EXIT_FAILURE;
	if (bpf_loader_attach_socket(
		    run->loader, bpf_loader_find_program(run->loader, "dispatch"), run->sock))
		return fail("cannot attach 'dispatch'");
	run->raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, run->protocol);
	if (run->raw < 0)
		return fail("no packets of this protocol can be sent");
	setsockopt(run->raw, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	received(run); /* what came before there was a filter */
	return EXIT_SUCCESS;
}

/* ---- what to say of it ---- */

/* How many more than when it was asked last. */
static unsigned int counted(struct run *run, __u32 index)
{
	const int fd = bpf_loader_map_fd(run->loader, "packets");
	const __u64 before = run->before[index];

	bpf_map_lookup_elem(fd, &index, &run->before[index]);
	return (unsigned int)(run->before[index] - before);
}

static __u32 program_id(const struct bpf_loader_program *program)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);

	bpf_obj_get_info_by_fd(program->fd, &info, &size);
	return info.id;
}

/* The object's program that has this id. */
static const char *name_of(const struct run *run, __u32 id)
{
	const struct bpf_loader_program *program;

	if (!id)
		return "nothing";
	for (size_t i = 0; (program = bpf_loader_program(run->loader, i)); i++)
		if (program_id(program) == id)
			return program->name;
	return "another";
}

/* One time: send, and print a line. */
static int try(struct run *run)
{
	const int array_fd = bpf_loader_map_fd(run->loader, "handlers");

	if (send_packets(run))
		return EXIT_FAILURE;
	printf("%-8s%4d", name_of(run, handler_id(array_fd, run->protocol)), received(run));
	printf("%4u", counted(run, COUNT_UDP));
	printf("%4u", counted(run, COUNT_TCP));
	printf("%6u", counted(run, COUNT_OTHER));
	printf("%6u\n", counted(run, COUNT_GUEST));
	return EXIT_SUCCESS;
}

/* ---- the run ---- */

static int change(struct run *run)
{
	const int array_fd = bpf_loader_map_fd(run->loader, "handlers");
	const int guest_fd = bpf_loader_program_fd(run->loader, "guest");

	printf("slot %-3d got udp tcp other guest\n", run->protocol);
	if (try(run))
		return EXIT_FAILURE;
	if (set_handler(array_fd, run->protocol, guest_fd))
		return fail("cannot put 'guest' into the slot");
	if (try(run))
		return EXIT_FAILURE;
	if (empty_slot(array_fd, run->protocol))
		return fail("cannot empty the slot");
	if (try(run))
		return EXIT_FAILURE;
	printf("emptied again: %s\n",
	       empty_slot(array_fd, run->protocol) ? strerrorname_np(errno) : "no error");
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct run run = {
		.protocol = argc > 1 ? atoi(argv[1]) : 253,
		.count = argc > 2 ? atoi(argv[2]) : 3,
	};
	int rc = EXIT_FAILURE;

	run.loader = bpf_loader_load_file("tail_calls_kern.o", NULL);
	if (bpf_loader_error(run.loader))
		fprintf(stderr, "%s%s\n", bpf_loader_log(run.loader),
			bpf_loader_error(run.loader));
	else if (!open_sockets(&run))
		rc = change(&run);
	bpf_loader_close(run.loader);
	return rc;
}
