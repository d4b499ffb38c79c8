// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * cgroup_storage: bytes and packets that two cgroups send and receive.
 *
 * Makes the cgroups "client" and "server" with a process in each: the client asks, the server
 * answers, on lo of a network namespace of their own. The same two programs are attached to both
 * cgroups. Read it from the bottom: main(), run_sample(), attach(), read_values(), report().
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cgroup.h"
#include "child.h"
#include "lab.h"
#include "sample.h"

#include "cgroup_storage.h"

#define PER_SECOND 20 /* questions */
#define QUESTION   100
#define ANSWER	   1000
#define PORT	   7000

#define CPUS_MAX 4096

static const struct sample cgroup_storage = {
	.name = "cgroup_storage",
	.title = "bytes by cgroup, in memory that belongs to the cgroup",
	.what = "Counts what the sockets of two cgroups send and receive. Each cgroup has "
		"values\n"
		"of its own, made by attaching: in one map one, in another one for each CPU.",
	.example = "-c 5",
	.map_types = "CGROUP_STORAGE, PERCPU_CGROUP_STORAGE",
	.needs = "root; cgroup v2; Linux 5.9 or newer (to share a map; else 4.20)",
	.requires = {"root", "cgroup2", "map:cgroup_storage", "map:percpu_cgroup_storage",
		     "program:cgroup_skb", "kernel:5.9"},
	.takes = SAMPLE_TAKES_NO_LOAD,
};

enum { CLIENT, SERVER, CGROUPS };
enum { EGRESS, INGRESS, WAYS };

static const char *const cgroup_names[CGROUPS] = {"client", "server"};

static const struct {
	const char *name, *program;
	__u32 type;
} ways[WAYS] = {
	[EGRESS] = {"egress", "count_egress", BPF_CGROUP_INET_EGRESS},
	[INGRESS] = {"ingress", "count_ingress", BPF_CGROUP_INET_INGRESS},
};

/* The values of one cgroup and one way. */
struct values {
	struct traffic one, before;
	struct traffic *cpus; /* as many as there are CPUs */
};

struct state {
	struct sample_run *run;
	struct lab lab;
	struct cgroup cgroups[CGROUPS];
	struct bpf_loader *loader;
	int links[CGROUPS][WAYS];
	struct child children[CGROUPS];
	int cpu_count;
	struct values values[CGROUPS][WAYS];
};

/* ---- the two processes ---- */

/* On lo, connected to the server or bound as the server. */
static int open_socket(bool server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 ||
	    (server ? bind : connect)(fd, (struct sockaddr *)&address, sizeof(address)))
		_exit(EXIT_FAILURE);
	return fd;
}

/* The first question may come before the server: then send() or recv() has an error. Never mind. */
static void ask(void *ctx)
{
	static const char question[QUESTION];
	static int fd = -1;
	char answer[ANSWER];

	(void)ctx;
	if (fd < 0)
		fd = open_socket(false);
	if (send(fd, question, sizeof(question), 0) == sizeof(question))
		recv(fd, answer, sizeof(answer), 0);
}

/* Lines that are empty: for who asks by hand, from a shell. */
static void answer(void *ctx)
{
	static char bytes[ANSWER];
	static int fd = -1;
	struct sockaddr_in from;
	socklen_t length = sizeof(from);

	(void)ctx;
	if (fd < 0)
		fd = open_socket(true);
	memset(bytes, '\n', sizeof(bytes));
	if (recvfrom(fd, NULL, 0, 0, (struct sockaddr *)&from, &length) >= 0)
		sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, length);
}

/* The server is there with --no-load, too, and answers whoever asks. */
static bool start_children(struct state *state)
{
	if (!child_start(&state->children[SERVER], state->run, &state->cgroups[SERVER], 1000,
			 answer, NULL))
		return false;
	return state->run->options.no_load ||
	       child_start(&state->children[CLIENT], state->run, &state->cgroups[CLIENT],
			   PER_SECOND, ask, NULL);
}

/* ---- values ---- */

/* One key, two maps. The kernel gives the values of all CPUs at once. */
static bool read_one(const struct state *state, int cgroup, int way, struct values *values)
{
	const struct bpf_cgroup_storage_key key = {
		.cgroup_inode_id = state->cgroups[cgroup].id,
		.attach_type = ways[way].type,
	};
	const char *map = "traffic";

	values->before = values->one;
	if (!bpf_map_lookup_elem(bpf_loader_map_fd(state->loader, map), &key, &values->one)) {
		map = "traffic_percpu";
		if (!bpf_map_lookup_elem(bpf_loader_map_fd(state->loader, map), &key,
					 values->cpus))
			return true;
	}
	sample_fail(state->run, "map '%s': cannot read the value of cgroup %s, %s: %s", map,
		    state->cgroups[cgroup].path, ways[way].name, strerror(errno));
	return false;
}

static bool read_values(struct state *state)
{
	for (int cgroup = 0; cgroup < CGROUPS; cgroup++)
		for (int way = 0; way < WAYS; way++)
			if (!read_one(state, cgroup, way, &state->values[cgroup][way]))
				return false;
	return true;
}

static __u64 sum_of_bytes(const struct state *state, const struct values *values)
{
	__u64 sum = 0;

	for (int cpu = 0; cpu < state->cpu_count; cpu++)
		sum += values->cpus[cpu].bytes;
	return sum;
}

static bool allocate(struct state *state)
{
	state->cpu_count = libbpf_num_possible_cpus();
	if (state->cpu_count < 1 || state->cpu_count > CPUS_MAX) {
		sample_fail(state->run, "cannot find out how many CPUs the kernel may have");
		return false;
	}
	for (int i = 0; i < CGROUPS * WAYS; i++) {
		struct values *values = &state->values[i / WAYS][i % WAYS];

		values->cpus = calloc((size_t)state->cpu_count, sizeof(*values->cpus));
		if (!values->cpus) {
			sample_fail(state->run, "no memory");
			return false;
		}
	}
	return true;
}

/* ---- reports ---- */

/* As many columns as the terminal has room for. */
static int cpus_shown(const struct state *state)
{
	const int room = ((int)sample_columns() - 57) / 11;

	return room < state->cpu_count ? room : state->cpu_count;
}

static void print_heading(FILE *out, const struct state *state)
{
	char name[16];

	fprintf(out, "IP packets by cgroup of their socket, %.1f s", state->run->elapsed);
	if (!state->run->options.no_load)
		fprintf(out, "; the client asks the server, %d/s", PER_SECOND);
	fprintf(out, "\n\n%-6s %-7s %8s %11s %9s  %11s", "cgroup", "way", "packets", "bytes",
		"bytes/s", "all CPUs");
	for (int cpu = 0; cpu < cpus_shown(state); cpu++) {
		snprintf(name, sizeof(name), "CPU %d", cpu);
		fprintf(out, " %10s", name);
	}
	fputc('\n', out);
}

static void print_values(FILE *out, const struct state *state, int cgroup, int way)
{
	const struct values *values = &state->values[cgroup][way];

	fprintf(out, "%-6s %-7s %8llu %11llu %9.0f  %11llu", cgroup_names[cgroup],
		ways[way].name, values->one.packets, values->one.bytes,
		(double)(values->one.bytes - values->before.bytes) / state->run->period,
		sum_of_bytes(state, values));
	for (int cpu = 0; cpu < cpus_shown(state); cpu++)
		fprintf(out, " %10llu", values->cpus[cpu].bytes);
	fputc('\n', out);
}

static void print_table(FILE *out, const struct state *state)
{
	print_heading(out, state);
	for (int i = 0; i < CGROUPS * WAYS; i++)
		print_values(out, state, i / WAYS, i % WAYS);
	for (int cgroup = 0; cgroup < CGROUPS; cgroup++)
		fprintf(out, "%s%s, id %llu: %s\n", cgroup ? "" : "\n", cgroup_names[cgroup],
			state->cgroups[cgroup].id, state->cgroups[cgroup].path);
}

static void print_json_values(FILE *out, const struct state *state, int cgroup, int way)
{
	const struct values *values = &state->values[cgroup][way];

	fprintf(out, ",\"%s\":{\"packets\":%llu,\"bytes\":%llu,\"cpus\":[", ways[way].name,
		values->one.packets, values->one.bytes);
	for (int cpu = 0; cpu < state->cpu_count; cpu++)
		fprintf(out, "%s{\"packets\":%llu,\"bytes\":%llu}", cpu ? "," : "",
			values->cpus[cpu].packets, values->cpus[cpu].bytes);
	fprintf(out, "]}");
}

static void print_json(FILE *out, const struct state *state)
{
	fprintf(out,
		"{\"sample\":\"%s\",\"seconds\":%.3f,\"namespace\":\"/proc/%d/fd/%d\","
		"\"cgroups\":[",
		state->run->sample->name, state->run->elapsed, getpid(), state->lab.ns[0]);
	for (int cgroup = 0; cgroup < CGROUPS; cgroup++) {
		fprintf(out, "%s{\"name\":\"%s\",\"id\":%llu,\"path\":", cgroup ? "," : "",
			cgroup_names[cgroup], state->cgroups[cgroup].id);
		sample_json_string(out, state->cgroups[cgroup].path);
		for (int way = 0; way < WAYS; way++)
			print_json_values(out, state, cgroup, way);
		fputc('}', out);
	}
	fprintf(out, "]}\n");
}

static int report_until_end(struct state *state)
{
	struct sample_run *run = state->run;

	while (sample_next(run)) {
		FILE *out;

		if (!read_values(state))
			return EXIT_FAILURE;
		out = sample_report(run);
		if (out)
			(run->options.json ? print_json : print_table)(out, state);
		sample_show(run);
	}
	return sample_end(run);
}

/* ---- from the beginning to the end ---- */

/* Each of these links brings a value into both maps. */
static bool attach(struct state *state)
{
	for (int i = 0; i < CGROUPS * WAYS; i++) {
		const int cgroup = i / WAYS, way = i % WAYS;
		const int fd =
			cgroup_attach(&state->cgroups[cgroup], state->run,
				      bpf_loader_program_fd(state->loader, ways[way].program),
				      ways[way].type);

		state->links[cgroup][way] = fd;
		if (fd < 0)
			return false;
	}
	return true;
}

static bool start(struct state *state)
{
	if (!allocate(state) || !lab_open(&state->lab, state->run, 1))
		return false;
	for (int cgroup = 0; cgroup < CGROUPS; cgroup++)
		if (!cgroup_open(&state->cgroups[cgroup], state->run, cgroup_names[cgroup]))
			return false;
	state->loader = sample_load(state->run, NULL);
	return state->loader && attach(state) && start_children(state);
}

static void close_all(struct state *state)
{
	for (int cgroup = 0; cgroup < CGROUPS; cgroup++)
		child_stop(&state->children[cgroup]);
	for (int i = 0; i < CGROUPS * WAYS; i++) {
		if (state->links[i / WAYS][i % WAYS] >= 0)
			close(state->links[i / WAYS][i % WAYS]);
		free(state->values[i / WAYS][i % WAYS].cpus);
	}
	bpf_loader_close(state->loader);
	for (int cgroup = 0; cgroup < CGROUPS; cgroup++)
		cgroup_close(&state->cgroups[cgroup]);
	lab_close(&state->lab);
}

static int run_sample(struct sample_run *run)
{
	struct state state = {.run = run, .links = {{-1, -1}, {-1, -1}}};
	int status = EXIT_FAILURE;

	if (start(&state))
		status = report_until_end(&state);
	close_all(&state);
	return status;
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &cgroup_storage, argc, argv);
	return run_sample(&run);
}
