// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xdp_stats: how many packets an XDP program aborted, dropped, passed, sent back, redirected.
 *
 * Loads xdp_stats_kern.o, attaches its program to an interface (without -i: one of a lab of its
 * own, where it also makes traffic), and prints the two arrays that the program counts in. Read it
 * from the bottom: main(), run_on_site(), report(), read_counts().
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab_udp.h"
#include "sample.h"
#include "xdp_site.h"
#include "xdp_stats.h"

#define UNSET 0xffffffffU

static const char *const action_names[] = {"aborted", "drop",	  "pass",
					   "tx",      "redirect", "by-port"};

static const char *read_action(const char *value, void *to)
{
	for (__u32 i = 0; i <= BY_PORT; i++) {
		if (strcmp(value, action_names[i]) != 0)
			continue;
		*(__u32 *)to = i;
		return NULL;
	}
	return "pass, drop, tx, redirect, aborted or by-port";
}

static enum xdp_mode mode;
static __u32 action = UNSET;
static unsigned long packets;

static const struct sample_option own[] = {
	{"action", "ACTION", read_action, &action,
	 "pass, drop, tx, redirect, aborted: with all packets;"
	 "\n" /* the column where help texts start */
	 "                            by-port: UDP ports 4000... (by-port; with -i: pass)"},
	{"mode", "MODE", xdp_link_read_mode, &mode, "any, generic or native (any)"},
	LAB_UDP_OPTION(&packets),
	{0},
};

static const struct sample xdp_stats = {
	.name = "xdp_stats",
	.title = "packets and bytes by XDP action",
	.what = "Counts the packets that come in on an interface by what an XDP program does\n"
		"with them, twice: in an array that all CPUs share, and in one of each CPU's "
		"own.",
	.example = "-c 3",
	.map_types = "ARRAY, PERCPU_ARRAY",
	.needs = "root (or CAP_BPF, CAP_NET_ADMIN); Linux 5.9 or newer, for XDP links",
	.requires = {"root", "kernel:5.9", "map:percpu_array", "program:xdp", "command:ip"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "an interface that is there (a lab of its own)",
	.own = own,
};

/* One kind of packet: what the kernel has of it, and what it had at the report before. */
struct row {
	struct xdp_count shared, per_cpu, before;
	struct xdp_count *cpus; /* .per_cpu is their sum */
};

struct counters {
	int shared_fd, per_cpu_fd;
	unsigned int cpus; /* that the kernel has room for */
	struct row rows[ACTIONS];
	struct xdp_count *room; /* cpus for each row, together */
};

/* ---- the maps ---- */

/* A lookup in a per-CPU map gives the values of all CPUs, one behind the other. */
static bool read_row(const struct counters *counters, __u32 key, struct row *row)
{
	if (bpf_map_lookup_elem(counters->shared_fd, &key, &row->shared) ||
	    bpf_map_lookup_elem(counters->per_cpu_fd, &key, row->cpus))
		return false;
	row->per_cpu = (struct xdp_count){0};
	for (unsigned int cpu = 0; cpu < counters->cpus; cpu++) {
		row->per_cpu.packets += row->cpus[cpu].packets;
		row->per_cpu.bytes += row->cpus[cpu].bytes;
	}
	return true;
}

static bool agrees(const struct row *row)
{
	return !memcmp(&row->shared, &row->per_cpu, sizeof(row->shared));
}

/*
 * Two maps cannot be read at the same moment, and a packet may be counted between the two. So
 * it tries again where they differ; a real difference would stay.
 */
static bool read_counts(const struct sample_run *run, struct counters *counters)
{
	for (__u32 key = 0; key < ACTIONS; key++) {
		struct row *row = &counters->rows[key];
		bool good;

		row->before = row->per_cpu;
		for (int tries = 0; (good = read_row(counters, key, row)) && !agrees(row);)
			if (++tries == 100)
				break;
		if (!good) {
			sample_fail(run,
				    "maps 'shared' and 'per_cpu': cannot read element %u: %s",
				    key, strerror(errno));
			return false;
		}
	}
	return true;
}

/* ---- reports ---- */

static bool all_agree(const struct counters *counters)
{
	for (int i = 0; i < ACTIONS; i++)
		if (!agrees(&counters->rows[i]))
			return false;
	return true;
}

static double rate(const struct sample_run *run, __u64 now, __u64 before)
{
	return (double)(now - before) / run->period;
}

/* Columns of single CPUs, as many as the terminal has room for behind the 80 of the rest. */
static unsigned int cpu_columns(const struct counters *counters)
{
	unsigned int room = (sample_columns() - 80) / 12;

	return room < counters->cpus ? room : counters->cpus;
}

static void print_head(FILE *out, const struct sample_run *run, const struct counters *counters,
		       const char *mode_name)
{
	fprintf(out, "packets that came in on %s by what XDP did with them, %s mode, %.1f s\n",
		run->options.interface, mode_name, run->elapsed);
	if (action == BY_PORT)
		fprintf(out,
			"UDP port %d: aborted, the next ones drop to redirect; others: "
			"pass\n\n",
			FIRST_PORT);
	else
		fprintf(out, "all packets: %s\n\n", action_names[action]);
	fprintf(out, "%-9s %13s %13s %15s %11s %12s", "action", "packets, ARRAY",
		"PERCPU_ARRAY", "bytes", "packets/s", "bytes/s");
	for (unsigned int cpu = 0; cpu < cpu_columns(counters); cpu++)
		fprintf(out, "  on CPU %-3u", cpu);
	fputc('\n', out);
}

static void print_row(FILE *out, const struct sample_run *run, const struct counters *counters,
		      int i)
{
	const struct row *row = &counters->rows[i];

	fprintf(out, "%-9s %14llu %13llu %15llu %11.0f %12.0f", action_names[i],
		row->shared.packets, row->per_cpu.packets, row->per_cpu.bytes,
		rate(run, row->per_cpu.packets, row->before.packets),
		rate(run, row->per_cpu.bytes, row->before.bytes));
	for (unsigned int cpu = 0; cpu < cpu_columns(counters); cpu++)
		fprintf(out, "%12llu", row->cpus[cpu].packets);
	fputc('\n', out);
}

static void print_table(FILE *out, const struct sample_run *run,
			const struct counters *counters, const char *mode_name)
{
	print_head(out, run, counters, mode_name);
	for (int i = 0; i < ACTIONS; i++)
		print_row(out, run, counters, i);
	fprintf(out, "\n%s\n",
		all_agree(counters)
			? "The two arrays agree in every count of packets and bytes."
			: "The two arrays differ: packets were counted while they were read.");
}

static void print_json_row(FILE *out, const struct sample_run *run,
			   const struct counters *counters, int i)
{
	const struct row *row = &counters->rows[i];

	fprintf(out,
		"%s{\"name\":\"%s\",\"packets\":%llu,\"bytes\":%llu,\"percpu_packets\":%llu,"
		"\"percpu_bytes\":%llu,\"packets_per_second\":%.1f,\"bytes_per_second\":%.1f,"
		"\"cpus\":[",
		i ? "," : "", action_names[i], row->shared.packets, row->shared.bytes,
		row->per_cpu.packets, row->per_cpu.bytes,
		rate(run, row->per_cpu.packets, row->before.packets),
		rate(run, row->per_cpu.bytes, row->before.bytes));
	for (unsigned int cpu = 0; cpu < counters->cpus; cpu++)
		fprintf(out, "%s%llu", cpu ? "," : "", row->cpus[cpu].packets);
	fprintf(out, "]}");
}

static void print_json(FILE *out, const struct sample_run *run, const struct counters *counters,
		       const char *mode_name)
{
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"mode\":\"%s\",\"agree\":%s,\"actions\":[", mode_name,
		all_agree(counters) ? "true" : "false");
	for (int i = 0; i < ACTIONS; i++)
		print_json_row(out, run, counters, i);
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, const struct xdp_site *site,
		   struct counters *counters)
{
	const char *mode_name = xdp_link_mode(site->ifindex);
	FILE *out;

	if (!read_counts(run, counters))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, counters, mode_name);
	else if (out)
		print_table(out, run, counters, mode_name);
	sample_show(run);
	return true;
}

static int report_until_end(struct sample_run *run, const struct xdp_site *site,
			    struct counters *counters)
{
	while (sample_next(run))
		if (!xdp_site_alive(site, run) || !report(run, site, counters))
			return EXIT_FAILURE;
	return sample_end(run);
}

/* ---- start ---- */

static bool counters_open(const struct sample_run *run, struct counters *counters,
			  const struct bpf_loader *loader)
{
	const int cpus = libbpf_num_possible_cpus();

	*counters = (struct counters){.shared_fd = bpf_loader_map_fd(loader, "shared"),
				      .per_cpu_fd = bpf_loader_map_fd(loader, "per_cpu")};
	if (cpus > 0)
		counters->room = calloc(ACTIONS * (size_t)cpus, sizeof(struct xdp_count));
	if (!counters->room) {
		sample_fail(run, "cannot tell the number of CPUs: %s",
			    strerror(cpus > 0 ? ENOMEM : -cpus));
		return false;
	}
	counters->cpus = (unsigned int)cpus;
	for (int i = 0; i < ACTIONS; i++)
		counters->rows[i].cpus = counters->room + i * cpus;
	return true;
}

/* Before the program is attached: then no packet is handled by a setting that is not meant. */
static bool write_settings(const struct sample_run *run, const struct bpf_loader *loader,
			   bool in_lab)
{
	const __u32 zero = 0;

	if (action == UNSET)
		action = in_lab ? BY_PORT : XDP_PASS;
	if (!bpf_map_update_elem(bpf_loader_map_fd(loader, "settings"), &zero, &action, 0))
		return true;
	sample_fail(run, "map 'settings': cannot write: %s", strerror(errno));
	return false;
}

/* One flow for each action, from the other end of the pair. */
static bool make_traffic(const struct sample_run *run, const struct lab *lab,
			 struct lab_udp *udp)
{
	struct lab_udp_flow flows[ACTIONS];

	for (unsigned int i = 0; i < ACTIONS; i++)
		flows[i] = (struct lab_udp_flow){.from_ns = 1,
						 .to_ns = 0,
						 .to = LAB_V4_0,
						 .port = FIRST_PORT + i,
						 .size = 100 * (i + 1)};
	return lab_udp_open(udp, run, lab, flows, ACTIONS) && lab_udp_start(udp, run, packets);
}

static int run_on_site(struct sample_run *run, struct xdp_site *site,
		       const struct bpf_loader *loader, struct counters *counters)
{
	struct lab_udp udp = {0};
	int status = EXIT_FAILURE;

	if (write_settings(run, loader, site->own) &&
	    xdp_site_attach(site, run, bpf_loader_program_fd(loader, "count_packets"), mode) &&
	    (!site->own || run->options.no_load || make_traffic(run, &site->lab, &udp)))
		status = report_until_end(run, site, counters);
	lab_udp_stop(&udp);
	return status;
}

int main(int argc, char **argv)
{
	struct counters counters = {0};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;
	struct xdp_site site;

	sample_start(&run, &xdp_stats, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader && counters_open(&run, &counters, loader) && xdp_site_open(&site, &run)) {
		status = run_on_site(&run, &site, loader, &counters);
		xdp_site_close(&site);
	}
	free(counters.room);
	bpf_loader_close(loader);
	return status;
}
