// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * devmap_redirect: packets that XDP sends from one interface to another, and what is lost.
 *
 * Without -i it makes a lab of three namespaces and traffic in both directions:
 *
 *     left -------- to_left [router] to_right -------- right
 *
 * The router has no addresses and forwards nothing, so what arrives has arrived by XDP. Read it
 * from the bottom: main(), run_in_lab(), wire(), set_direction(), report().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devmap_redirect.h"
#include "lab_udp.h"
#include "sample.h"
#include "trace_format.h"
#include "xdp_link.h"

/* ---- options ---- */

enum map_choice { BOTH, DEVMAP, DEVMAP_HASH };
enum peer_choice { PROGRAM, GRO, NOTHING };

static enum map_choice map_choice;
static enum peer_choice peer_choice;
static enum xdp_mode mode;
static const char *to_interface;
static unsigned long packets;
static bool offload;

/* The index of `value` among `count` names, into an enum. */
static bool choose(const char *value, const char *const *names, size_t count, void *to)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(value, names[i]) != 0)
			continue;
		*(unsigned int *)to = (unsigned int)i;
		return true;
	}
	return false;
}

static const char *read_map(const char *value, void *to)
{
	static const char *const names[] = {"both", "devmap", "devmap_hash"};

	return choose(value, names, 3, to) ? NULL : "both, devmap or devmap_hash";
}

static const char *read_peer(const char *value, void *to)
{
	static const char *const names[] = {"program", "gro", "nothing"};

	return choose(value, names, 3, to) ? NULL : "program, gro or nothing";
}

static const struct sample_option own[] = {
	{"to", "IFACE", sample_read_text, &to_interface, "with -i: send to this interface"},
	{"map", "MAP", read_map, &map_choice,
	 "devmap, devmap_hash, or both: one each way (both)"},
	{"peer", "WHAT", read_peer, &peer_choice,
	 "the lab's ends take XDP frames by a program, by\n"
	 "                            gro, or nothing: then not (program)"},
	{"offload", NULL, sample_read_flag, &offload,
	 "the lab's ends leave checksums to their interface"},
	{"mode", "MODE", xdp_link_read_mode, &mode, "any, generic or native (any)"},
	LAB_UDP_OPTION(&packets),
	{0},
};

static const struct sample devmap_redirect = {
	.name = "devmap_redirect",
	.title = "packets redirected from interface to interface",
	.what = "Sends what comes in by one interface out by another, without the network "
		"stack:\n"
		"XDP redirects through a DEVMAP one way, through a DEVMAP_HASH the other.",
	.example = "-c 3",
	.map_types = "DEVMAP, DEVMAP_HASH, HASH, ARRAY",
	.needs = "root (or CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON); Linux 5.9 or newer",
	.requires = {"root", "kernel:5.9", "map:devmap", "map:devmap_hash", "program:xdp",
		     "tracepoint:xdp/xdp_redirect_err", "tracepoint:xdp/xdp_devmap_xmit",
		     "command:ip"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "redirect what comes in there (a lab of its own)",
	.own = own,
};

/* ---- what is redirected where ---- */

struct direction {
	const char *from, *to; /* names for the table */
	bool hash;
	__u64 sent, arrived; /* the lab knows */
	struct counts counts;
};

struct router {
	struct bpf_loader *loader;
	struct direction directions[DIRECTIONS];
	unsigned int count;
	struct settings settings;
	struct lab lab;
	struct lab_udp udp;
	unsigned int ifindex[DIRECTIONS]; /* of the interfaces with `forward` */
	int links[2 * DIRECTIONS];	  /* 0: none */
	unsigned int link_count;
	const char *mode_name;
};

static bool write_map(const struct sample_run *run, const struct router *router,
		      const char *name, __u32 key, const void *value)
{
	if (!bpf_map_update_elem(bpf_loader_map_fd(router->loader, name), &key, value, 0))
		return true;
	sample_fail(run, "map '%s': cannot write element %u: %s", name, key, strerror(errno));
	return false;
}

static bool read_map_element(const struct sample_run *run, const struct router *router,
			     const char *name, __u32 key, void *value)
{
	if (!bpf_map_lookup_elem(bpf_loader_map_fd(router->loader, name), &key, value))
		return true;
	sample_fail(run, "map '%s': cannot read element %u: %s", name, key, strerror(errno));
	return false;
}

/* Fills all that the program looks up for packets that come in by `from`: they leave by `to`. */
static bool set_direction(const struct sample_run *run, struct router *router, unsigned int i,
			  unsigned int from, unsigned int to, struct route route)
{
	struct direction *direction = &router->directions[i];

	direction->hash = map_choice == DEVMAP_HASH || (map_choice == BOTH && i == 1);
	route.direction = i;
	route.hash = direction->hash;
	router->ifindex[i] = from;
	router->settings.ifindex[i] = from;
	if (direction->hash ? !write_map(run, router, "ports_by_index", from, &to)
			    : !write_map(run, router, "ports", i, &to))
		return false;
	return write_map(run, router, "routes", from, &route);
}

/* ---- tracepoints ---- */

static bool find_field(const struct sample_run *run, const char *event, const char *name,
		       __u32 *offset)
{
	struct trace_field field = {0};
	int err = trace_format_field(event, name, &field);

	*offset = field.offset;
	if (err)
		sample_fail(run, "tracepoint %s: no field '%s': %s", event, name,
			    strerror(-err));
	return !err;
}

static bool find_fields(const struct sample_run *run, struct settings *settings)
{
	static const char refused[] = "xdp/xdp_redirect_err", xmit[] = "xdp/xdp_devmap_xmit";

	return find_field(run, refused, "prog_id", &settings->refused_program) &&
	       find_field(run, refused, "ifindex", &settings->refused_ifindex) &&
	       find_field(run, refused, "err", &settings->refused_err) &&
	       find_field(run, xmit, "from_ifindex", &settings->xmit_ifindex) &&
	       find_field(run, xmit, "drops", &settings->xmit_drops) &&
	       find_field(run, xmit, "err", &settings->xmit_err);
}

static bool tell_tracepoints(const struct sample_run *run, struct router *router)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_loader_program_fd(router->loader, "forward"), &info,
				   &size)) {
		sample_fail(run, "program 'forward': cannot get its id: %s", strerror(errno));
		return false;
	}
	router->settings.program = info.id;
	return find_fields(run, &router->settings) &&
	       write_map(run, router, "setup", 0, &router->settings);
}

/* ---- programs on interfaces ---- */

static bool attach(const struct sample_run *run, struct router *router, const char *program,
		   unsigned int ifindex)
{
	int fd = xdp_link_open(run, bpf_loader_program_fd(router->loader, program), ifindex,
			       mode);

	if (fd >= 0)
		router->links[router->link_count++] = fd;
	return fd >= 0;
}

static bool attach_router(const struct sample_run *run, struct router *router)
{
	for (unsigned int i = 0; i < router->count; i++)
		if (!attach(run, router, "forward", router->ifindex[i]))
			return false;
	router->mode_name = xdp_link_mode(router->ifindex[0]);
	return true;
}

/* The far end must be able to take frames that XDP sent: see `take`. */
static bool prepare_peer(const struct sample_run *run, struct router *router, unsigned int ns,
			 const char *name)
{
	bool good;

	if (peer_choice == GRO)
		return lab_offload(&router->lab, run, ns, name, LAB_GRO, true);
	if (peer_choice == NOTHING)
		return true;
	good = lab_switch(&router->lab, run, ns) &&
	       attach(run, router, "take", if_nametoindex(name));
	return lab_switch(&router->lab, run, 0) && good;
}

/* ---- the lab ---- */

struct end {
	const char *far, *near; /* the two interfaces of the pair */
	const char *address, *far_mac, *near_mac;
	struct route route; /* of packets that go to it */
};

static const struct end ends[] = {
	{"left",
	 "to_left",
	 "192.0.2.1",
	 "02:00:00:00:00:01",
	 "02:00:00:00:00:0a",
	 {.new_macs = 1, .to = {2, 0, 0, 0, 0, 1}, .by = {2, 0, 0, 0, 0, 0x0a}}},
	{"right",
	 "to_right",
	 "192.0.2.2",
	 "02:00:00:00:00:02",
	 "02:00:00:00:00:0b",
	 {.new_macs = 1, .to = {2, 0, 0, 0, 0, 2}, .by = {2, 0, 0, 0, 0, 0x0b}}},
};

/*
 * An index that no other interface of the machine has, in whatever namespace: events of the kernel
 * name interfaces by nothing else. It shows, too, what keys a DEVMAP_HASH is good for.
 */
static unsigned int unusual_index(unsigned int i)
{
	return (i + 1) * 10000000 + (unsigned int)getpid();
}

/* Wires the router, namespace 0, to one end, namespace 1 or 2. */
static bool wire(const struct sample_run *run, const struct lab *lab, unsigned int i)
{
	const struct end *end = &ends[i], *other = &ends[!i];
	const unsigned int ns = i + 1;

	return lab_run(lab, run, 0,
		       "ip link add %s index %u address %s type veth peer name %s address %s "
		       "netns @%u",
		       end->near, unusual_index(i), end->near_mac, end->far, end->far_mac,
		       ns) &&
	       lab_run(lab, run, 0, "ip link set %s addrgenmode none arp off up", end->near) &&
	       lab_run(lab, run, ns, "ip link set %s addrgenmode none arp off up", end->far) &&
	       lab_run(lab, run, ns, "ip address add %s/24 dev %s", end->address, end->far) &&
	       lab_run(lab, run, ns, "ip neighbour replace %s lladdr %s dev %s nud permanent",
		       other->address, end->near_mac, end->far) &&
	       /*
		* A veth leaves a packet's checksum to its peer. A frame that XDP sends on has
		* no note about that, and at its end would have a wrong checksum.
		*/
	       lab_offload(lab, run, ns, end->far, LAB_TX_CHECKSUM, offload);
}

static bool make_lab(const struct sample_run *run, struct router *router)
{
	if (!lab_open(&router->lab, run, 3))
		return false;
	router->count = DIRECTIONS;
	/* A DEVMAP takes only interfaces that are there: first make both. */
	if (!wire(run, &router->lab, 0) || !wire(run, &router->lab, 1))
		return false;
	for (unsigned int i = 0; i < DIRECTIONS; i++) {
		router->directions[i].from = ends[i].far;
		router->directions[i].to = ends[!i].far;
		if (!set_direction(run, router, i, unusual_index(i), unusual_index(!i),
				   ends[!i].route) ||
		    !prepare_peer(run, router, i + 1, ends[i].far))
			return false;
	}
	return true;
}

/* The sockets at the ends get the filter that counts. */
static bool make_traffic(const struct sample_run *run, struct router *router)
{
	const int filter = bpf_loader_program_fd(router->loader, "count_arrived");
	struct lab_udp_flow flows[DIRECTIONS];

	for (unsigned int i = 0; i < DIRECTIONS; i++)
		flows[i] = (struct lab_udp_flow){.from_ns = i + 1,
						 .to_ns = !i + 1,
						 .to = ends[!i].address,
						 .port = FIRST_PORT + i,
						 .size = 100};
	if (!lab_udp_open(&router->udp, run, &router->lab, flows, DIRECTIONS))
		return false;
	for (unsigned int i = 0; i < DIRECTIONS; i++) {
		if (!setsockopt(router->udp.sink[i], SOL_SOCKET, SO_ATTACH_BPF, &filter,
				sizeof(filter)))
			continue;
		sample_fail(run, "program 'count_arrived': cannot attach it to a socket: %s",
			    strerror(errno));
		return false;
	}
	return run->options.no_load || lab_udp_start(&router->udp, run, packets);
}

/* ---- reports ---- */

static bool read_counts(const struct sample_run *run, struct router *router)
{
	for (unsigned int i = 0; i < router->count; i++) {
		struct direction *direction = &router->directions[i];

		if (!read_map_element(run, router, "counters", i, &direction->counts) ||
		    !read_map_element(run, router, "arrived", i, &direction->arrived))
			return false;
		direction->sent = lab_udp_sent_by(&router->udp, i);
	}
	return true;
}

static const char *map_name(const struct direction *direction)
{
	return direction->hash ? "DEVMAP_HASH" : "DEVMAP";
}

static void print_row(FILE *out, const struct router *router, unsigned int i)
{
	const struct direction *direction = &router->directions[i];
	const struct counts *counts = &direction->counts;
	char name[2 * IF_NAMESIZE + 8];

	snprintf(name, sizeof(name), "%s -> %s", direction->from, direction->to);
	fprintf(out, "%-15s %-11s", name, map_name(direction));
	if (router->lab.count)
		fprintf(out, " %7llu", direction->sent);
	fprintf(out, " %7llu %10llu %7llu %7llu", counts->came_in, counts->redirected,
		counts->refused, counts->dropped);
	if (router->lab.count)
		fprintf(out, " %7llu", direction->arrived);
	fputc('\n', out);
}

/* Linux 6.3 and newer ask the device beforehand, EOPNOTSUPP; older ones hear ENXIO from it. */
static const char *explanation(int err)
{
	return err == EOPNOTSUPP || err == ENXIO ? ": a veth takes\nframes from XDP only if "
						   "its other end has an XDP program, "
						   "or GRO"
						 : "";
}

static void print_errors(FILE *out, const struct router *router)
{
	for (unsigned int i = 0; i < router->count; i++) {
		const struct direction *direction = &router->directions[i];
		const int err = (int)-direction->counts.err;

		if (err)
			fprintf(out, "\n%s -> %s: %s (%d)%s\n", direction->from, direction->to,
				strerror(err), err, explanation(err));
	}
}

static void print_table(FILE *out, const struct sample_run *run, const struct router *router)
{
	fprintf(out, "packets that XDP redirected, %s mode, in %.1f s\n\n", router->mode_name,
		run->elapsed);
	fprintf(out, "%-15s %-11s%s %7s %10s %7s %7s%s\n", "direction", "map",
		router->lab.count ? "    sent" : "", "came in", "redirected", "refused",
		"dropped", router->lab.count ? " arrived" : "");
	for (unsigned int i = 0; i < router->count; i++)
		print_row(out, router, i);
	fprintf(out,
		"\nrefused: the kernel would not redirect; dropped: the interface would not "
		"send%s\n",
		router->lab.count ? ";\narrived: got to a socket at the other side" : "");
	print_errors(out, router);
}

static void print_json(FILE *out, const struct sample_run *run, const struct router *router)
{
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"mode\":\"%s\",\"directions\":[",
		run->sample->name, run->elapsed, router->mode_name);
	for (unsigned int i = 0; i < router->count; i++) {
		const struct direction *direction = &router->directions[i];
		const struct counts *counts = &direction->counts;

		fprintf(out, "%s{\"from\":", i ? "," : "");
		sample_json_string(out, direction->from);
		fprintf(out, ",\"to\":");
		sample_json_string(out, direction->to);
		fprintf(out,
			",\"map\":\"%s\",\"came_in\":%llu,\"redirected\":%llu,\"refused\":%llu,"
			"\"dropped\":%llu,\"error\":%lld",
			map_name(direction), counts->came_in, counts->redirected,
			counts->refused, counts->dropped, -counts->err);
		if (router->lab.count)
			fprintf(out, ",\"sent\":%llu,\"arrived\":%llu", direction->sent,
				direction->arrived);
		fputc('}', out);
	}
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, struct router *router)
{
	FILE *out;

	if (!read_counts(run, router))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, router);
	else if (out)
		print_table(out, run, router);
	sample_show(run);
	return true;
}

/* Both interfaces of -i and --to are still there. */
static bool alive(const struct sample_run *run, const struct router *router)
{
	char name[IF_NAMESIZE];
	const char *gone = NULL;

	if (router->lab.count)
		return true;
	if (!if_indextoname(router->ifindex[0], name))
		gone = router->directions[0].from;
	else if (!if_nametoindex(router->directions[0].to))
		gone = router->directions[0].to;
	if (gone)
		sample_fail(run, "interface %s has been removed", gone);
	return !gone;
}

static int report_until_end(struct sample_run *run, struct router *router)
{
	while (sample_next(run))
		if (!alive(run, router) || !report(run, router))
			return EXIT_FAILURE;
	return sample_end(run);
}

/* ---- start ---- */

static int run_in_lab(struct sample_run *run, struct router *router)
{
	if (make_lab(run, router) && tell_tracepoints(run, router) &&
	    attach_router(run, router) && make_traffic(run, router))
		return report_until_end(run, router);
	return EXIT_FAILURE;
}

/* One direction, frames as they are: a cable from interface to interface. */
static int run_on_interfaces(struct sample_run *run, struct router *router)
{
	const unsigned int from = sample_ifindex(run), to = if_nametoindex(to_interface);

	if (!from)
		return EXIT_FAILURE;
	if (!to)
		return sample_fail(run, "no interface '%s' to send to", to_interface);
	router->count = 1;
	router->directions[0].from = run->options.interface;
	router->directions[0].to = to_interface;
	if (set_direction(run, router, 0, from, to, (struct route){0}) &&
	    tell_tracepoints(run, router) && attach_router(run, router))
		return report_until_end(run, router);
	return EXIT_FAILURE;
}

static void router_close(struct router *router)
{
	lab_udp_stop(&router->udp);
	while (router->link_count)
		close(router->links[--router->link_count]);
	lab_close(&router->lab);
	bpf_loader_close(router->loader);
}

int main(int argc, char **argv)
{
	struct router router = {0};
	struct sample_run run;
	int status = EXIT_FAILURE;

	sample_start(&run, &devmap_redirect, argc, argv);
	if (!run.options.interface != !to_interface) {
		sample_fail(&run, "-i and --to need each other: from where, to where");
		return 2;
	}
	router.loader = sample_load(&run, NULL);
	if (router.loader)
		status = to_interface ? run_on_interfaces(&run, &router)
				      : run_in_lab(&run, &router);
	router_close(&router);
	return status;
}
