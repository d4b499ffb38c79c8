// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * reuseport_pick: several listeners at one port, and a program that chooses among them.
 *
 * Loads reuseport_pick_kern.o, opens its listeners on 127.0.0.1, puts them into the program's maps,
 * and counts who gets what. Who should have got it is computed here once more, from the source
 * ports that accept() and recvfrom() tell. Read it from the bottom: main(), serve(), open_group(),
 * step().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "reuseport_pick.h"
#include "sample.h"
#include "worker.h"

#define STEPS	   20 /* a second, each with a connection and a datagram */
#define BACKLOG	   1024
#define PORT_TRIES 20 /* for one that is free for both protocols */
#define BAR	   24 /* columns of a bar, for the listener that got most */

#ifndef SO_ATTACH_REUSEPORT_EBPF
#define SO_ATTACH_REUSEPORT_EBPF 52
#endif

static const char *const rule_names[] = {
	[RULE_PORT] = "port",
	[RULE_ROUND] = "round",
	[RULE_KERNEL] = "kernel",
};
static const char *const rule_words[] = {
	[RULE_PORT] = "by its source port, modulo the number of listeners",
	[RULE_ROUND] = "one after the other",
	[RULE_KERNEL] = "by the kernel's hash; the program does not choose",
};

static unsigned int rule = RULE_PORT;
static unsigned long listeners = 3, wanted_port;

static const char *read_rule(const char *value, void *to)
{
	for (unsigned int i = 0; i < sizeof(rule_names) / sizeof(rule_names[0]); i++)
		if (!strcmp(value, rule_names[i])) {
			*(unsigned int *)to = i;
			return NULL;
		}
	return "port, round or kernel";
}

static const char *read_listeners(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);
	unsigned long number = wanted ? 0 : *(unsigned long *)to;

	return number < 1 || number > LISTENERS_MAX ? "a number, 1 to 16" : NULL;
}

static const char *read_port(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	return wanted || *(unsigned long *)to > 65535 ? "a port, 0 to 65535" : NULL;
}

static const struct sample_option own_options[] = {
	{"rule", "port|round|kernel", read_rule, &rule, "who gets the next (port)"},
	{"listeners", "N", read_listeners, &listeners, "for TCP, and as many for UDP (3)"},
	{"port", "PORT", read_port, &wanted_port, "where they listen (0: a free one)"},
	{0},
};

static const struct sample reuseport_pick = {
	.name = "reuseport_pick",
	.title = "who of several listeners gets a connection",
	.what = "Several sockets listen at one port of 127.0.0.1. For each connection and "
		"each\n"
		"datagram a program chooses one of them, from a REUSEPORT_SOCKARRAY.",
	.example = "--rule=round -c 5",
	.map_types = "REUSEPORT_SOCKARRAY, ARRAY (one with a spin lock)",
	.needs = "root; Linux 5.1 (bpf_spin_lock; the map type is of 4.19)",
	.requires = {"root", "map:reuseport_sockarray", "program:sk_reuseport", "kernel:5.1"},
	.takes = SAMPLE_TAKES_NO_LOAD,
	.own = own_options,
};

struct tally {
	unsigned long long expected, got;
};

/* The listeners of one protocol. */
struct group {
	const char *name, *map;
	int type;
	int sockets[LISTENERS_MAX];
	unsigned long long sent, all; /* by the sample itself; all that came */
	struct tally tallies[LISTENERS_MAX];
};

struct server {
	struct sample_run *run;
	struct bpf_loader *loader;
	struct group groups[PICK_PROTOCOLS];
	unsigned int port;
	pthread_mutex_t lock; /* of the tallies, and of who sends and takes */
	struct worker worker;
};

/* ---- what comes ---- */

/* Who should have got what came from that port, as far as it can be known one by one. */
static void count(struct group *group, size_t listener, const struct sockaddr_in *from)
{
	group->tallies[listener].got++;
	group->all++;
	if (rule == RULE_PORT)
		group->tallies[ntohs(from->sin_port) % listeners].expected++;
}

/* Takes one connection or datagram. False if there is none. */
static bool take(struct group *group, size_t listener)
{
	struct sockaddr_in from = {0};
	socklen_t size = sizeof(from);
	char bytes[64];
	int fd = group->sockets[listener];

	if (group->type == SOCK_STREAM)
		fd = accept4(fd, (struct sockaddr *)&from, &size, SOCK_CLOEXEC);
	else if (recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size) < 0)
		fd = -1;
	if (fd < 0)
		return false;
	count(group, listener, &from);
	if (group->type == SOCK_STREAM)
		close(fd);
	return true;
}

static void take_all(struct server *server)
{
	for (int i = 0; i < PICK_PROTOCOLS; i++)
		for (size_t listener = 0; listener < listeners; listener++)
			while (take(&server->groups[i], listener))
				;
}

/* ---- its own load ---- */

static struct sockaddr_in address_of(unsigned int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/*
 * A connection, or a datagram, from a port that the kernel chooses. On lo connect() returns when
 * the connection stands, whether it was accepted or not. It is closed by a reset (SO_LINGER), as
 * the port of one that is closed in peace is kept busy for a minute.
 */
static bool send_one(const struct server *server, const struct group *group)
{
	const struct sockaddr_in to = address_of(server->port);
	const struct linger reset = {.l_onoff = 1};
	const struct timeval patience = {.tv_usec = 200000}; /* should lo go down meanwhile */
	int fd = socket(AF_INET, group->type | SOCK_CLOEXEC, 0);
	bool sent;

	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	sent = !connect(fd, (const struct sockaddr *)&to, sizeof(to)) &&
	       (group->type == SOCK_STREAM || send(fd, "hello", 5, 0) == 5);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	return sent;
}

/* Under the lock: no report is made between sending and taking. */
static void step(void *ctx)
{
	struct server *server = ctx;

	pthread_mutex_lock(&server->lock);
	for (int i = 0; i < PICK_PROTOCOLS && !server->run->options.no_load; i++)
		server->groups[i].sent += send_one(server, &server->groups[i]);
	take_all(server);
	pthread_mutex_unlock(&server->lock);
}

/* ---- listeners ---- */

/* Opens a socket of the group at the port. Returns it or -errno. */
static int open_listener(const struct group *group, unsigned int port)
{
	const struct sockaddr_in address = address_of(port);
	const int one = 1;
	int fd = socket(AF_INET, group->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err;

	if (fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) &&
	    !bind(fd, (const struct sockaddr *)&address, sizeof(address)) &&
	    (group->type != SOCK_STREAM || !listen(fd, BACKLOG)))
		return fd;
	err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static unsigned int port_of(int fd)
{
	struct sockaddr_in address = {0};
	socklen_t size = sizeof(address);

	getsockname(fd, (struct sockaddr *)&address, &size);
	return ntohs(address.sin_port);
}

static void close_group(struct group *group)
{
	for (size_t i = 0; i < LISTENERS_MAX; i++) {
		if (group->sockets[i] >= 0)
			close(group->sockets[i]);
		group->sockets[i] = -1;
	}
}

/* The group's listeners; port 0 becomes the port of the first. Returns 0 or -errno. */
static int open_sockets(struct group *group, unsigned int *port)
{
	for (size_t i = 0; i < listeners; i++) {
		int fd = open_listener(group, *port);

		if (fd < 0)
			return fd;
		group->sockets[i] = fd;
		*port = port_of(fd);
	}
	return 0;
}

/*
 * Is somebody at that port already? A socket with SO_REUSEPORT would join a group that the same
 * user has there, our own twin's for instance; one without is refused.
 */
static int try_port(const struct group *group, unsigned int *port)
{
	const struct sockaddr_in address = address_of(*port);
	int fd = socket(AF_INET, group->type | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)))
		err = -errno;
	else
		*port = port_of(fd);
	if (fd >= 0)
		close(fd);
	return err;
}

/* Opens both groups at one port: one that is free for both. */
static int open_port(struct server *server)
{
	int err = 0;

	server->port = (unsigned int)wanted_port;
	for (int i = 0; i < PICK_PROTOCOLS && !err; i++)
		err = try_port(&server->groups[i], &server->port);
	for (int i = 0; i < PICK_PROTOCOLS && !err; i++)
		err = open_sockets(&server->groups[i], &server->port);
	for (int i = 0; i < PICK_PROTOCOLS && err; i++)
		close_group(&server->groups[i]);
	return err;
}

static bool lo_is_up(const struct server *server)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &request) && request.ifr_flags & IFF_UP;

	if (fd >= 0)
		close(fd);
	if (!up)
		sample_fail(server->run, "lo is down, nothing can come: ip link set lo up");
	return up;
}

static bool open_listeners(struct server *server)
{
	int err, tries = wanted_port ? 1 : PORT_TRIES;

	if (!lo_is_up(server))
		return false;
	while ((err = open_port(server)) == -EADDRINUSE && --tries > 0)
		;
	if (err)
		sample_fail(server->run, "cannot listen at 127.0.0.1, port %u: %s%s",
			    server->port, strerror(-err),
			    err == -EADDRINUSE ? "; --port=0 takes a free one" : "");
	return !err;
}

/* Puts the sockets into the group's map, and gives the group its program: one for all of them. */
static bool register_group(const struct server *server, const struct group *group)
{
	int map = bpf_loader_map_fd(server->loader, group->map);
	int program = bpf_loader_program_fd(server->loader, "pick");

	for (__u32 i = 0; i < listeners; i++) {
		__u64 value = (__u64)group->sockets[i];

		if (!bpf_map_update_elem(map, &i, &value, BPF_ANY))
			continue;
		sample_fail(server->run, "map '%s': cannot put a socket in place %u: %s",
			    group->map, i, strerror(errno));
		return false;
	}
	if (!setsockopt(group->sockets[0], SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, &program,
			sizeof(program)))
		return true;
	sample_fail(server->run, "cannot attach program 'pick' to the %s sockets: %s",
		    group->name, strerror(errno));
	return false;
}

static bool configure(const struct server *server)
{
	const struct pick_config config = {.rule = rule, .listeners = (__u32)listeners};
	__u32 zero = 0;

	if (!bpf_map_update_elem(bpf_loader_map_fd(server->loader, "config"), &zero, &config,
				 BPF_ANY))
		return true;
	sample_fail(server->run, "map 'config': cannot write: %s", strerror(errno));
	return false;
}

/* ---- output ---- */

/* Taking turns, only how many each should have is known, not which. */
static void expect_turns(struct group *group)
{
	for (size_t i = 0; i < listeners && rule == RULE_ROUND; i++)
		group->tallies[i].expected =
			group->all / listeners + (i < group->all % listeners);
}

static struct picked read_picked(const struct server *server, __u32 listener)
{
	struct picked picked = {{0}};

	bpf_map_lookup_elem(bpf_loader_map_fd(server->loader, "picked"), &listener, &picked);
	return picked;
}

static unsigned long long most_got(const struct group *group)
{
	unsigned long long most = 1;

	for (size_t i = 0; i < listeners; i++)
		if (group->tallies[i].got > most)
			most = group->tallies[i].got;
	return most;
}

static void print_group(FILE *out, const struct server *server, int protocol)
{
	const struct group *group = &server->groups[protocol];
	const unsigned long long most = most_got(group);

	fprintf(out, "\n%-12s %12s %12s %12s\n", group->name, "should get", "chosen", "got");
	for (__u32 i = 0; i < listeners; i++) {
		const struct tally *tally = &group->tallies[i];
		char expected[24] = "?";

		if (rule != RULE_KERNEL)
			snprintf(expected, sizeof(expected), "%llu", tally->expected);
		fprintf(out, "listener %-3u %12s %12llu %12llu  %.*s\n", i, expected,
			read_picked(server, i).times[protocol], tally->got,
			(int)(tally->got * BAR / most), "########################");
	}
}

static void print_table(FILE *out, const struct server *server)
{
	fprintf(out,
		"%lu listeners for TCP and %lu for UDP at 127.0.0.1, port %u, for %.1f s\n",
		listeners, listeners, server->port, server->run->elapsed);
	fprintf(out, "each connection and datagram: %s\n", rule_words[rule]);
	if (!server->run->options.no_load)
		fprintf(out,
			"its own load: %d connections and %d datagrams a second; sent %llu, "
			"%llu\n",
			STEPS, STEPS, server->groups[PICK_TCP].sent,
			server->groups[PICK_UDP].sent);
	for (int i = 0; i < PICK_PROTOCOLS; i++)
		print_group(out, server, i);
}

static void print_json_group(FILE *out, const struct server *server, int protocol)
{
	const struct group *group = &server->groups[protocol];

	fprintf(out, ",\"%s\":{\"sent\":%llu,\"listeners\":[", group->name, group->sent);
	for (__u32 i = 0; i < listeners; i++) {
		fprintf(out, "%s{\"expected\":", i ? "," : "");
		if (rule == RULE_KERNEL)
			fputs("null", out);
		else
			fprintf(out, "%llu", group->tallies[i].expected);
		fprintf(out, ",\"picked\":%llu,\"got\":%llu}",
			read_picked(server, i).times[protocol], group->tallies[i].got);
	}
	fputs("]}", out);
}

static void print_json(FILE *out, const struct server *server)
{
	fprintf(out,
		"{\"sample\":\"reuseport_pick\",\"seconds\":%.3f,\"rule\":\"%s\",\"port\":%u",
		server->run->elapsed, rule_names[rule], server->port);
	for (int i = 0; i < PICK_PROTOCOLS; i++)
		print_json_group(out, server, i);
	fprintf(out, "}\n");
}

/* What has arrived is taken first, so that a report is not behind what was sent. */
static void report(struct server *server)
{
	FILE *out;

	pthread_mutex_lock(&server->lock);
	take_all(server);
	for (int i = 0; i < PICK_PROTOCOLS; i++)
		expect_turns(&server->groups[i]);
	out = sample_report(server->run);
	if (out && server->run->options.json)
		print_json(out, server);
	else if (out)
		print_table(out, server);
	pthread_mutex_unlock(&server->lock);
	sample_show(server->run);
}

/* ---- start and end ---- */

static int report_until_end(struct server *server)
{
	int err = worker_start(&server->worker, STEPS, step, server);

	if (err)
		return sample_fail(server->run, "cannot start a thread: %s", strerror(-err));
	while (sample_next(server->run))
		report(server);
	worker_stop(&server->worker);
	return sample_end(server->run);
}

static int serve(struct sample_run *run, struct bpf_loader *loader)
{
	struct server server = {
		.run = run,
		.loader = loader,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.groups = {[PICK_TCP] = {.name = "tcp",
					 .map = "tcp_listeners",
					 .type = SOCK_STREAM},
			   [PICK_UDP] = {.name = "udp",
					 .map = "udp_listeners",
					 .type = SOCK_DGRAM}},
	};
	int status = EXIT_FAILURE;

	for (int i = 0; i < PICK_PROTOCOLS; i++)
		memset(server.groups[i].sockets, -1, sizeof(server.groups[i].sockets));
	if (configure(&server) && open_listeners(&server) &&
	    register_group(&server, &server.groups[PICK_TCP]) &&
	    register_group(&server, &server.groups[PICK_UDP]))
		status = report_until_end(&server);
	for (int i = 0; i < PICK_PROTOCOLS; i++)
		close_group(&server.groups[i]);
	return status;
}

int main(int argc, char **argv)
{
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &reuseport_pick, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader)
		status = serve(&run, loader);
	bpf_loader_close(loader);
	return status;
}
