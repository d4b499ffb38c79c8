// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockex1: how many bytes of each IP protocol leave an interface.
 *
 * Loads sockex1_kern.o, makes its program the filter of a packet socket, and prints the array
 * that the program counts in, at every interval. Read it from the bottom: main(), watch(),
 * report(), read_bytes().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "packet_socket.h"
#include "sample.h"
#include "traffic.h"

#define PROTOCOLS 256

static const struct sample sockex1 = {
	.name = "sockex1",
	.title = "bytes by IP protocol, from a socket filter",
	.what = "Counts the bytes that leave an interface, for each IP protocol: in the "
		"kernel,\n"
		"a socket filter adds them up in an array; this program prints the array.",
	.example = "-c 3",
	.map_types = "ARRAY",
	.needs = "root (or CAP_BPF and CAP_NET_RAW); Linux 4.1 or newer",
	.requires = {"root", "map:array", "program:socket_filter"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface = "lo",
};

/* Bytes that were counted, by protocol: now, and at the report before. */
struct counters {
	int map_fd;
	__u64 now[PROTOCOLS], before[PROTOCOLS];
};

/* The kernel's sums. An array has all its elements from the start, so none can be missing. */
static bool read_bytes(const struct sample_run *run, struct counters *counters)
{
	memcpy(counters->before, counters->now, sizeof(counters->before));
	for (__u32 key = 0; key < PROTOCOLS; key++) {
		if (!bpf_map_lookup_elem(counters->map_fd, &key, &counters->now[key]))
			continue;
		sample_fail(run, "map 'my_map': cannot read element %u: %s", key,
			    strerror(errno));
		return false;
	}
	return true;
}

static double rate(const struct sample_run *run, const struct counters *counters, int protocol)
{
	return (double)(counters->now[protocol] - counters->before[protocol]) / run->period;
}

/*
 * What people call a protocol. The common ones first: /etc/protocols is missing on small systems,
 * and calls 0 "ip", where a packet with 0 is IPv6 with a hop-by-hop header. The result lives
 * until the next call.
 */
static const char *protocol_name(int protocol)
{
	static const char *const names[PROTOCOLS] = {
		[IPPROTO_HOPOPTS] = "IPv6-HopByHop",
		[IPPROTO_ICMP] = "ICMP",
		[IPPROTO_IGMP] = "IGMP",
		[IPPROTO_IPIP] = "IPIP",
		[IPPROTO_TCP] = "TCP",
		[IPPROTO_UDP] = "UDP",
		[IPPROTO_IPV6] = "IPv6",
		[IPPROTO_ROUTING] = "IPv6-Route",
		[IPPROTO_FRAGMENT] = "IPv6-Frag",
		[IPPROTO_GRE] = "GRE",
		[IPPROTO_ESP] = "ESP",
		[IPPROTO_AH] = "AH",
		[IPPROTO_ICMPV6] = "IPv6-ICMP",
		[IPPROTO_DSTOPTS] = "IPv6-Opts",
		[IPPROTO_SCTP] = "SCTP",
		[IPPROTO_UDPLITE] = "UDP-Lite",
	};
	const struct protoent *entry;

	if (names[protocol])
		return names[protocol];
	entry = getprotobynumber(protocol);
	return entry ? entry->p_name : "unknown";
}

static void print_table(FILE *out, const struct sample_run *run,
			const struct counters *counters)
{
	bool any = false;

	fprintf(out, "bytes that left %s in %.1f s\n\n", run->options.interface, run->elapsed);
	fprintf(out, "%-16s %6s %18s %16s\n", "protocol", "number", "bytes", "bytes/s");
	for (int i = 0; i < PROTOCOLS; i++) {
		if (!counters->now[i])
			continue;
		fprintf(out, "%-16s %6d %18llu %16.0f\n", protocol_name(i), i, counters->now[i],
			rate(run, counters, i));
		any = true;
	}
	if (!any)
		fprintf(out, "no IP packet so far\n");
}

static void print_json(FILE *out, const struct sample_run *run, const struct counters *counters)
{
	const char *comma = "";

	fprintf(out, "{\"sample\":\"%s\",\"interface\":", run->sample->name);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"seconds\":%.3f,\"protocols\":[", run->elapsed);
	for (int i = 0; i < PROTOCOLS; i++) {
		if (!counters->now[i])
			continue;
		fprintf(out, "%s{\"number\":%d,\"name\":", comma, i);
		sample_json_string(out, protocol_name(i));
		fprintf(out, ",\"bytes\":%llu,\"bytes_per_second\":%.1f}", counters->now[i],
			rate(run, counters, i));
		comma = ",";
	}
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, struct counters *counters)
{
	FILE *out;

	if (!read_bytes(run, counters))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, counters);
	else if (out)
		print_table(out, run, counters);
	sample_show(run);
	return true;
}

static int report_until_end(struct sample_run *run, struct bpf_loader *loader,
			    const struct packet_socket *socket)
{
	struct counters counters = {.map_fd = bpf_loader_map_fd(loader, "my_map")};

	while (sample_next(run))
		if (!packet_socket_alive(socket, run) || !report(run, &counters))
			return EXIT_FAILURE;
	return sample_end(run);
}

static int watch(struct sample_run *run, struct bpf_loader *loader)
{
	struct packet_socket socket;
	int status;

	if (!packet_socket_open(&socket, run, loader, bpf_loader_program(loader, 0)))
		return EXIT_FAILURE;
	traffic_for(run);
	status = report_until_end(run, loader, &socket);
	traffic_stop();
	packet_socket_close(&socket);
	return status;
}

int main(int argc, char **argv)
{
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &sockex1, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader)
		status = watch(&run, loader);
	bpf_loader_close(loader);
	return status;
}
