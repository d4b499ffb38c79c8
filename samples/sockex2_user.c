// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockex2: where the packets that leave an interface go: packets and bytes for each address.
 *
 * Loads sockex2_kern.o, makes its program the filter of a packet socket, and at every interval
 * walks through the hash that the program counts in. Read it from the bottom: main(), watch(),
 * report(), read_table().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bars.h"
#include "packet_socket.h"
#include "sample.h"
#include "sockex2.h"
#include "traffic.h"

#define MOST_ENTRIES 1000000UL
#define NARROWEST    69 /* columns of a row without its bar */

static unsigned long top = 10;
static unsigned long entries; /* 0: as the object has it */

static const char *read_entries(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	if (!wanted && (!entries || entries > MOST_ENTRIES))
		wanted = "a number from 1 to 1000000";
	return wanted;
}

static const struct sample_option options[] = {
	{"top", "N", sample_read_number, &top, "show that many addresses (10)"},
	{"entries", "N", read_entries, &entries, "room in the hash for so many (1024)"},
	{0},
};

static const struct sample sockex2 = {
	.name = "sockex2",
	.title = "packets and bytes by destination, in a hash",
	.what = "Counts packets and bytes that leave an interface, for each address they go "
		"to:\n"
		"in the kernel, a socket filter puts an entry into a hash for each new "
		"address.",
	.example = "-c 3",
	.map_types = "HASH, ARRAY",
	.needs = "root (or CAP_BPF, CAP_NET_RAW); Linux 4.5 (bpf_skb_load_bytes)",
	.requires = {"root", "map:hash", "map:array", "program:socket_filter"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface = "lo",
	.own = options,
};

struct row {
	struct destination key;
	struct traffic traffic;
};

/* What the maps hold: filled by read_table(). */
struct table {
	int map_fd, lost_fd;
	__u32 max_entries;
	struct row *rows; /* room for max_entries */
	size_t count;
	struct traffic lost[LOST_REASONS];
	struct traffic sum; /* of the rows */
};

/* ---- reading ---- */

/* Most bytes first; then by address, so that rows which are equal stay where they are. */
static int compare_rows(const void *a, const void *b)
{
	const struct row *left = a, *right = b;

	if (left->traffic.bytes != right->traffic.bytes)
		return left->traffic.bytes < right->traffic.bytes ? 1 : -1;
	return memcmp(&left->key, &right->key, sizeof(left->key));
}

/* An entry whose value cannot be read has gone since its key was found: no row. */
static void add_row(struct table *table, const struct destination *key)
{
	struct row *row = &table->rows[table->count];

	if (bpf_map_lookup_elem(table->map_fd, key, &row->traffic))
		return;
	row->key = *key;
	table->sum.packets += row->traffic.packets;
	table->sum.bytes += row->traffic.bytes;
	table->count++;
}

/*
 * A hash has no order and no indexes: "the key after this one", from no key to -ENOENT, leads
 * through all that are there. What the program inserts meanwhile may be seen or not.
 */
static bool read_rows(const struct sample_run *run, struct table *table)
{
	struct destination key, *before = NULL;
	int err;

	table->count = 0;
	table->sum = (struct traffic){0};
	while (!(err = bpf_map_get_next_key(table->map_fd, before, &key)) &&
	       table->count < table->max_entries) {
		add_row(table, &key);
		before = &key;
	}
	if (err && err != -ENOENT) {
		sample_fail(run, "map 'destinations': cannot read its keys: %s",
			    strerror(-err));
		return false;
	}
	qsort(table->rows, table->count, sizeof(*table->rows), compare_rows);
	return true;
}

static bool read_table(const struct sample_run *run, struct table *table)
{
	for (__u32 i = 0; i < LOST_REASONS; i++) {
		if (!bpf_map_lookup_elem(table->lost_fd, &i, &table->lost[i]))
			continue;
		sample_fail(run, "map 'lost': cannot read element %u: %s", i, strerror(errno));
		return false;
	}
	return read_rows(run, table);
}

/* ---- reports ---- */

static const char *address_text(const struct destination *key)
{
	static char text[INET6_ADDRSTRLEN];

	return inet_ntop(key->family == FAMILY_V4 ? AF_INET : AF_INET6, key->address, text,
			 sizeof(text));
}

static size_t shown(const struct table *table)
{
	return table->count < top ? table->count : top;
}

static void print_row(FILE *out, const struct table *table, const struct row *row)
{
	const double share =
		table->sum.bytes ? (double)row->traffic.bytes / (double)table->sum.bytes : 0;

	fprintf(out, "%-39s %9llu %12llu %4.0f%% ", address_text(&row->key),
		row->traffic.packets, row->traffic.bytes, 100 * share);
	bar(out, share, bar_width(sample_columns(), NARROWEST));
	fputc('\n', out);
}

static void print_lost(FILE *out, const struct table *table)
{
	const struct traffic *full = &table->lost[LOST_FULL];
	const struct traffic *other = &table->lost[LOST_OTHER];

	if (full->packets)
		fprintf(out,
			"%llu packets, %llu bytes to others: the hash is full (E2BIG); "
			"--entries\n",
			full->packets, full->bytes);
	if (other->packets)
		fprintf(out, "%llu packets, %llu bytes: no entry could be made for them\n",
			other->packets, other->bytes);
}

static void print_table(FILE *out, const struct sample_run *run, const struct table *table)
{
	const size_t rows = shown(table);

	fprintf(out, "where packets go that left %s in %.1f s: %zu of %u entries in use\n\n",
		run->options.interface, run->elapsed, table->count, table->max_entries);
	fprintf(out, "%-39s %9s %12s %5s\n", "destination", "packets", "bytes", "share");
	for (size_t i = 0; i < rows; i++)
		print_row(out, table, &table->rows[i]);
	if (!table->count)
		fprintf(out, "no IP packet so far\n");
	if (rows < table->count)
		fprintf(out, "and %zu more; --top=N shows more\n", table->count - rows);
	print_lost(out, table);
}

static void print_json(FILE *out, const struct sample_run *run, const struct table *table)
{
	static const char *const reasons[LOST_REASONS] = {"full", "other"};

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"entries\":%zu,\"max_entries\":%u,\"destinations\":[", table->count,
		table->max_entries);
	for (size_t i = 0; i < shown(table); i++)
		fprintf(out, "%s{\"address\":\"%s\",\"packets\":%llu,\"bytes\":%llu}",
			i ? "," : "", address_text(&table->rows[i].key),
			table->rows[i].traffic.packets, table->rows[i].traffic.bytes);
	fprintf(out, "],\"lost\":{");
	for (size_t i = 0; i < LOST_REASONS; i++)
		fprintf(out, "%s\"%s\":{\"packets\":%llu,\"bytes\":%llu}", i ? "," : "",
			reasons[i], table->lost[i].packets, table->lost[i].bytes);
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

/* ---- the run ---- */

static int report_until_end(struct sample_run *run, struct table *table,
			    const struct packet_socket *socket)
{
	while (sample_next(run))
		if (!packet_socket_alive(socket, run) || !report(run, table))
			return EXIT_FAILURE;
	return sample_end(run);
}

static int watch(struct sample_run *run, struct bpf_loader *loader, struct table *table)
{
	struct packet_socket socket;
	int status;

	if (!packet_socket_open(&socket, run, loader, bpf_loader_program(loader, 0)))
		return EXIT_FAILURE;
	traffic_for(run);
	status = report_until_end(run, table, &socket);
	traffic_stop();
	packet_socket_close(&socket);
	return status;
}

static int make_table_and_watch(struct sample_run *run, struct bpf_loader *loader)
{
	struct table table = {
		.map_fd = bpf_loader_map_fd(loader, "destinations"),
		.lost_fd = bpf_loader_map_fd(loader, "lost"),
		.max_entries = bpf_loader_find_map(loader, "destinations")->max_entries,
	};
	int status;

	table.rows = calloc(table.max_entries, sizeof(*table.rows));
	if (!table.rows)
		return sample_fail(run, "no memory for a table of %u rows", table.max_entries);
	status = watch(run, loader, &table);
	free(table.rows);
	return status;
}

/* Both kinds of definition have become the same description when the loader asks. */
static int set_entries(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index, (void)ctx;
	if (entries && map->type == BPF_MAP_TYPE_HASH)
		map->max_entries = (__u32)entries;
	return 0;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.fixup_map = set_entries};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &sockex2, argc, argv);
	loader = sample_load(&run, &opts);
	if (loader)
		status = make_table_and_watch(&run, loader);
	bpf_loader_close(loader);
	return status;
}
