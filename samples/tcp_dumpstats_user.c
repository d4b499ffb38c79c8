// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tcp_dumpstats: round-trip times and retransmissions of the TCP connections of a cgroup.
 *
 * Loads tcp_dumpstats_kern.o, attaches its program to a cgroup, and keeps the last report on each
 * connection that comes through the ring buffer. Without --cgroup the cgroup is one of its own, with
 * connections over a lo of its own. Read it from the bottom: main(), watch(), hear(), print_table().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "lab.h"
#include "sample.h"
#include "tcp_dumpstats.h"
#include "tcp_flow.h"
#include "worker.h"

#define FLOWS		3
#define STEPS		20 /* a second */
#define SMALL		1000
#define LARGE		40000
#define CONNECTIONS	256
#define CLOSED_STAY	10.0 /* seconds that a connection is shown after its end */
#define ADDRESSES_WIDTH 33   /* two IPv4 addresses with ports; IPv6 gets a line of its own */
#define DROP_EVERY	40UL

static const char *cgroup_path;
static unsigned long flow_bytes, drop_every = DROP_EVERY;

static const struct sample_option own_options[] = {
	{"cgroup", "PATH", sample_read_text, &cgroup_path,
	 "watch this cgroup, make no load (one of its own)"},
	{"bytes", "BYTES", sample_read_number, &flow_bytes,
	 "own connections end after so much (0: never)"},
	{"drop", "N", sample_read_number, &drop_every,
	 "one of them loses every Nth packet (40; 0: none)"},
	{0},
};

static const struct sample tcp_dumpstats = {
	.name = "tcp_dumpstats",
	.title = "round trips and retransmissions of TCP connections",
	.what = "Shows each TCP connection of a cgroup: a sockops program, which TCP calls, "
		"keeps\n"
		"notes with each socket and reports once an interval through a ring buffer.",
	.example = "-c 5",
	.map_types = "SK_STORAGE, RINGBUF, ARRAY",
	.needs = "root; Linux 5.8 (ring buffer), cgroup v2",
	.requires = {"root", "map:sk_storage", "map:ringbuf", "program:sock_ops", "cgroup2"},
	.takes = SAMPLE_TAKES_NO_LOAD,
	.own = own_options,
};

/* A connection, or rather our end of it. */
struct connection {
	struct dump_report last;
	double closed; /* when; 0: it lives */
};

struct watch {
	struct sample_run *run;
	struct bpf_loader *loader;
	struct cgroup cgroup, receivers; /* receivers: where packets are lost */
	int link, loss_link;
	struct ring_buffer *reports;

	struct connection
		connections[CONNECTIONS]; /* in the order in which they were heard of */
	size_t count;
	unsigned long ended;	/* of those in the table or taken from it */
	unsigned long unlisted; /* reports that the table had no room for */

	struct lab lab;
	struct tcp_flow flows[FLOWS];
	struct worker worker;
};

/* ---- reports from the kernel ---- */

/* Takes away the connection whose end is longest ago. False if all of them live. */
static bool forget_oldest(struct watch *watch)
{
	size_t oldest = watch->count;

	for (size_t i = 0; i < watch->count; i++)
		if (watch->connections[i].closed > 0 &&
		    (oldest == watch->count ||
		     watch->connections[i].closed < watch->connections[oldest].closed))
			oldest = i;
	if (oldest == watch->count)
		return false;
	watch->count--;
	memmove(&watch->connections[oldest], &watch->connections[oldest + 1],
		(watch->count - oldest) * sizeof(watch->connections[0]));
	return true;
}

/* The connection with that cookie; a new one if it was not there. NULL if all places are taken. */
static struct connection *find_connection(struct watch *watch, __u64 cookie)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->connections[i].last.cookie == cookie)
			return &watch->connections[i];
	if (watch->count == CONNECTIONS && !forget_oldest(watch))
		return NULL;
	watch->connections[watch->count] = (struct connection){.closed = 0};
	return &watch->connections[watch->count++];
}

/* libbpf calls it for each report in the ring buffer. */
static int hear(void *ctx, void *data, size_t size)
{
	const struct dump_report *report = data;
	struct watch *watch = ctx;
	struct connection *connection;

	if (size < sizeof(*report))
		return 0;
	connection = find_connection(watch, report->cookie);
	if (!connection) {
		watch->unlisted++;
		return 0;
	}
	connection->last = *report;
	if (report->state == BPF_TCP_CLOSE) {
		connection->closed = watch->run->elapsed > 0 ? watch->run->elapsed : 1e-9;
		watch->ended++;
	}
	return 0;
}

/* Whenever there is something in the ring, so that it does not fill up in a long interval. */
static int empty_ring(void *ctx)
{
	struct watch *watch = ctx;

	ring_buffer__consume(watch->reports);
	return 0;
}

static bool hidden(const struct watch *watch, const struct connection *connection)
{
	return connection->closed > 0 && !watch->run->options.json &&
	       watch->run->elapsed - connection->closed > CLOSED_STAY;
}

/* ---- output ---- */

static const char *state_name(__u32 state)
{
	static const char *const names[] = {
		[BPF_TCP_ESTABLISHED] = "open",	   [BPF_TCP_SYN_SENT] = "SYN sent",
		[BPF_TCP_SYN_RECV] = "SYN got",	   [BPF_TCP_FIN_WAIT1] = "FIN sent",
		[BPF_TCP_FIN_WAIT2] = "FIN acked", [BPF_TCP_TIME_WAIT] = "time wait",
		[BPF_TCP_CLOSE] = "closed",	   [BPF_TCP_CLOSE_WAIT] = "FIN got",
		[BPF_TCP_LAST_ACK] = "last ack",   [BPF_TCP_LISTEN] = "listen",
		[BPF_TCP_CLOSING] = "closing",
	};

	return state < sizeof(names) / sizeof(names[0]) && names[state] ? names[state] : "?";
}

static void print_address(char *text, size_t size, __u32 family, const __u32 *ip, __u32 port)
{
	char address[INET6_ADDRSTRLEN] = "?";

	inet_ntop((int)family, ip, address, sizeof(address));
	snprintf(text, size, family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, port);
}

static void print_connection(FILE *out, const struct dump_report *report)
{
	char local[64], remote[64], both[160];

	print_address(local, sizeof(local), report->family, report->local_ip,
		      report->local_port);
	print_address(remote, sizeof(remote), report->family, report->remote_ip,
		      report->remote_port);
	snprintf(both, sizeof(both), "%s > %s", local, remote);
	if (strlen(both) > ADDRESSES_WIDTH)
		fprintf(out, "%.79s\n%*s", both, ADDRESSES_WIDTH, "");
	else
		fprintf(out, "%-*s", ADDRESSES_WIDTH, both);
	fprintf(out, " %-9s %6u %5u %6u %5u %9llu\n", state_name(report->state),
		report->srtt_us, report->min_rtt_us, report->data_segments, report->resent,
		report->bytes_acked);
}

/* What the programs count themselves. */
static struct dump_counts read_counts(const struct watch *watch)
{
	struct dump_counts counts = {0};
	__u32 zero = 0;

	bpf_map_lookup_elem(bpf_loader_map_fd(watch->loader, "counts"), &zero, &counts);
	return counts;
}

static void print_load(FILE *out, const struct watch *watch, const struct dump_counts *counts)
{
	if (!watch->worker.running)
		return;
	fprintf(out, "its own load: %d a second on %d connections, of %d, %d and %d bytes;\n",
		STEPS, FLOWS, SMALL, LARGE, LARGE);
	if (drop_every)
		fprintf(out, "packet 1 of %lu of the third is lost: %llu so far\n", drop_every,
			counts->dropped);
	else
		fprintf(out, "nothing is lost\n");
}

/* What is not in the table, and why. */
static void print_missing(FILE *out, const struct watch *watch,
			  const struct dump_counts *counts)
{
	if (!watch->count)
		fprintf(out, "none so far%s\n",
			watch->worker.running
				? ""
				: "; to put a shell there: echo $$ > (that)/cgroup.procs");
	if (watch->unlisted)
		fprintf(out, "%lu reports on more than %d connections are not shown\n",
			watch->unlisted, CONNECTIONS);
	if (counts->no_storage)
		fprintf(out,
			"%llu connections are not watched: the kernel has no memory for it\n",
			counts->no_storage);
	if (counts->no_room)
		fprintf(out, "%llu reports are lost: the ring buffer was full\n",
			counts->no_room);
}

static void print_table(FILE *out, const struct watch *watch)
{
	struct dump_counts counts = read_counts(watch);

	fprintf(out, "TCP connections of %s, in %.1f s\n", watch->cgroup.path,
		watch->run->elapsed);
	print_load(out, watch, &counts);
	fprintf(out, "\ntrip, least: from a segment to its acknowledgement, smoothed and at "
		     "best, in\n"
		     "microseconds; sent: segments with data; again: those of them sent once "
		     "more\n\n");
	fprintf(out, "%-*s %-9s %6s %5s %6s %5s %9s\n", ADDRESSES_WIDTH, "from > to", "state",
		"trip", "least", "sent", "again", "acked (B)");
	for (size_t i = 0; i < watch->count; i++)
		if (!hidden(watch, &watch->connections[i]))
			print_connection(out, &watch->connections[i].last);
	print_missing(out, watch, &counts);
}

static void print_json_connection(FILE *out, const struct dump_report *report)
{
	char local[64], remote[64];

	print_address(local, sizeof(local), report->family, report->local_ip,
		      report->local_port);
	print_address(remote, sizeof(remote), report->family, report->remote_ip,
		      report->remote_port);
	fprintf(out, "{\"cookie\":%llu,\"local\":\"%s\",\"remote\":\"%s\",\"state\":\"%s\"",
		report->cookie, local, remote, state_name(report->state));
	fprintf(out, ",\"srtt_us\":%u,\"min_rtt_us\":%u,\"data_segments\":%u", report->srtt_us,
		report->min_rtt_us, report->data_segments);
	fprintf(out, ",\"resent\":%u,\"resent_seen\":%u,\"bytes_acked\":%llu}", report->resent,
		report->resent_seen, report->bytes_acked);
}

static void print_json(FILE *out, const struct watch *watch)
{
	struct dump_counts counts = read_counts(watch);

	fprintf(out, "{\"sample\":\"tcp_dumpstats\",\"seconds\":%.3f,\"cgroup\":",
		watch->run->elapsed);
	sample_json_string(out, watch->cgroup.path);
	fprintf(out, ",\"dropped\":%llu,\"ended\":%lu,\"unlisted\":%lu", counts.dropped,
		watch->ended, watch->unlisted);
	fprintf(out, ",\"no_storage\":%llu,\"no_room\":%llu,\"connections\":[",
		counts.no_storage, counts.no_room);
	for (size_t i = 0; i < watch->count; i++) {
		fputs(i ? "," : "", out);
		print_json_connection(out, &watch->connections[i].last);
	}
	fprintf(out, "]}\n");
}

static int report_until_end(struct watch *watch)
{
	sample_watch(watch->run, ring_buffer__epoll_fd(watch->reports), empty_ring, watch);
	while (sample_next(watch->run)) {
		FILE *out;

		empty_ring(watch);
		out = sample_report(watch->run);
		if (out && watch->run->options.json)
			print_json(out, watch);
		else if (out)
			print_table(out, watch);
		sample_show(watch->run);
	}
	return sample_end(watch->run);
}

/* ---- its own load ---- */

static void step(void *ctx)
{
	struct watch *watch = ctx;

	for (int i = 0; i < FLOWS; i++)
		tcp_flow_step(&watch->flows[i]);
}

/* A listener whose connections are in the cgroup of the receivers, if `lossy`. */
static int make_listener(struct watch *watch, bool lossy)
{
	int fd;

	if (lossy && !cgroup_join(&watch->receivers, watch->run, 0))
		return -1;
	fd = tcp_flow_listener();
	if (lossy)
		cgroup_leave(&watch->receivers);
	if (fd < 0)
		sample_fail(watch->run, "cannot listen on 127.0.0.1: %s", strerror(-fd));
	return fd;
}

/* The sending end is made in the cgroup that is watched; there the connection will be seen. */
static bool open_flow(struct watch *watch, struct tcp_flow *flow, bool lossy)
{
	int listener = make_listener(watch, lossy), socket, err;

	if (listener < 0)
		return false;
	if (!cgroup_join(&watch->cgroup, watch->run, 0)) {
		close(listener);
		return false;
	}
	socket = tcp_flow_socket();
	cgroup_leave(&watch->cgroup);
	err = socket < 0 ? socket : tcp_flow_open(flow, socket, listener);
	close(listener);
	if (err)
		sample_fail(watch->run, "cannot connect over lo: %s", strerror(-err));
	return !err;
}

/* A lo as narrow as Ethernet, so that a write becomes many segments, and one loss is small. */
static bool make_lab(struct watch *watch)
{
	return lab_open(&watch->lab, watch->run, 1) &&
	       lab_run(&watch->lab, watch->run, 0,
		       "ip link set lo mtu 1500 gso_max_size 1500 gso_max_segs 1");
}

static bool start_load(struct watch *watch)
{
	int err;

	if (!make_lab(watch))
		return false;
	for (int i = 0; i < FLOWS; i++) {
		watch->flows[i].chunk = i ? LARGE : SMALL;
		watch->flows[i].limit = flow_bytes;
		if (!open_flow(watch, &watch->flows[i], i == FLOWS - 1))
			return false;
	}
	err = worker_start(&watch->worker, STEPS, step, watch);
	if (err)
		sample_fail(watch->run, "cannot start a thread: %s", strerror(-err));
	return !err;
}

static void stop_load(struct watch *watch)
{
	worker_stop(&watch->worker);
	for (int i = 0; i < FLOWS; i++)
		tcp_flow_close(&watch->flows[i]);
	lab_close(&watch->lab);
}

/* ---- start and end ---- */

/* Somebody else's cgroup: opened, never removed. */
static bool open_foreign_cgroup(struct watch *watch)
{
	struct cgroup *cgroup = &watch->cgroup;

	snprintf(cgroup->path, sizeof(cgroup->path), "%s", cgroup_path);
	cgroup->fd = open(cgroup_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cgroup->fd >= 0)
		return true;
	sample_fail(watch->run,
		    "cannot open cgroup %s: %s; it is a directory of a cgroup2 mount",
		    cgroup_path, strerror(errno));
	return false;
}

static bool open_cgroups(struct watch *watch)
{
	if (cgroup_path)
		return open_foreign_cgroup(watch);
	if (!cgroup_open(&watch->cgroup, watch->run, "tcp"))
		return false;
	return watch->run->options.no_load ||
	       cgroup_open(&watch->receivers, watch->run, "receivers");
}

static bool attach(struct watch *watch)
{
	watch->link = cgroup_attach(&watch->cgroup, watch->run,
				    bpf_loader_program_fd(watch->loader, "watch_connection"),
				    BPF_CGROUP_SOCK_OPS);
	if (watch->link < 0 || !watch->receivers.path[0])
		return watch->link >= 0;
	watch->loss_link = cgroup_attach(&watch->receivers, watch->run,
					 bpf_loader_program_fd(watch->loader, "lose_some"),
					 BPF_CGROUP_INET_INGRESS);
	return watch->loss_link >= 0;
}

static bool configure(struct watch *watch)
{
	struct dump_config config = {
		/* a little less, so that each of our reports finds a new one */
		.interval_ns = (__u64)(watch->run->options.interval * 0.9e9),
		.drop_every = drop_every,
	};
	__u32 zero = 0;

	if (bpf_map_update_elem(bpf_loader_map_fd(watch->loader, "config"), &zero, &config,
				0)) {
		sample_fail(watch->run, "map 'config': cannot write: %s", strerror(errno));
		return false;
	}
	watch->reports = ring_buffer__new(bpf_loader_map_fd(watch->loader, "reports"), hear,
					  watch, NULL);
	if (!watch->reports)
		sample_fail(watch->run, "map 'reports': cannot read: %s", strerror(errno));
	return watch->reports != NULL;
}

static void clean_up(struct watch *watch)
{
	stop_load(watch);
	ring_buffer__free(watch->reports);
	if (watch->loss_link >= 0)
		close(watch->loss_link);
	if (watch->link >= 0)
		close(watch->link);
	cgroup_close(&watch->receivers);
	if (cgroup_path && watch->cgroup.fd >= 0)
		close(watch->cgroup.fd);
	else
		cgroup_close(&watch->cgroup);
}

static int watch_all(struct sample_run *run, struct bpf_loader *loader)
{
	struct watch watch = {
		.run = run, .loader = loader, .link = -1, .loss_link = -1, .cgroup.fd = -1};
	int status = EXIT_FAILURE;

	for (int i = 0; i < FLOWS; i++)
		watch.flows[i].sender = watch.flows[i].receiver = -1;
	if (open_cgroups(&watch) && configure(&watch) && attach(&watch) &&
	    (cgroup_path || run->options.no_load || start_load(&watch)))
		status = report_until_end(&watch);
	clean_up(&watch);
	return status;
}

int main(int argc, char **argv)
{
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &tcp_dumpstats, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader)
		status = watch_all(&run, loader);
	bpf_loader_close(loader);
	return status;
}
