// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_ip_tracker: who talks with whom over an interface, and how much.
 *
 * Loads xdp_ip_tracker_kern.o, attaches its XDP program for what the interface receives and its
 * classifier for what it sends, and prints the hash that both count in, the most bytes first.
 * Read it from the bottom: main(), attach(), report(), read_pairs().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab_udp.h"
#include "sample.h"
#include "tc_filter.h"
#include "xdp_ip_tracker.h"
#include "xdp_site.h"

static enum xdp_mode mode;
static unsigned long packets, entries = PAIRS;

static const char *read_entries(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	return wanted || !entries || entries > 1000000 ? "a number of pairs, 1 to 1000000"
						       : NULL;
}

static const struct sample_option own[] = {
	{"entries", "COUNT", read_entries, &entries, "room for so many pairs (1024)"},
	{"mode", "MODE", xdp_link_read_mode, &mode, "any, generic or native (any)"},
	LAB_UDP_OPTION(&packets),
	{0},
};

static const struct sample xdp_ip_tracker = {
	.name = "xdp_ip_tracker",
	.title = "packets and bytes by pair of IP addresses",
	.what = "Counts packets and bytes between each pair of IP addresses, received and "
		"sent,\n"
		"in a hash whose key is a struct, which two programs of different kinds share.",
	.example = "-c 3",
	.map_types = "HASH, ARRAY",
	.needs = "root (or CAP_BPF, CAP_NET_ADMIN); Linux 5.9 or newer, for XDP links",
	.requires = {"root", "kernel:5.9", "map:hash", "program:xdp", "program:sched_cls",
		     "command:ip"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "an interface that is there (a lab of its own)",
	.own = own,
};

struct row {
	struct pair pair;
	struct traffic traffic;
};

struct table {
	int pairs_fd, left_out_fd;
	struct row *rows; /* room for `entries` */
	size_t count;
	__u64 left_out;
};

/* ---- the maps ---- */

/* Our programs never delete an entry, so going from key to key misses none and sees none twice. */
static bool read_pairs(const struct sample_run *run, struct table *table)
{
	const struct pair *before = NULL;
	const __u32 zero = 0;

	table->count = 0;
	while (table->count < entries) {
		struct row *row = &table->rows[table->count];

		if (bpf_map_get_next_key(table->pairs_fd, before, &row->pair))
			break;
		if (bpf_map_lookup_elem(table->pairs_fd, &row->pair, &row->traffic)) {
			sample_fail(run, "map 'pairs': cannot read an element: %s",
				    strerror(errno));
			return false;
		}
		before = &row->pair;
		table->count++;
	}
	if (!bpf_map_lookup_elem(table->left_out_fd, &zero, &table->left_out))
		return true;
	sample_fail(run, "map 'left_out': cannot read it: %s", strerror(errno));
	return false;
}

static __u64 bytes(const struct row *row)
{
	return row->traffic.rx_bytes + row->traffic.tx_bytes;
}

/* The most bytes first; pairs with as many in an order that does not change. */
static int compare(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	if (bytes(a) != bytes(b))
		return bytes(a) < bytes(b) ? 1 : -1;
	return memcmp(&a->pair, &b->pair, sizeof(a->pair));
}

/* ---- reports ---- */

struct words {
	char here[INET6_ADDRSTRLEN], there[INET6_ADDRSTRLEN];
};

static void write_addresses(const struct pair *pair, struct words *words)
{
	const int family = pair->version == 4 ? AF_INET : AF_INET6;

	inet_ntop(family, pair->here, words->here, sizeof(words->here));
	inet_ntop(family, pair->there, words->there, sizeof(words->there));
}

/* Columns that two addresses may have: what the terminal leaves beside the numbers. */
static int address_width(void)
{
	const int width = ((int)sample_columns() - 44) / 2;

	return width < INET6_ADDRSTRLEN ? width : INET6_ADDRSTRLEN;
}

static void print_row(FILE *out, const struct row *row, int width)
{
	const struct traffic *traffic = &row->traffic;
	struct words words;

	write_addresses(&row->pair, &words);
	/* Where the two do not fit, they get a line of their own. */
	if ((int)strlen(words.here) >= width || (int)strlen(words.there) >= width)
		fprintf(out, "%s %s\n%-*s%-*s", words.here, words.there, width, "", width, "");
	else
		fprintf(out, "%-*s%-*s", width, words.here, width, words.there);
	fprintf(out, "%9llu %11llu %9llu %11llu\n", traffic->rx_packets, traffic->rx_bytes,
		traffic->tx_packets, traffic->tx_bytes);
}

static void print_table(FILE *out, const struct sample_run *run, const struct table *table,
			const char *mode_name)
{
	const int width = address_width();

	fprintf(out, "packets and bytes over %s, by pair of addresses, %s XDP, %.1f s\n\n",
		run->options.interface, mode_name, run->elapsed);
	fprintf(out, "%-*s%-*s%9s %11s %9s %11s\n", width, "here", width, "there", "received",
		"bytes", "sent", "bytes");
	for (size_t i = 0; i < table->count; i++)
		print_row(out, &table->rows[i], width);
	if (!table->count)
		fprintf(out, "no IP packet so far\n");
	if (table->left_out)
		fprintf(out, "\n%llu packets of other pairs: the map is full with %lu pairs\n",
			table->left_out, entries);
}

static void print_json(FILE *out, const struct sample_run *run, const struct table *table,
		       const char *mode_name)
{
	struct words words;

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"mode\":\"%s\",\"left_out\":%llu,\"pairs\":[", mode_name,
		table->left_out);
	for (size_t i = 0; i < table->count; i++) {
		const struct traffic *traffic = &table->rows[i].traffic;

		write_addresses(&table->rows[i].pair, &words);
		fprintf(out,
			"%s{\"version\":%u,\"here\":\"%s\",\"there\":\"%s\",\"rx_packets\":%"
			"llu,"
			"\"rx_bytes\":%llu,\"tx_packets\":%llu,\"tx_bytes\":%llu}",
			i ? "," : "", table->rows[i].pair.version, words.here, words.there,
			traffic->rx_packets, traffic->rx_bytes, traffic->tx_packets,
			traffic->tx_bytes);
	}
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, const struct xdp_site *site, struct table *table)
{
	const char *mode_name = xdp_link_mode(site->ifindex);
	FILE *out;

	if (!read_pairs(run, table))
		return false;
	qsort(table->rows, table->count, sizeof(*table->rows), compare);
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, table, mode_name);
	else if (out)
		print_table(out, run, table, mode_name);
	sample_show(run);
	return true;
}

static int report_until_end(struct sample_run *run, const struct xdp_site *site,
			    struct table *table)
{
	while (sample_next(run))
		if (!xdp_site_alive(site, run) || !report(run, site, table))
			return EXIT_FAILURE;
	return sample_end(run);
}

/* ---- start ---- */

#define LAB_V4_2 "192.0.2.3"

/* A conversation over IPv4, one over IPv6, and somebody who never answers. */
static const struct lab_udp_flow flows[] = {
	{.from_ns = 1, .to_ns = 0, .to = LAB_V4_0, .port = 4000, .size = 1000},
	{.from_ns = 0, .to_ns = 1, .to = LAB_V4_1, .port = 4000, .size = 100},
	{.from_ns = 1, .to_ns = 0, .to = LAB_V6_0, .port = 4000, .size = 50},
	{.from_ns = 0, .to_ns = 1, .to = LAB_V6_1, .port = 4000, .size = 500},
	{.from_ns = 0, .to_ns = 1, .to = LAB_V4_2, .port = 4000, .size = 200},
};

#define FLOWS (sizeof(flows) / sizeof(flows[0]))

static bool make_traffic(const struct sample_run *run, const struct lab *lab,
			 struct lab_udp *udp)
{
	return lab_run(lab, run, 1, "ip address add " LAB_V4_2 "/24 dev " LAB_IF1) &&
	       lab_run(lab, run, 0,
		       "ip neighbour replace " LAB_V4_2 " lladdr " LAB_MAC1 " dev " LAB_IF0
		       " nud permanent") &&
	       lab_udp_open(udp, run, lab, flows, FLOWS) && lab_udp_start(udp, run, packets);
}

static bool attach(const struct sample_run *run, const struct bpf_loader *loader,
		   struct xdp_site *site, struct tc_filter *filter)
{
	return xdp_site_attach(site, run, bpf_loader_program_fd(loader, "track_rx"), mode) &&
	       tc_filter_open(filter, run, bpf_loader_program_fd(loader, "track_tx"),
			      site->ifindex, true);
}

static int run_on_site(struct sample_run *run, struct xdp_site *site,
		       const struct bpf_loader *loader)
{
	struct table table = {.pairs_fd = bpf_loader_map_fd(loader, "pairs"),
			      .left_out_fd = bpf_loader_map_fd(loader, "left_out"),
			      .rows = calloc(entries, sizeof(struct row))};
	struct tc_filter filter = {0};
	struct lab_udp udp = {0};
	int status = EXIT_FAILURE;

	if (!table.rows)
		sample_fail(run, "no memory for %lu pairs", entries);
	else if (attach(run, loader, site, &filter) &&
		 (!site->own || run->options.no_load || make_traffic(run, &site->lab, &udp)))
		status = report_until_end(run, site, &table);
	lab_udp_stop(&udp);
	tc_filter_close(&filter);
	free(table.rows);
	return status;
}

/* --entries: a definition's numbers can be changed before the map is made. */
static int set_entries(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index, (void)ctx;
	if (!strcmp(map->name, "pairs"))
		map->max_entries = (__u32)entries;
	return 0;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.fixup_map = set_entries};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;
	struct xdp_site site;

	sample_start(&run, &xdp_ip_tracker, argc, argv);
	loader = sample_load(&run, &opts);
	if (loader && xdp_site_open(&site, &run)) {
		status = run_on_site(&run, &site, loader);
		xdp_site_close(&site);
	}
	bpf_loader_close(loader);
	return status;
}
