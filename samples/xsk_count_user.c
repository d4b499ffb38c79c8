// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xsk_count: packets that come to a program without the network stack, in shared memory.
 *
 * Loads xsk_count_kern.o, opens an AF_XDP socket on a queue of an interface (without -i: of a lab of
 * its own, where it also makes traffic), puts it into the XSKMAP, and counts what arrives in its
 * ring beside what the XDP program counted. Read it from the bottom: main(), run_on_site(),
 * connect_socket(), drain(), take_packet().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stdlib.h>
#include <string.h>

#include "lab_udp.h"
#include "sample.h"
#include "xdp_site.h"
#include "xsk_count.h"
#include "xsk_socket.h"

static enum xdp_mode mode;
static unsigned long packets, queue;

static const char *read_queue(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	return wanted || queue >= QUEUES ? "a queue's number, 0 to 63" : NULL;
}

static const struct sample_option own[] = {
	{"queue", "NUMBER", read_queue, &queue, "the interface's receive queue (0)"},
	{"mode", "MODE", xdp_link_read_mode, &mode, "any, generic or native (any)"},
	LAB_UDP_OPTION(&packets),
	{0},
};

static const struct sample xsk_count = {
	.name = "xsk_count",
	.title = "UDP packets into a user-space ring (AF_XDP)",
	.what = "Takes the UDP packets of an interface past the network stack, into memory "
		"that\n"
		"this program shares with the kernel (AF_XDP), and counts them in both places.",
	.example = "-c 3",
	.map_types = "XSKMAP, ARRAY",
	.needs = "root (or CAP_BPF, CAP_NET_ADMIN, CAP_NET_RAW); Linux 5.9 or newer",
	.requires = {"root", "kernel:5.9", "map:xskmap", "program:xdp", "command:ip"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "an interface that is there (a lab of its own)",
	.own = own,
};

/* What is known of a packet after a look at its bytes. */
struct last {
	char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];
	unsigned int from_port, to_port;
	size_t length; /* of the frame; 0: there was none yet */
};

struct state {
	struct xsk_socket xsk;
	int counters_fd;
	struct xsk_count_value ring; /* counted here */
	__u64 before;		     /* packets at the report before */
	struct last last;

	/* the kernel's side */
	struct xsk_count_value fates[FATES];
	struct xsk_lost lost;
};

/* ---- packets ---- */

/* The headers may lie at any address; so they are copied to where the compiler wants them. */
static void look_at(struct last *last, const unsigned char *bytes, size_t length)
{
	struct iphdr ip;
	struct udphdr udp;
	size_t at = ETH_HLEN;

	if (length < at + sizeof(ip))
		return;
	memcpy(&ip, bytes + at, sizeof(ip));
	at += ip.ihl * 4U;
	if (length < at + sizeof(udp))
		return;
	memcpy(&udp, bytes + at, sizeof(udp));
	inet_ntop(AF_INET, &ip.saddr, last->from, sizeof(last->from));
	inet_ntop(AF_INET, &ip.daddr, last->to, sizeof(last->to));
	last->from_port = ntohs(udp.source);
	last->to_port = ntohs(udp.dest);
	last->length = length;
}

static void take_packet(const unsigned char *bytes, size_t length, void *ctx)
{
	struct state *state = ctx;

	state->ring.packets++;
	state->ring.bytes += length;
	look_at(&state->last, bytes, length);
}

/* sample_next() calls it whenever packets are in the ring, however long the interval is. */
static int drain(void *ctx)
{
	struct state *state = ctx;

	xsk_socket_receive(&state->xsk, take_packet, state);
	return 0;
}

/* ---- reports ---- */

/* The kernel's counts first: what it counted by then is in the ring now, or lost. */
static bool read_counts(const struct sample_run *run, struct state *state)
{
	for (__u32 key = 0; key < FATES; key++) {
		if (!bpf_map_lookup_elem(state->counters_fd, &key, &state->fates[key]))
			continue;
		sample_fail(run, "map 'counters': cannot read element %u: %s", key,
			    strerror(errno));
		return false;
	}
	if (!xsk_socket_lost(&state->xsk, run, &state->lost))
		return false;
	drain(state);
	return true;
}

static void print_row(FILE *out, const char *what, const struct xsk_count_value *value)
{
	fprintf(out, "  %-32s %14llu %16llu\n", what, value->packets, value->bytes);
}

static void print_table(FILE *out, const struct sample_run *run, const struct state *state,
			const char *mode_name)
{
	const struct last *last = &state->last;

	fprintf(out, "UDP packets from queue %lu of %s to an AF_XDP socket, %s XDP, %.1f s\n\n",
		queue, run->options.interface, mode_name, run->elapsed);
	fprintf(out, "  %-32s %14s %16s\n", "", "packets", "bytes");
	print_row(out, "XDP redirected to the socket", &state->fates[TO_SOCKET]);
	print_row(out, "arrived in this program's ring", &state->ring);
	fprintf(out, "  %-32s %14llu\n", "lost: no free frame", state->lost.dropped);
	fprintf(out, "  %-32s %14llu\n", "lost: ring full", state->lost.ring_full);
	print_row(out, "passed: no socket for its queue", &state->fates[NO_SOCKET]);
	print_row(out, "passed: no UDP over IPv4", &state->fates[NO_UDP]);
	fprintf(out, "\n%.0f packets/s in the ring\n",
		(double)(state->ring.packets - state->before) / run->period);
	if (last->length)
		fprintf(out, "the last packet: %s:%u -> %s:%u, %zu bytes\n", last->from,
			last->from_port, last->to, last->to_port, last->length);
}

static void print_value(FILE *out, const char *name, const struct xsk_count_value *value)
{
	fprintf(out, ",\"%s\":{\"packets\":%llu,\"bytes\":%llu}", name, value->packets,
		value->bytes);
}

static void print_json(FILE *out, const struct sample_run *run, const struct state *state,
		       const char *mode_name)
{
	const struct last *last = &state->last;

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"queue\":%lu,\"mode\":\"%s\"", queue, mode_name);
	print_value(out, "redirected", &state->fates[TO_SOCKET]);
	print_value(out, "ring", &state->ring);
	print_value(out, "no_socket", &state->fates[NO_SOCKET]);
	print_value(out, "no_udp", &state->fates[NO_UDP]);
	fprintf(out, ",\"lost\":{\"dropped\":%llu,\"ring_full\":%llu}", state->lost.dropped,
		state->lost.ring_full);
	if (last->length)
		fprintf(out,
			",\"last\":{\"from\":\"%s\",\"from_port\":%u,\"to\":\"%s\","
			"\"to_port\":%u,\"bytes\":%zu}",
			last->from, last->from_port, last->to, last->to_port, last->length);
	fprintf(out, "}\n");
}

static bool report(struct sample_run *run, const struct xdp_site *site, struct state *state)
{
	const char *mode_name = xdp_link_mode(site->ifindex);
	FILE *out;

	if (!read_counts(run, state))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, state, mode_name);
	else if (out)
		print_table(out, run, state, mode_name);
	sample_show(run);
	state->before = state->ring.packets;
	return true;
}

static int report_until_end(struct sample_run *run, const struct xdp_site *site,
			    struct state *state)
{
	sample_watch(run, state->xsk.fd, drain, state);
	while (sample_next(run))
		if (!xdp_site_alive(site, run) || !report(run, site, state))
			return EXIT_FAILURE;
	return sample_end(run);
}

/* ---- start ---- */

/* Into the map goes the descriptor; the kernel finds the socket, and checks interface and queue. */
static bool connect_socket(const struct sample_run *run, const struct bpf_loader *loader,
			   const struct xdp_site *site, struct state *state)
{
	const __u32 key = (__u32)queue;

	if (!xsk_socket_open(&state->xsk, run, site->ifindex, (unsigned int)queue))
		return false;
	if (!bpf_map_update_elem(bpf_loader_map_fd(loader, "sockets"), &key, &state->xsk.fd, 0))
		return true;
	sample_fail(run, "map 'sockets': cannot put the socket at %u: %s", key,
		    strerror(errno));
	return false;
}

static bool make_traffic(const struct sample_run *run, const struct lab *lab,
			 struct lab_udp *udp)
{
	static const struct lab_udp_flow flows[] = {
		{.from_ns = 1, .to_ns = 0, .to = LAB_V4_0, .port = 4000, .size = 100},
		{.from_ns = 1, .to_ns = 0, .to = LAB_V4_0, .port = 4001, .size = 1000},
	};

	return lab_udp_open(udp, run, lab, flows, 2) && lab_udp_start(udp, run, packets);
}

static int run_on_site(struct sample_run *run, struct xdp_site *site,
		       const struct bpf_loader *loader)
{
	struct state state = {.counters_fd = bpf_loader_map_fd(loader, "counters")};
	struct lab_udp udp = {0};
	int status = EXIT_FAILURE;

	if (connect_socket(run, loader, site, &state) &&
	    xdp_site_attach(site, run, bpf_loader_program_fd(loader, "to_socket"), mode) &&
	    (!site->own || run->options.no_load || make_traffic(run, &site->lab, &udp)))
		status = report_until_end(run, site, &state);
	lab_udp_stop(&udp);
	xsk_socket_close(&state.xsk);
	return status;
}

int main(int argc, char **argv)
{
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;
	struct xdp_site site;

	sample_start(&run, &xsk_count, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader && xdp_site_open(&site, &run)) {
		status = run_on_site(&run, &site, loader);
		xdp_site_close(&site);
	}
	bpf_loader_close(loader);
	return status;
}
