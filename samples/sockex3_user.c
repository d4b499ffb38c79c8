// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockex3: the flows in what an interface receives, also those in tags, labels and tunnels.
 *
 * Loads sockex3_kern.o, whose eight programs take frames apart in turns, makes the first of them
 * the filter of a packet socket, and at every interval adds up what the CPUs have counted. Without
 * --interface it makes a pair of interfaces of its own, and sends frames of all kinds through it.
 * Read it from the bottom: main(), watch(), report(), read_table().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame_source.h"
#include "packet_socket.h"
#include "sample.h"
#include "sockex3.h"

#define FRAMES_PER_SECOND 130 /* of its own, ten of each kind */
#define MOST_ENTRIES	  1000000UL
#define LONGEST_ENDPOINT  64

/* Names of the slots, for --without. */
static const char *const parsers[PARSERS] = {
	[PARSE_VLAN] = "vlan",		 [PARSE_MPLS] = "mpls", [PARSE_IPV4] = "ipv4",
	[PARSE_IPV6] = "ipv6",		 [PARSE_GRE] = "gre",	[PARSE_PORTS] = "ports",
	[PARSE_EXTENSION] = "extension",
};

static unsigned long top = 14;
static unsigned long entries; /* 0: as the object has it */
static int without = -1;      /* the slot to be left empty */

static const char *read_entries(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	if (!wanted && (!entries || entries > MOST_ENTRIES))
		wanted = "a number from 1 to 1000000";
	return wanted;
}

static const char *read_parser(const char *value, void *to)
{
	for (int i = 0; i < PARSERS; i++) {
		if (strcmp(value, parsers[i]) != 0)
			continue;
		*(int *)to = i;
		return NULL;
	}
	return "vlan, mpls, ipv4, ipv6, extension, gre or ports";
}

static const struct sample_option options[] = {
	{"top", "N", sample_read_number, &top, "show that many flows (14)"},
	{"entries", "N", read_entries, &entries, "room for so many flows (1024)"},
	{"without", "PARSER", read_parser, &without, "leave a slot empty: vlan, mpls, …"},
	{0},
};

static const struct sample sockex3 = {
	.name = "sockex3",
	.title = "flows in tags, labels and tunnels, by tail calls",
	.what = "Counts the flows that an interface receives, in VLAN, MPLS, GRE and IP in "
		"IP:\n"
		"in the kernel, each header has a program, which jumps to that of the next "
		"one.",
	.example = "-c 3",
	.map_types = "PROG_ARRAY, PERCPU_HASH, PERCPU_ARRAY",
	.needs = "root; Linux 4.8 or newer",
	.requires = {"root", "map:prog_array", "map:percpu_hash", "map:percpu_array",
		     "program:socket_filter", "command:ip"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "the network interface (one of its own)",
	.own = options,
};

struct row {
	struct flow key;
	struct traffic traffic;
};

/* What the maps hold, all CPUs together: filled by read_table(). */
struct table {
	int flows_fd, frames_fd;
	__u32 max_entries;
	int cpus;
	struct traffic *values; /* of one element, for each CPU: room for reading */
	struct row *rows;	/* room for max_entries */
	size_t count;
	struct traffic ends[FRAME_ENDS];
};

/* ---- reading ---- */

/*
 * A lookup in a per-CPU map gives the values of all CPUs at once, each in a multiple of eight
 * bytes, for all that could ever be there: possible CPUs, not only those that are running.
 */
static int read_sum(const struct table *table, int fd, const void *key, struct traffic *sum)
{
	int err = bpf_map_lookup_elem(fd, key, table->values);

	*sum = (struct traffic){0};
	for (int cpu = 0; !err && cpu < table->cpus; cpu++) {
		sum->packets += table->values[cpu].packets;
		sum->bytes += table->values[cpu].bytes;
	}
	return err;
}

/* Most bytes first; then by the key, so that rows which are equal stay where they are. */
static int compare_rows(const void *a, const void *b)
{
	const struct row *left = a, *right = b;

	if (left->traffic.bytes != right->traffic.bytes)
		return left->traffic.bytes < right->traffic.bytes ? 1 : -1;
	return memcmp(&left->key, &right->key, sizeof(left->key));
}

static bool read_rows(const struct sample_run *run, struct table *table)
{
	struct flow key, *before = NULL;
	int err;

	table->count = 0;
	while (!(err = bpf_map_get_next_key(table->flows_fd, before, &key)) &&
	       table->count < table->max_entries) {
		struct row *row = &table->rows[table->count];

		row->key = key;
		if (!read_sum(table, table->flows_fd, &key, &row->traffic))
			table->count++;
		before = &key;
	}
	if (err && err != -ENOENT) {
		sample_fail(run, "map 'flows': cannot read its keys: %s", strerror(-err));
		return false;
	}
	qsort(table->rows, table->count, sizeof(*table->rows), compare_rows);
	return true;
}

static bool read_table(const struct sample_run *run, struct table *table)
{
	for (__u32 i = 0; i < FRAME_ENDS; i++) {
		if (!read_sum(table, table->frames_fd, &i, &table->ends[i]))
			continue;
		sample_fail(run, "map 'frames': cannot read element %u: %s", i,
			    strerror(errno));
		return false;
	}
	return read_rows(run, table);
}

/* ---- words ---- */

static const char *const through_names[THROUGH_COUNT] = {"VLAN", "QinQ", "MPLS",
							 "GRE",	 "IPIP", "6in4"};

static const char *protocol_name(const struct flow *flow)
{
	static char number[8];

	switch (flow->protocol) {
	case IPPROTO_ICMP: return "ICMP";
	case IPPROTO_TCP: return "TCP";
	case IPPROTO_UDP: return "UDP";
	case IPPROTO_GRE: return "GRE";
	case IPPROTO_ESP: return "ESP";
	case IPPROTO_ICMPV6: return "ICMP6";
	case IPPROTO_SCTP: return "SCTP";
	}
	snprintf(number, sizeof(number), "%u", flow->protocol);
	return number;
}

static void address_text(const struct flow *flow, const __u32 *address, char *text)
{
	inet_ntop(flow->version == 4 ? AF_INET : AF_INET6, address, text, LONGEST_ENDPOINT);
}

/* "192.0.2.1:53" or "[2001:db8::1]:53"; without a port, only the address. */
static void endpoint_text(const struct flow *flow, const __u32 *address, __u16 port, char *text)
{
	char plain[LONGEST_ENDPOINT];

	address_text(flow, address, plain);
	if (!port)
		snprintf(text, LONGEST_ENDPOINT, "%s", plain);
	else
		snprintf(text, LONGEST_ENDPOINT, flow->version == 4 ? "%s:%u" : "[%s]:%u",
			 plain, // NOLINT: two formats with the same arguments
			 ntohs(port));
}

/* "VLAN MPLS", into `text`. */
static void through_text(const struct flow *flow, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < THROUGH_COUNT; i++)
		if (flow->through & 1 << i && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s",
						 used ? " " : "", through_names[i]);
}

/* ---- reports ---- */

static size_t shown(const struct table *table)
{
	return table->count < top ? table->count : top;
}

/* The flow stands behind the numbers, or below them where the line would be too long. */
static void print_row(FILE *out, const struct row *row)
{
	const struct flow *flow = &row->key;
	char from[LONGEST_ENDPOINT], to[LONGEST_ENDPOINT], through[40], head[96];
	int width;

	endpoint_text(flow, flow->source, flow->ports[0], from);
	endpoint_text(flow, flow->destination, flow->ports[1], to);
	through_text(flow, through, sizeof(through));
	width = snprintf(head, sizeof(head), "%8llu %10llu  %-5s %-9s", row->traffic.packets,
			 row->traffic.bytes, protocol_name(flow), through);
	if ((size_t)width + strlen(from) + strlen(to) + 4 <= sample_columns())
		fprintf(out, "%s %s > %s\n", head, from, to);
	else
		fprintf(out, "%s\n%28s%s\n%26s> %s\n", head, "", from, "", to);
}

static const char *const end_names[FRAME_ENDS] = {
	[FRAME_COUNTED] = "counted",	   [FRAME_NOT_IP] = "not_ip",
	[FRAME_TRUNCATED] = "truncated",   [FRAME_MALFORMED] = "malformed",
	[FRAME_TOO_DEEP] = "too_deep",	   [FRAME_NO_PARSER] = "no_parser",
	[FRAME_FLOWS_FULL] = "flows_full", [FRAME_NO_FLOW] = "no_flow",
};

static void print_ends(FILE *out, const struct table *table)
{
	static const char *const words[FRAME_ENDS] = {
		[FRAME_NOT_IP] = "not IP",
		[FRAME_TRUNCATED] = "cut off within a header",
		[FRAME_MALFORMED] = "malformed",
		[FRAME_TOO_DEEP] = "too deep: more headers than the kernel allows tail calls",
		[FRAME_NO_PARSER] = "with a header whose slot has no program",
		[FRAME_FLOWS_FULL] = "of other flows: the hash is full (E2BIG); --entries",
		[FRAME_NO_FLOW] = "for which no entry could be made",
	};

	for (int i = FRAME_COUNTED + 1; i < FRAME_ENDS; i++)
		if (table->ends[i].packets)
			fprintf(out, "%8llu %10llu  %s\n", table->ends[i].packets,
				table->ends[i].bytes, words[i]);
}

static void print_table(FILE *out, const struct sample_run *run, const struct table *table)
{
	const size_t rows = shown(table);

	fprintf(out, "%s received in %.1f s: %llu frames of %zu flows, on %d CPUs\n\n",
		run->options.interface, run->elapsed, table->ends[FRAME_COUNTED].packets,
		table->count, table->cpus);
	fprintf(out, "%8s %10s  %-5s %-9s %s\n", "packets", "bytes", "proto", "through",
		"flow");
	for (size_t i = 0; i < rows; i++)
		print_row(out, &table->rows[i]);
	if (!table->count)
		fprintf(out, "no IP packet so far\n");
	if (rows < table->count)
		fprintf(out, "and %zu more; --top=N shows more\n", table->count - rows);
	fputc('\n', out);
	print_ends(out, table);
}

static void print_flow_json(FILE *out, const struct row *row)
{
	const struct flow *flow = &row->key;
	char source[LONGEST_ENDPOINT], destination[LONGEST_ENDPOINT], through[40];

	address_text(flow, flow->source, source);
	address_text(flow, flow->destination, destination);
	through_text(flow, through, sizeof(through));
	fprintf(out,
		"{\"source\":\"%s\",\"source_port\":%u,\"destination\":\"%s\","
		"\"destination_port\":%u,\"protocol\":%u,\"through\":\"%s\",\"packets\":%llu,"
		"\"bytes\":%llu}",
		source, ntohs(flow->ports[0]), destination, ntohs(flow->ports[1]),
		flow->protocol, through, row->traffic.packets, row->traffic.bytes);
}

static void print_json(FILE *out, const struct sample_run *run, const struct table *table)
{
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"entries\":%zu,\"max_entries\":%u,\"flows\":[", table->count,
		table->max_entries);
	for (size_t i = 0; i < shown(table); i++) {
		fputs(i ? "," : "", out);
		print_flow_json(out, &table->rows[i]);
	}
	fprintf(out, "],\"frames\":{");
	for (int i = 0; i < FRAME_ENDS; i++)
		fprintf(out, "%s\"%s\":{\"packets\":%llu,\"bytes\":%llu}", i ? "," : "",
			end_names[i], table->ends[i].packets, table->ends[i].bytes);
	fprintf(out, "}}\n");
}

static bool report(struct sample_run *run, struct table *table)
{
	FILE *out;

	if (!read_table(run, table))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, table);
	else if (out)
		print_table(out, run, table);
	sample_show(run);
	return true;
}

/* ---- frames of its own ---- */

/* One frame of each kind in turn. */
static void build_frame(struct frame *frame, void *ctx)
{
	size_t *turn = ctx;

	frames_build(frame, *turn);
	*turn = (*turn + 1) % frames_count();
}

/* ---- the run ---- */

static int report_until_end(struct sample_run *run, struct table *table,
			    const struct packet_socket *socket)
{
	while (sample_next(run))
		if (!packet_socket_alive(socket, run) || !report(run, table))
			return EXIT_FAILURE;
	return sample_end(run);
}

static int listen_and_send(struct sample_run *run, struct bpf_loader *loader,
			   struct table *table, struct frame_source *source)
{
	struct packet_socket socket;
	int status = EXIT_FAILURE;

	if (!packet_socket_open(&socket, run, loader, bpf_loader_find_program(loader, "start")))
		return EXIT_FAILURE;
	/* They come from the other end, into the interface. */
	if (frame_source_start(source, run, 1, FRAMES_PER_SECOND))
		status = report_until_end(run, table, &socket);
	packet_socket_close(&socket);
	return status;
}

static int watch(struct sample_run *run, struct bpf_loader *loader, struct table *table)
{
	size_t turn = 0;
	struct frame_source source = {.build = build_frame, .ctx = &turn};
	int status = EXIT_FAILURE;

	if (frame_source_open(&source, run))
		status = listen_and_send(run, loader, table, &source);
	frame_source_close(&source);
	return status;
}

/* --without: taking a program out of its slot is deleting the element. */
static bool empty_slot(const struct sample_run *run, const struct bpf_loader *loader)
{
	if (without < 0 || !bpf_map_delete_elem(bpf_loader_map_fd(loader, "parsers"), &without))
		return true;
	sample_fail(run, "map 'parsers': cannot empty slot %d: %s", without, strerror(errno));
	return false;
}

static int make_table_and_watch(struct sample_run *run, struct bpf_loader *loader)
{
	struct table table = {
		.flows_fd = bpf_loader_map_fd(loader, "flows"),
		.frames_fd = bpf_loader_map_fd(loader, "frames"),
		.max_entries = bpf_loader_find_map(loader, "flows")->max_entries,
		.cpus = libbpf_num_possible_cpus(),
	};
	int status = EXIT_FAILURE;

	if (table.cpus < 0)
		return sample_fail(run, "cannot find out how many CPUs there are: %s",
				   strerror(-table.cpus));
	table.rows = calloc(table.max_entries, sizeof(*table.rows));
	table.values = calloc((size_t)table.cpus, sizeof(*table.values));
	if (!table.rows || !table.values)
		sample_fail(run, "no memory for a table of %u rows", table.max_entries);
	else if (empty_slot(run, loader))
		status = watch(run, loader, &table);
	free(table.values);
	free(table.rows);
	return status;
}

/* Both kinds of definition have become the same description when the loader asks. */
static int set_entries(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index, (void)ctx;
	if (entries && map->type == BPF_MAP_TYPE_PERCPU_HASH)
		map->max_entries = (__u32)entries;
	return 0;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.fixup_map = set_entries};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &sockex3, argc, argv);
	loader = sample_load(&run, &opts);
	if (loader)
		status = make_table_and_watch(&run, loader);
	bpf_loader_close(loader);
	return status;
}
