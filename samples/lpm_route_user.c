// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lpm_route: which route of a table the packets take that leave an interface.
 *
 * Loads lpm_route_kern.o, fills its two tries with routes (a table of its own, or --routes), makes
 * its program the filter of a packet socket, and at every interval prints what the tries hold,
 * whoever put it there. Without --interface it sends to addresses of its routes through an
 * interface of its own. Read it from the bottom: main(), watch(), report(), read_table(), fill().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame_source.h"
#include "lab.h"
#include "lpm_route.h"
#include "packet_socket.h"
#include "sample.h"

#define PACKETS_PER_SECOND 100	/* of its own */
#define MOST_ROUTES	   2048 /* both tries full */
#define LONGEST_LABEL	   23
#define PREFIX_COLUMN	   34
#define LONGEST_PREFIX	   (INET6_ADDRSTRLEN + 4)

/* A route of either kind: for IPv4 the first four bytes of the address, and the key is shorter. */
struct route {
	int family;
	struct route6 key;
	char label[LONGEST_LABEL + 1];
	struct traffic traffic;
	unsigned int depth; /* how many other routes it lies in */
};

static const char *routes_path;
static const char *flap_text;
static struct route flapping; /* .family 0: none */

/* Prefixes for documentation (RFC 5737, RFC 3849, RFC 9637): some of them within others. */
static const char *const built_in[] = {
	"192.0.2.0/24 TEST-NET-1",	   "192.0.2.128/25 its upper half",
	"192.0.2.192/26 a quarter of it",  "192.0.2.200/32 one address",
	"198.51.100.0/24 TEST-NET-2",	   "198.51.100.16/28 16 addresses",
	"203.0.113.0/24 TEST-NET-3",	   "2001:db8::/32 documentation",
	"2001:db8:1::/48 a site",	   "2001:db8:1:2::/64 a network of it",
	"2001:db8:1:2::3/128 one address", "3fff::/20 documentation, too",
};

/* Where its packets go now and then, and find no route. */
static const char *const strangers[] = {"198.18.0.1", "fd00::1"};

struct table {
	int fd4, fd6, unrouted_fd;
	struct route *wanted; /* what fill() put in */
	size_t wanted_count;
	struct route *found; /* what is there */
	size_t found_count;
	struct traffic unrouted[UNROUTED_KINDS];
	bool withdrawn; /* --flap: out at the moment */
};

/* ---- text ---- */

static unsigned int longest(int family)
{
	return family == AF_INET ? 32 : 128;
}

/* Are all bits behind the first `bits` zero? */
static bool rest_is_zero(const struct route6 *key, unsigned int all)
{
	for (unsigned int bit = key->bits; bit < all; bit++)
		if (key->address[bit / 8] & 0x80 >> bit % 8)
			return false;
	return true;
}

/* "192.0.2.0/24" and what stands behind it. Returns NULL, or what is wrong with it. */
static const char *parse_route(const char *text, struct route *route)
{
	char address[INET6_ADDRSTRLEN] = "", *end;
	const size_t length = strcspn(text, "/ \t");
	unsigned long bits;

	*route = (struct route){0};
	if (text[length] != '/' || length >= sizeof(address))
		return "no prefix, as 192.0.2.0/24";
	memcpy(address, text, length);
	route->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(route->family, address, route->key.address) != 1)
		return "no IPv4 or IPv6 address";
	bits = strtoul(text + length + 1, &end, 10);
	if (text[length + 1] < '0' || text[length + 1] > '9' || !strchr(" \t", *end) ||
	    bits > longest(route->family))
		return "no length, 0 to 32, or to 128 for IPv6";
	route->key.bits = (__u32)bits;
	if (!rest_is_zero(&route->key, longest(route->family)))
		return "more bits in the address than its length";
	snprintf(route->label, sizeof(route->label), "%s", end + strspn(end, " \t"));
	return NULL;
}

static const char *read_flap(const char *value, void *to)
{
	*(const char **)to = value;
	return parse_route(value, &flapping) ? "a prefix of the table, as 192.0.2.0/24" : NULL;
}

static const char *prefix_text(const struct route *route)
{
	static char text[LONGEST_PREFIX];
	char address[INET6_ADDRSTRLEN];

	inet_ntop(route->family, route->key.address, address, sizeof(address));
	snprintf(text, sizeof(text), "%s/%u", address, route->key.bits);
	return text;
}

static const struct sample_option options[] = {
	{"routes", "FILE", sample_read_text, &routes_path, "lines of PREFIX/LENGTH LABEL"},
	{"flap", "PREFIX", read_flap, &flap_text,
	 "take this route out and put it in, in turns"},
	{0},
};

static const struct sample lpm_route = {
	.name = "lpm_route",
	.title = "routes by longest prefix, in tries",
	.what = "Counts the packets that leave an interface by the route they would take: of "
		"all\n"
		"prefixes in a table that fit the address, the longest. IPv4 and IPv6.",
	.example = "-c 3",
	.map_types = "LPM_TRIE, ARRAY",
	.needs = "root; Linux 4.16 or newer, to read a trie from user space",
	.requires = {"root", "map:lpm_trie", "map:array", "program:socket_filter",
		     "command:ip"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "the network interface (one of its own)",
	.own = options,
};

/* ---- filling the tries ---- */

static int fd_of(const struct table *table, int family)
{
	return family == AF_INET ? table->fd4 : table->fd6;
}

static const char *put_advice(int err)
{
	switch (err) {
	case EEXIST: return "; it is in the table already";
	case ENOSPC: return "; the trie is full";
	default: return "";
	}
}

static bool put(const struct sample_run *run, const struct table *table,
		const struct route *route)
{
	if (!bpf_map_update_elem(fd_of(table, route->family), &route->key, &route->traffic,
				 BPF_NOEXIST))
		return true;
	sample_fail(run, "cannot put in the route %s: %s%s", prefix_text(route),
		    strerror(errno), put_advice(errno));
	return false;
}

static bool add_route(const struct sample_run *run, struct table *table, const char *text,
		      const char *where, size_t line)
{
	struct route *route = &table->wanted[table->wanted_count];
	const char *wrong;

	if (table->wanted_count == MOST_ROUTES) {
		sample_fail(run, "%s:%zu: more than %d routes", where, line, MOST_ROUTES);
		return false;
	}
	wrong = parse_route(text, route);
	if (wrong) {
		sample_fail(run, "%s:%zu: '%s': %s", where, line, text, wrong);
		return false;
	}
	table->wanted_count++;
	return put(run, table, route);
}

/* Comments and empty lines are left out. */
static bool read_routes(const struct sample_run *run, struct table *table, FILE *file)
{
	char text[256];

	for (size_t line = 1; fgets(text, sizeof(text), file); line++) {
		char *begin = text + strspn(text, " \t");

		text[strcspn(text, "\n")] = '\0';
		if (*begin && *begin != '#' && !add_route(run, table, begin, routes_path, line))
			return false;
	}
	if (!ferror(file))
		return true;
	sample_fail(run, "%s: %s", routes_path, strerror(errno));
	return false;
}

static bool fill(const struct sample_run *run, struct table *table)
{
	bool good = true;
	FILE *file;

	if (routes_path) {
		file = fopen(routes_path, "re");
		if (!file) {
			sample_fail(run, "%s: %s", routes_path, strerror(errno));
			return false;
		}
		good = read_routes(run, table, file);
		fclose(file);
		return good;
	}
	for (size_t i = 0; good && i < sizeof(built_in) / sizeof(built_in[0]); i++)
		good = add_route(run, table, built_in[i], "built in", i + 1);
	return good;
}

/* ---- reading ---- */

static int compare_routes(const void *a, const void *b)
{
	const struct route *left = a, *right = b;
	int order;

	if (left->family != right->family)
		return left->family == AF_INET ? -1 : 1;
	order = memcmp(left->key.address, right->key.address, sizeof(left->key.address));
	return order ? order : (int)left->key.bits - (int)right->key.bits;
}

static bool same_key(const struct route *a, const struct route *b)
{
	return !compare_routes(a, b);
}

/* Does `outer` hold all addresses of `inner`? */
static bool contains(const struct route *outer, const struct route *inner)
{
	struct route cut = *inner;

	if (outer->family != inner->family || outer->key.bits > inner->key.bits)
		return false;
	for (unsigned int bit = outer->key.bits; bit < longest(outer->family); bit++)
		cut.key.address[bit / 8] &= (__u8) ~(0x80 >> bit % 8);
	return !memcmp(cut.key.address, outer->key.address, sizeof(cut.key.address));
}

/* In order, the routes that one lies in stand before it. */
static void find_depths(struct table *table)
{
	for (size_t i = 0; i < table->found_count; i++)
		for (size_t j = i; j-- > 0;)
			if (contains(&table->found[j], &table->found[i])) {
				table->found[i].depth = table->found[j].depth + 1;
				break;
			}
}

static void find_label(const struct table *table, struct route *route)
{
	for (size_t i = 0; i < table->wanted_count; i++)
		if (same_key(&table->wanted[i], route))
			memcpy(route->label, table->wanted[i].label, sizeof(route->label));
}

/*
 * All keys of a trie, from the first to the last. To ask only for the routes put in would not do:
 * a lookup finds the longest prefix that fits, for a prefix as for an address, and so in the place
 * of a route that is gone the next shorter one.
 */
static bool read_trie(const struct sample_run *run, struct table *table, int family)
{
	const int fd = fd_of(table, family);
	struct route6 key = {0}, next = {0}, *before = NULL;
	int err;

	while (!(err = bpf_map_get_next_key(fd, before, &next)) &&
	       table->found_count < MOST_ROUTES) {
		struct route *route = &table->found[table->found_count];

		*route = (struct route){.family = family, .key = next};
		if (!bpf_map_lookup_elem(fd, &next, &route->traffic))
			table->found_count++;
		find_label(table, route);
		key = next;
		before = &key;
	}
	if (!err || err == -ENOENT)
		return true;
	sample_fail(run, "cannot read the routes of IPv%d: %s", family == AF_INET ? 4 : 6,
		    strerror(-err));
	return false;
}

static bool read_table(const struct sample_run *run, struct table *table)
{
	for (__u32 i = 0; i < UNROUTED_KINDS; i++) {
		if (!bpf_map_lookup_elem(table->unrouted_fd, &i, &table->unrouted[i]))
			continue;
		sample_fail(run, "map 'unrouted': cannot read element %u: %s", i,
			    strerror(errno));
		return false;
	}
	table->found_count = 0;
	if (!read_trie(run, table, AF_INET) || !read_trie(run, table, AF_INET6))
		return false;
	qsort(table->found, table->found_count, sizeof(*table->found), compare_routes);
	find_depths(table);
	return true;
}

/* ---- reports ---- */

/* A prefix that is too long for its column takes room from its label. */
static void print_route(FILE *out, const struct route *route)
{
	const int indent = 2 * (int)route->depth, length = (int)strlen(prefix_text(route));
	const int over = indent + length > PREFIX_COLUMN ? indent + length - PREFIX_COLUMN : 0;
	const int room = over < LONGEST_LABEL ? LONGEST_LABEL - over : 0;

	fprintf(out, "%*s%-*s %-*.*s %8llu %10llu\n", indent, "", PREFIX_COLUMN + over - indent,
		prefix_text(route), room, room, route->label, route->traffic.packets,
		route->traffic.bytes);
}

static void print_unrouted(FILE *out, const char *what, const struct traffic *traffic)
{
	fprintf(out, "%-*s %-*s %8llu %10llu\n", PREFIX_COLUMN, what, LONGEST_LABEL, "",
		traffic->packets, traffic->bytes);
}

static void print_table(FILE *out, const struct sample_run *run, const struct table *table)
{
	fprintf(out, "routes of what left %s in %.1f s: the longest of %zu that fits\n\n",
		run->options.interface, run->elapsed, table->found_count);
	fprintf(out, "%-*s %-*s %8s %10s\n", PREFIX_COLUMN, "prefix", LONGEST_LABEL, "label",
		"packets", "bytes");
	for (size_t i = 0; i < table->found_count; i++)
		print_route(out, &table->found[i]);
	print_unrouted(out, "no route, IPv4", &table->unrouted[UNROUTED_IPV4]);
	print_unrouted(out, "no route, IPv6", &table->unrouted[UNROUTED_IPV6]);
	if (flapping.family)
		fprintf(out, "\n%s is %s now\n", prefix_text(&flapping),
			table->withdrawn ? "out" : "in");
}

static void print_json(FILE *out, const struct sample_run *run, const struct table *table)
{
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"routes\":[");
	for (size_t i = 0; i < table->found_count; i++) {
		const struct route *route = &table->found[i];

		fprintf(out, "%s{\"prefix\":\"%s\",\"label\":", i ? "," : "",
			prefix_text(route));
		sample_json_string(out, route->label);
		fprintf(out, ",\"depth\":%u,\"packets\":%llu,\"bytes\":%llu}", route->depth,
			route->traffic.packets, route->traffic.bytes);
	}
	fprintf(out,
		"],\"unrouted\":{\"ipv4\":{\"packets\":%llu,\"bytes\":%llu},"
		"\"ipv6\":{\"packets\":%llu,\"bytes\":%llu}}}\n",
		table->unrouted[UNROUTED_IPV4].packets, table->unrouted[UNROUTED_IPV4].bytes,
		table->unrouted[UNROUTED_IPV6].packets, table->unrouted[UNROUTED_IPV6].bytes);
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

/* ---- --flap ---- */

/* The counts go with the route, and come back with it. */
static bool flap(const struct sample_run *run, struct table *table)
{
	const int fd = fd_of(table, flapping.family);

	if (!flapping.family)
		return true;
	table->withdrawn = !table->withdrawn;
	if (!table->withdrawn)
		return put(run, table, &flapping);
	if (!bpf_map_lookup_elem(fd, &flapping.key, &flapping.traffic) &&
	    !bpf_map_delete_elem(fd, &flapping.key))
		return true;
	sample_fail(run, "cannot take out the route %s: %s; is it in the table?",
		    prefix_text(&flapping), strerror(errno));
	return false;
}

/* ---- packets of its own ---- */

/* Where they go next. */
struct turns {
	const struct table *table;
	unsigned int turn, random;
};

/* The same sequence each time: good enough for addresses. */
static unsigned char next_byte(struct turns *turns)
{
	turns->random = turns->random * 1103515245U + 12345U;
	return (unsigned char)(turns->random >> 16);
}

/* An address of that route: its bits, and others behind them. */
static void pick_address(struct turns *turns, const struct route *route, char *text)
{
	unsigned char address[16];

	memcpy(address, route->key.address, sizeof(address));
	for (unsigned int bit = route->key.bits; bit < longest(route->family); bit++)
		if (next_byte(turns) & 1)
			address[bit / 8] |= (unsigned char)(0x80 >> bit % 8);
	inet_ntop(route->family, address, text, INET6_ADDRSTRLEN);
}

/* To each route in turn, then to those that have none. */
static void build_frame(struct frame *frame, void *ctx)
{
	struct turns *turns = ctx;
	const struct table *table = turns->table;
	const size_t count = sizeof(strangers) / sizeof(strangers[0]);
	const size_t turn = turns->turn++ % (table->wanted_count + count);
	char address[INET6_ADDRSTRLEN];

	if (turn < table->wanted_count)
		pick_address(turns, &table->wanted[turn], address);
	else
		snprintf(address, sizeof(address), "%s", strangers[turn - table->wanted_count]);
	frames_udp(frame, strchr(address, ':') ? LAB_V6_0 : LAB_V4_0, address, 64);
}

/* ---- the run ---- */

static int report_until_end(struct sample_run *run, struct table *table,
			    const struct packet_socket *socket)
{
	while (sample_next(run))
		if (!packet_socket_alive(socket, run) || !report(run, table) ||
		    !flap(run, table))
			return EXIT_FAILURE;
	return sample_end(run);
}

static int listen_and_send(struct sample_run *run, struct bpf_loader *loader,
			   struct table *table, struct frame_source *source)
{
	struct packet_socket socket;
	int status = EXIT_FAILURE;

	if (!packet_socket_open(&socket, run, loader, bpf_loader_program(loader, 0)))
		return EXIT_FAILURE;
	if (frame_source_start(source, run, 0, PACKETS_PER_SECOND))
		status = report_until_end(run, table, &socket);
	packet_socket_close(&socket);
	return status;
}

static int watch(struct sample_run *run, struct bpf_loader *loader, struct table *table)
{
	struct turns turns = {.table = table};
	struct frame_source source = {.build = build_frame, .ctx = &turns};
	int status = EXIT_FAILURE;

	if (fill(run, table) && frame_source_open(&source, run))
		status = listen_and_send(run, loader, table, &source);
	frame_source_close(&source);
	return status;
}

static int make_table_and_watch(struct sample_run *run, struct bpf_loader *loader)
{
	struct table table = {
		.fd4 = bpf_loader_map_fd(loader, "routes4"),
		.fd6 = bpf_loader_map_fd(loader, "routes6"),
		.unrouted_fd = bpf_loader_map_fd(loader, "unrouted"),
	};
	int status = EXIT_FAILURE;

	table.wanted = calloc(MOST_ROUTES, sizeof(*table.wanted));
	table.found = calloc(MOST_ROUTES, sizeof(*table.found));
	if (table.wanted && table.found)
		status = watch(run, loader, &table);
	else
		sample_fail(run, "no memory for a table of %d routes", MOST_ROUTES);
	free(table.wanted);
	free(table.found);
	return status;
}

int main(int argc, char **argv)
{
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &lpm_route, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader)
		status = make_table_and_watch(&run, loader);
	bpf_loader_close(loader);
	return status;
}
