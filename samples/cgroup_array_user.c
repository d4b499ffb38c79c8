// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * cgroup_array: drops the packets of one cgroup's sockets, and counts its programs.
 *
 * Makes two cgroups, one in the other, and two processes that send to the other end of a lab
 * (lab.h): one process is in the inner cgroup, one only in the outer. With -i it makes no
 * processes: what you move into the inner cgroup is inside. Read it from the bottom: main(),
 * run_sample(), start_watching(), report().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpffs.h"
#include "cgroup.h"
#include "child.h"
#include "lab.h"
#include "sample.h"
#include "tc_filter.h"
#include "worker.h"

#include "cgroup_array.h"

#define PER_SECOND  20 /* datagrams of a process */
#define START_EVERY 10 /* so many datagrams: it starts a program */
#define PAYLOAD	    100
#define PORT	    7000 /* 7000: from outside, 7001: from inside */

extern char **environ;

static bool pass;
static const char *cgroup_option;

static const char *read_action(const char *value, void *to)
{
	*(bool *)to = !strcmp(value, "pass");
	return *(bool *)to || !strcmp(value, "drop") ? NULL : "drop or pass";
}

static const struct sample_option own_options[] = {
	{"action", "drop|pass", read_action, &pass,
	 "what to do with packets from inside (drop)"},
	{"cgroup", "DIR", sample_read_text, &cgroup_option,
	 "with -i: that cgroup is inside (one of our own)"},
	{0},
};

static const struct sample cgroup_array = {
	.name = "cgroup_array",
	.title = "packets dropped, programs counted, by cgroup",
	.what = "Drops the packets that leave an interface if their socket belongs to a "
		"cgroup,\n"
		"and counts the programs started in it: two programs ask one array of cgroups.",
	.example = "-c 5",
	.map_types = "CGROUP_ARRAY, ARRAY",
	.needs = "root; cgroup v2; Linux 5.2 or newer (for the pin; the rest: 4.9)",
	.requires = {"root", "cgroup2", "map:cgroup_array", "program:sched_cls",
		     "tracepoint:sched/sched_process_exec", "command:ip", "kernel:5.2"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface_help = "a real interface; without it: one in a lab",
	.own = own_options,
};

static const char *const side_names[SIDES] = {[OUTSIDE] = "outside", [INSIDE] = "inside"};

struct sender {
	int side, fd;
	unsigned int steps;
	unsigned long *sent; /* in memory that parent and child share */
};

struct state {
	struct sample_run *run;
	const char *interface;
	bool in_lab;
	struct lab lab;
	struct cgroup outer, inner;
	struct bpffs bpffs;
	struct bpf_loader *loader;
	struct tc_filter filter;
	struct worker worker;
	struct child children[SIDES];
	struct sender senders[SIDES];
	unsigned long *sent;	      /* by the children */
	unsigned long arrived[SIDES]; /* by the worker */
	int sockets[SIDES];
	struct counted now[SIDES], before[SIDES];
};

/* ---- the two processes ---- */

/* A socket belongs for all its life to the cgroup that its process was in when it opened it. */
static int open_sender(int side)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT + side)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, LAB_V4_1, &to.sin_addr);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		_exit(EXIT_FAILURE);
	return fd;
}

static void start_a_program(void)
{
	char name[] = "true", *const words[] = {name, NULL};
	pid_t pid;

	if (!posix_spawnp(&pid, name, NULL, NULL, words, environ))
		waitpid(pid, NULL, 0);
}

/* In the process. That a datagram is dropped is no error that a sender of UDP would hear of. */
static void send_one(struct sender *sender)
{
	static const char bytes[PAYLOAD];

	if (!sender->steps)
		sender->fd = open_sender(sender->side);
	if (send(sender->fd, bytes, sizeof(bytes), 0) == sizeof(bytes))
		__atomic_fetch_add(sender->sent, 1, __ATOMIC_RELAXED);
	if (!(sender->steps++ % START_EVERY))
		start_a_program();
}

static void send_step(void *ctx)
{
	send_one(ctx);
}

static bool start_children(struct state *state)
{
	for (int side = 0; side < SIDES; side++) {
		struct sender *sender = &state->senders[side];

		*sender = (struct sender){.side = side, .sent = &state->sent[side]};
		if (!child_start(&state->children[side], state->run,
				 side == INSIDE ? &state->inner : &state->outer, PER_SECOND,
				 send_step, sender))
			return false;
	}
	return true;
}

/* ---- the other end ---- */

static void receive(void *ctx)
{
	struct state *state = ctx;
	char bytes[PAYLOAD];

	for (int side = 0; side < SIDES; side++)
		while (recv(state->sockets[side], bytes, sizeof(bytes), 0) >= 0)
			__atomic_fetch_add(&state->arrived[side], 1, __ATOMIC_RELAXED);
}

static bool open_receiver(struct state *state, int side)
{
	struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(PORT + side)};
	int fd = lab_socket(&state->lab, 1, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	state->sockets[side] = fd;
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&local, sizeof(local)))
		return true;
	sample_fail(state->run, "cannot open a UDP socket at the lab's other end: %s",
		    strerror(errno));
	return false;
}

static bool start_traffic(struct state *state)
{
	int err;

	if (!state->in_lab)
		return true;
	if (!open_receiver(state, OUTSIDE) || !open_receiver(state, INSIDE))
		return false;
	if (!state->run->options.no_load && !start_children(state))
		return false;
	err = worker_start(&state->worker, 100, receive, state);
	if (err)
		sample_fail(state->run, "cannot start a thread: %s", strerror(-err));
	return !err;
}

/* ---- the array of cgroups ---- */

/* Where the pinned array is. */
#define PIN "cgroups"

static bool put_cgroup(const struct state *state, __u32 index, int cgroup, const char *path)
{
	int map = bpf_loader_map_fd(state->loader, "cgroups");

	if (!bpf_map_update_elem(map, &index, &cgroup, BPF_ANY))
		return true;
	sample_fail(state->run,
		    "map 'cgroups': cannot take %s: %s; is it a directory of cgroup v2?", path,
		    strerror(errno));
	return false;
}

/* The kernel holds the cgroup from here on, not the descriptor. */
static bool put_given_cgroup(const struct state *state)
{
	int fd = open(cgroup_option, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good;

	if (fd < 0) {
		sample_fail(state->run, "cannot open cgroup %s: %s", cgroup_option,
			    strerror(errno));
		return false;
	}
	good = put_cgroup(state, CGROUP_INSIDE, fd, cgroup_option);
	close(fd);
	return good;
}

/* In the lab only the outer cgroup is watched: other programs of this machine do not count. */
static bool fill_array(const struct state *state)
{
	if (cgroup_option)
		return put_given_cgroup(state);
	if (state->in_lab &&
	    !put_cgroup(state, CGROUP_WATCHED, state->outer.fd, state->outer.path))
		return false;
	return put_cgroup(state, CGROUP_INSIDE, state->inner.fd, state->inner.path);
}

/* Pinned, the array can be written by others; and a classifier of theirs can ask it. */
static bool pin_array(struct state *state)
{
	int map = bpf_loader_map_fd(state->loader, "cgroups");

	if (!bpffs_open(&state->bpffs, state->run, NULL))
		return false;
	if (!bpf_obj_pin(map, bpffs_at(&state->bpffs, PIN)))
		return true;
	sample_fail(state->run, "cannot pin map 'cgroups' at %s: %s",
		    bpffs_at(&state->bpffs, PIN), strerror(errno));
	return false;
}

static bool write_settings(const struct state *state)
{
	const struct settings settings = {.drop = !pass};
	int map = bpf_loader_map_fd(state->loader, "settings");
	__u32 first = 0;

	if (!bpf_map_update_elem(map, &first, &settings, BPF_ANY))
		return true;
	sample_fail(state->run, "map 'settings': cannot write it: %s", strerror(errno));
	return false;
}

/* ---- reports ---- */

static bool read_counters(struct state *state)
{
	int map = bpf_loader_map_fd(state->loader, "counted");

	memcpy(state->before, state->now, sizeof(state->before));
	for (__u32 side = 0; side < SIDES; side++) {
		if (!bpf_map_lookup_elem(map, &side, &state->now[side]))
			continue;
		sample_fail(state->run, "map 'counted': cannot read element %u: %s", side,
			    strerror(errno));
		return false;
	}
	return true;
}

static unsigned long sent(const struct state *state, int side)
{
	return __atomic_load_n(&state->sent[side], __ATOMIC_RELAXED);
}

static unsigned long arrived(const struct state *state, int side)
{
	return __atomic_load_n(&state->arrived[side], __ATOMIC_RELAXED);
}

static const char *inside_path(const struct state *state)
{
	return cgroup_option ? cgroup_option : state->inner.path;
}

static const char *fate(int side)
{
	return side == INSIDE && !pass ? "dropped" : "passed";
}

static void print_side(FILE *out, const struct state *state, int side)
{
	const struct counted *now = &state->now[side];
	const double rate =
		(double)(now->packets - state->before[side].packets) / state->run->period;

	fprintf(out, "%-8s %10llu %10.0f %12llu  %-8s", side_names[side], now->packets, rate,
		now->bytes, fate(side));
	if (state->in_lab)
		fprintf(out, "%9lu", arrived(state, side));
	fprintf(out, " %17llu\n", now->programs);
}

static void print_table(FILE *out, const struct state *state)
{
	fprintf(out, "packets that leave %s, and programs started, by cgroup, %.1f s\n",
		state->interface, state->run->elapsed);
	fprintf(out, "inside is what is in this cgroup, or below it:\n  %s\n\n",
		inside_path(state));
	fprintf(out, "%-8s %10s %10s %12s  %-8s%s %17s\n", "cgroup", "packets", "packets/s",
		"bytes", "then", state->in_lab ? "  arrived" : "", "programs started");
	print_side(out, state, INSIDE);
	print_side(out, state, OUTSIDE);
	fprintf(out, "\nthe array of cgroups, pinned: %s\n", bpffs_at(&state->bpffs, PIN));
}

static void print_json_side(FILE *out, const struct state *state, int side)
{
	const struct counted *now = &state->now[side];

	fprintf(out, ",\"%s\":{\"packets\":%llu,\"bytes\":%llu,\"programs\":%llu",
		side_names[side], now->packets, now->bytes, now->programs);
	if (state->in_lab)
		fprintf(out, ",\"sent\":%lu,\"arrived\":%lu", sent(state, side),
			arrived(state, side));
	fprintf(out, ",\"then\":\"%s\"}", fate(side));
}

static void print_json(FILE *out, const struct state *state)
{
	fprintf(out,
		"{\"sample\":\"%s\",\"seconds\":%.3f,\"interface\":", state->run->sample->name,
		state->run->elapsed);
	sample_json_string(out, state->interface);
	fprintf(out, ",\"cgroup\":");
	sample_json_string(out, inside_path(state));
	fprintf(out, ",\"outer\":");
	sample_json_string(out, state->outer.path);
	fprintf(out, ",\"pin\":");
	sample_json_string(out, bpffs_at(&state->bpffs, PIN));
	if (state->in_lab)
		fprintf(out, ",\"namespace\":\"/proc/%d/fd/%d\"", getpid(), state->lab.ns[0]);
	print_json_side(out, state, INSIDE);
	print_json_side(out, state, OUTSIDE);
	fprintf(out, "}\n");
}

static int report_until_end(struct state *state)
{
	struct sample_run *run = state->run;

	while (sample_next(run)) {
		FILE *out;

		if (!read_counters(state))
			return EXIT_FAILURE;
		out = sample_report(run);
		if (out)
			(run->options.json ? print_json : print_table)(out, state);
		sample_show(run);
	}
	return sample_end(run);
}

/* ---- from the beginning to the end ---- */

/* The interface's index, after making it where none was given; 0 after a message. */
static unsigned int find_interface(struct state *state)
{
	if (!state->in_lab)
		return sample_ifindex(state->run);
	if (!lab_open(&state->lab, state->run, 2) || !lab_pair(&state->lab, state->run))
		return 0;
	return lab_ifindex(&state->lab, 0, LAB_IF0);
}

/* With -i, "outer" is only where "inner" is; nothing is asked about it. */
static bool make_cgroups(struct state *state)
{
	return cgroup_option || (cgroup_open(&state->outer, state->run, "outer") &&
				 cgroup_open(&state->inner, state->run, "outer/inner"));
}

/* The array is filled before anybody asks it. */
static bool start_watching(struct state *state)
{
	unsigned int ifindex = find_interface(state);

	if (!ifindex || !make_cgroups(state))
		return false;
	state->loader = sample_load(state->run, NULL);
	return state->loader && pin_array(state) && write_settings(state) &&
	       fill_array(state) &&
	       tc_filter_open(&state->filter, state->run,
			      bpf_loader_program_fd(state->loader, "filter"), ifindex, true);
}

/* The classifier goes first, the cgroups last, when nobody is in them any more. */
static void close_all(struct state *state)
{
	for (int side = 0; side < SIDES; side++)
		child_stop(&state->children[side]);
	worker_stop(&state->worker);
	tc_filter_close(&state->filter);
	bpf_loader_close(state->loader);
	bpffs_close(&state->bpffs);
	for (int side = 0; side < SIDES; side++)
		if (state->sockets[side] >= 0)
			close(state->sockets[side]);
	cgroup_close(&state->inner);
	cgroup_close(&state->outer);
	lab_close(&state->lab);
}

static int run_sample(struct sample_run *run)
{
	struct state state = {
		.run = run,
		.in_lab = !run->options.interface,
		.interface = run->options.interface ? run->options.interface : LAB_IF0,
		.sockets = {-1, -1},
	};
	int status = EXIT_FAILURE;

	state.sent = mmap(NULL, sizeof(*state.sent) * SIDES, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (state.sent == MAP_FAILED)
		return sample_fail(run, "no memory: %s", strerror(errno));
	if (start_watching(&state) && start_traffic(&state))
		status = report_until_end(&state);
	close_all(&state);
	munmap(state.sent, sizeof(*state.sent) * SIDES);
	return status;
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &cgroup_array, argc, argv);
	if (cgroup_option && !run.options.interface) {
		sample_fail(&run, "option --cgroup needs -i: nothing of the lab is in there");
		return 2;
	}
	return run_sample(&run);
}
