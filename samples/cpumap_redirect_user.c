// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * cpumap_redirect: on which CPU packets come in, and on which they are handled.
 *
 * Loads cpumap_redirect_kern.o, makes a queue for each CPU, attaches the program that spreads
 * packets over them to an interface (without -i: one of a lab of its own, where it also makes
 * traffic), and prints what each CPU counted. Read it from the bottom: main(), run_on_site(),
 * make_queues(), report().
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cpumap_redirect.h"
#include "lab_udp.h"
#include "sample.h"
#include "xdp_site.h"

#define QUEUE_LENGTH 512 /* packets that may wait for a CPU; what is more is dropped */
#define ANY_CPU	     ULONG_MAX
#define FIRST_PORT   4000
#define FLOWS	     4

static enum xdp_mode mode;
static unsigned long packets, only_cpu = ANY_CPU;

static const struct sample_option own[] = {
	{"cpu", "CPU", sample_read_number, &only_cpu, "send all packets there (all in turn)"},
	{"mode", "MODE", xdp_link_read_mode, &mode, "any, generic or native (any)"},
	LAB_UDP_OPTION(&packets),
	{0},
};

static const struct sample cpumap_redirect = {
	.name = "cpumap_redirect",
	.title = "packets spread over CPUs",
	.what = "Spreads the UDP packets of an interface over all CPUs, by the port they go "
		"to:\n"
		"XDP redirects them through a CPUMAP, a program there counts them once more.",
	.example = "-c 3",
	.map_types = "CPUMAP, PERCPU_ARRAY, ARRAY",
	.needs = "root (or CAP_BPF, CAP_NET_ADMIN); Linux 5.9 or newer",
	.requires = {"root", "kernel:5.9", "map:cpumap", "map:percpu_array", "program:xdp",
		     "command:ip"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "an interface that is there (a lab of its own)",
	.own = own,
};

/* The CPUs that packets go to, and what each CPU of the machine counted. */
struct machine {
	struct targets targets;
	unsigned int cpus; /* that the kernel has room for */
	struct stages *stages;
	int stages_fd;
	bool in_lab;
};

/* ---- CPUs ---- */

/* Those that this process may use: they are online, and taskset(1) can tell it fewer. */
static bool find_targets(const struct sample_run *run, struct targets *targets)
{
	char names[256] = "";
	size_t used = 0;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set)) {
		sample_fail(run, "cannot tell which CPUs there are: %s", strerror(errno));
		return false;
	}
	for (__u32 cpu = 0; cpu < MAX_CPUS; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		if (used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%u",
						 used ? ", " : "", cpu);
		if (only_cpu == ANY_CPU || only_cpu == cpu)
			targets->cpus[targets->count++] = cpu;
	}
	if (targets->count)
		return true;
	sample_fail(run, "no CPU %lu to send packets to; there are: %s", only_cpu, names);
	return false;
}

static bool machine_open(const struct sample_run *run, struct machine *machine)
{
	const int cpus = libbpf_num_possible_cpus();

	if (cpus > 0) {
		machine->cpus = (unsigned int)cpus;
		machine->stages = calloc((size_t)cpus, sizeof(struct stages));
	}
	if (machine->stages)
		return find_targets(run, &machine->targets);
	sample_fail(run, "cannot tell the number of CPUs: %s",
		    strerror(cpus > 0 ? ENOMEM : -cpus));
	return false;
}

/* A CPUMAP may not have more entries than the kernel could ever have CPUs. */
static int fit_cpus(struct bpf_loader_map *map, size_t index, void *ctx)
{
	const int cpus = libbpf_num_possible_cpus();

	(void)index, (void)ctx;
	if (map->type == BPF_MAP_TYPE_CPUMAP && cpus > 0 && cpus < MAX_CPUS)
		map->max_entries = (__u32)cpus;
	return 0;
}

/*
 * An entry of a CPUMAP is more than memory: with it the kernel starts a thread on that CPU, and the
 * thread runs our second program. It ends when the entry goes, or the map.
 */
static bool make_queues(const struct sample_run *run, const struct bpf_loader *loader,
			const struct machine *machine)
{
	const struct bpf_cpumap_val value = {
		.qsize = QUEUE_LENGTH,
		.bpf_prog.fd = bpf_loader_program_fd(loader, "handle"),
	};
	const int cpus_fd = bpf_loader_map_fd(loader, "cpus");
	const __u32 zero = 0;

	for (__u32 i = 0; i < machine->targets.count; i++) {
		if (!bpf_map_update_elem(cpus_fd, &machine->targets.cpus[i], &value, 0))
			continue;
		sample_fail(run, "map 'cpus': no queue for CPU %u: %s",
			    machine->targets.cpus[i], strerror(errno));
		return false;
	}
	if (!bpf_map_update_elem(bpf_loader_map_fd(loader, "targets"), &zero, &machine->targets,
				 0))
		return true;
	sample_fail(run, "map 'targets': cannot write it: %s", strerror(errno));
	return false;
}

/* ---- reports ---- */

static bool read_stages(const struct sample_run *run, struct machine *machine)
{
	const __u32 zero = 0;

	if (!bpf_map_lookup_elem(machine->stages_fd, &zero, machine->stages))
		return true;
	sample_fail(run, "map 'stages': cannot read it: %s", strerror(errno));
	return false;
}

static struct stages sum(const struct machine *machine)
{
	struct stages all = {0};

	for (unsigned int cpu = 0; cpu < machine->cpus; cpu++) {
		all.came_in += machine->stages[cpu].came_in;
		all.redirected += machine->stages[cpu].redirected;
		all.handled += machine->stages[cpu].handled;
		all.delivered += machine->stages[cpu].delivered;
		all.others += machine->stages[cpu].others;
	}
	return all;
}

static void print_row(FILE *out, const struct machine *machine, const char *name,
		      const struct stages *stages)
{
	fprintf(out, "%-6s %12llu %12llu %12llu", name, stages->came_in, stages->redirected,
		stages->handled);
	if (machine->in_lab)
		fprintf(out, " %12llu", stages->delivered);
	fprintf(out, " %12llu\n", stages->others);
}

/* On a machine with many CPUs, those that did nothing are left out. */
static bool of_interest(const struct machine *machine, unsigned int cpu)
{
	static const struct stages nothing = {0};

	return machine->cpus <= 8 || memcmp(&machine->stages[cpu], &nothing, sizeof(nothing));
}

static void print_table(FILE *out, const struct sample_run *run, const struct machine *machine,
			const char *mode_name)
{
	const struct stages all = sum(machine);
	char name[16];

	fprintf(out, "UDP packets from %s, on which CPU, %s mode, %.1f s\n\n",
		run->options.interface, mode_name, run->elapsed);
	fprintf(out, "%-6s %12s %12s %12s%s %12s\n", "CPU", "came in", "redirected", "handled",
		machine->in_lab ? "    delivered" : "", "no UDP");
	for (unsigned int cpu = 0; cpu < machine->cpus; cpu++) {
		if (!of_interest(machine, cpu))
			continue;
		snprintf(name, sizeof(name), "%u", cpu);
		print_row(out, machine, name, &machine->stages[cpu]);
	}
	print_row(out, machine, "all", &all);
	fprintf(out,
		"\ncame in: XDP saw it there; handled: the CPU it was sent to, by its port%s\n",
		machine->in_lab ? ";\ndelivered: where a socket got it" : "");
	if (all.redirected > all.handled)
		fprintf(out, "\n%llu packets wait for their CPU, or were too many for it\n",
			all.redirected - all.handled);
}

static void print_json_stages(FILE *out, const struct stages *stages)
{
	fprintf(out,
		"\"came_in\":%llu,\"redirected\":%llu,\"handled\":%llu,\"delivered\":%llu,"
		"\"others\":%llu}",
		stages->came_in, stages->redirected, stages->handled, stages->delivered,
		stages->others);
}

static void print_json(FILE *out, const struct sample_run *run, const struct machine *machine,
		       const char *mode_name)
{
	const struct stages all = sum(machine);

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, run->options.interface);
	fprintf(out, ",\"mode\":\"%s\",\"cpus\":[", mode_name);
	for (unsigned int cpu = 0; cpu < machine->cpus; cpu++) {
		fprintf(out, "%s{\"cpu\":%u,", cpu ? "," : "", cpu);
		print_json_stages(out, &machine->stages[cpu]);
	}
	fprintf(out, "],\"all\":{");
	print_json_stages(out, &all);
	fprintf(out, "}\n");
}

static bool report(struct sample_run *run, const struct xdp_site *site, struct machine *machine)
{
	const char *mode_name = xdp_link_mode(site->ifindex);
	FILE *out;

	if (!read_stages(run, machine))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, machine, mode_name);
	else if (out)
		print_table(out, run, machine, mode_name);
	sample_show(run);
	return true;
}

static int report_until_end(struct sample_run *run, const struct xdp_site *site,
			    struct machine *machine)
{
	while (sample_next(run))
		if (!xdp_site_alive(site, run) || !report(run, site, machine))
			return EXIT_FAILURE;
	return sample_end(run);
}

/* ---- start ---- */

/* Starts the thread that sends, on one CPU: then all packets come in there. */
static bool send_from(const struct sample_run *run, struct lab_udp *udp, __u32 cpu)
{
	cpu_set_t before, one;
	bool good;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_getaffinity(0, sizeof(before), &before) ||
	    sched_setaffinity(0, sizeof(one), &one)) {
		sample_fail(run, "cannot go to CPU %u: %s", cpu, strerror(errno));
		return false;
	}
	good = lab_udp_start(udp, run, packets);
	sched_setaffinity(0, sizeof(before), &before);
	return good;
}

/* The first CPU that this process may use. */
static __u32 first_cpu(void)
{
	__u32 cpu = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	sched_getaffinity(0, sizeof(set), &set);
	while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

static bool count_at_sinks(const struct sample_run *run, const struct bpf_loader *loader,
			   const struct lab_udp *udp)
{
	const int filter = bpf_loader_program_fd(loader, "count_delivered");

	for (unsigned int i = 0; i < udp->count; i++) {
		if (!setsockopt(udp->sink[i], SOL_SOCKET, SO_ATTACH_BPF, &filter,
				sizeof(filter)))
			continue;
		sample_fail(run, "program 'count_delivered': cannot attach it to a socket: %s",
			    strerror(errno));
		return false;
	}
	return true;
}

/* The checksums: a packet that went through a CPUMAP has lost the note that its veth does them. */
static bool make_traffic(const struct sample_run *run, const struct bpf_loader *loader,
			 const struct lab *lab, struct lab_udp *udp)
{
	struct lab_udp_flow flows[FLOWS];

	for (unsigned int i = 0; i < FLOWS; i++)
		flows[i] = (struct lab_udp_flow){.from_ns = 1,
						 .to_ns = 0,
						 .to = LAB_V4_0,
						 .port = FIRST_PORT + i,
						 .size = 100};
	return lab_offload(lab, run, 1, LAB_IF1, LAB_TX_CHECKSUM, false) &&
	       lab_udp_open(udp, run, lab, flows, FLOWS) && count_at_sinks(run, loader, udp) &&
	       (run->options.no_load || send_from(run, udp, first_cpu()));
}

static int run_on_site(struct sample_run *run, struct xdp_site *site,
		       const struct bpf_loader *loader, struct machine *machine)
{
	struct lab_udp udp = {0};
	int status = EXIT_FAILURE;

	machine->in_lab = site->own;
	machine->stages_fd = bpf_loader_map_fd(loader, "stages");
	if (make_queues(run, loader, machine) &&
	    xdp_site_attach(site, run, bpf_loader_program_fd(loader, "spread"), mode) &&
	    (!site->own || make_traffic(run, loader, &site->lab, &udp)))
		status = report_until_end(run, site, machine);
	lab_udp_stop(&udp);
	return status;
}

static int load_and_run(struct sample_run *run, struct machine *machine)
{
	const struct bpf_loader_opts opts = {.fixup_map = fit_cpus};
	struct bpf_loader *loader = sample_load(run, &opts);
	int status = EXIT_FAILURE;
	struct xdp_site site;

	if (loader && xdp_site_open(&site, run)) {
		status = run_on_site(run, &site, loader, machine);
		xdp_site_close(&site);
	}
	bpf_loader_close(loader);
	return status;
}

int main(int argc, char **argv)
{
	struct machine machine = {0};
	int status = EXIT_FAILURE;
	struct sample_run run;

	sample_start(&run, &cpumap_redirect, argc, argv);
	if (machine_open(&run, &machine))
		status = load_and_run(&run, &machine);
	free(machine.stages);
	return status;
}
