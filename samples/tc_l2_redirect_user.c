// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tc_l2_redirect: Ethernet frames redirected into a tunnel whose interface a pinned map names.
 *
 * Three network namespaces (lab.h): A, the middle, B. A and B believe to be on one Ethernet.
 * Between them stand two classifiers in the middle and a VXLAN tunnel. The classifiers are
 * attached by this program, or by tc(8) itself; what both have in common is the place where
 * maps are pinned. Read it from the bottom: main(), run_sample(), attach(), report().
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bpffs.h"
#include "lab.h"
#include "sample.h"
#include "tc_filter.h"
#include "worker.h"

#include "tc_l2_redirect.h"

#define PER_SECOND 50 /* datagrams from A; B answers each */
#define PORT	   7777
#define PAYLOAD	   100 /* bytes */

/* The lab's namespaces. The middle is where this program is. */
enum { MIDDLE, A, B, NAMESPACES };

#define A_MAC "02:00:00:00:00:0a"
#define B_MAC "02:00:00:00:00:0b"
#define A_IP  "10.0.0.1"
#define B_IP  "10.0.0.2"

/* The two ends of the tunnel. */
#define NEAR_END     "198.51.100.1"
#define NEAR_END_MAC "02:00:00:00:00:01"
#define FAR_END	     "198.51.100.2" /* TUNNEL_REMOTE */
#define FAR_END_MAC  "02:00:00:00:00:02"

static const char *read_attach(const char *value, void *to)
{
	*(bool *)to = !strcmp(value, "tc");
	return *(bool *)to || !strcmp(value, "loader") ? NULL : "loader or tc";
}

static bool by_tc;
static const char *bpffs_option;

static const struct sample_option own_options[] = {
	{"attach", "loader|tc", read_attach, &by_tc,
	 "who attaches the programs: we, or tc(8) (loader)"},
	{"bpffs", "DIR", sample_read_text, &bpffs_option,
	 "pin below DIR, as /sys/fs/bpf (a mount of our own)"},
	{0},
};

static const struct sample tc_l2_redirect = {
	.name = "tc_l2_redirect",
	.title = "frames redirected into a tunnel, by a map pinned as tc does",
	.what = "Redirects Ethernet frames into a VXLAN tunnel and out of it, by two tc "
		"programs\n"
		"and a pinned map that holds the interfaces; attached by us or by tc itself.",
	.example = "--attach=tc -c 5",
	.map_types = "ARRAY",
	.needs = "root; Linux 5.2 or newer (mounts without a place; the rest is older)",
	.requires = {"root", "program:sched_cls", "map:array", "command:ip", "command:tc",
		     "kernel:5.2"},
	.takes = SAMPLE_TAKES_NO_LOAD,
	.own = own_options,
};

struct direction {
	const char *name, *title;
	const char *interface; /* where its frames come in */
	const char *section, *program;
	const char *pin;  /* of the program, for tc */
	const char *goes; /* the interface that they are redirected to */
};

static const struct direction directions[DIRECTIONS] = {
	[TO_TUNNEL] = {"to_tunnel", "A to B, into the tunnel", "near", "classifier/to_tunnel",
		       "to_tunnel", "l2_to_tunnel", "tunnel"},
	[FROM_TUNNEL] = {"from_tunnel", "B to A, out of it", "tunnel", "classifier/from_tunnel",
			 "from_tunnel", "l2_from_tunnel", "near"},
};

/* The maps, at the place that tc and the loader agree on. */
#define PIN_IFINDEX    "tc/globals/l2_ifindex"
#define PIN_REDIRECTED "tc/globals/l2_redirected"

struct state {
	struct sample_run *run;
	struct lab lab;
	struct bpffs bpffs;
	struct bpf_loader *loader; /* NULL where tc loads */
	struct tc_filter filters[DIRECTIONS];
	int ifindex_fd, redirected_fd; /* the maps */
	int sockets[NAMESPACES];       /* of A and B */
	struct worker worker;
	struct redirected now[DIRECTIONS], before[DIRECTIONS];
	unsigned int ifindex[DIRECTIONS];
	/* by the direction; written by the worker */
	unsigned long sent[DIRECTIONS], arrived[DIRECTIONS];
};

/* ---- the wires ---- */

/*
 * A's cable ends in an interface of the middle that has no address; so does the tunnel. "far" is
 * the network that the tunnel runs through. Nobody asks for addresses (arp off), so each must
 * know its neighbour. The tunnel is "external": its frames bring their key along.
 */
static bool wire_middle(const struct state *state)
{
	return lab_ip(&state->lab, state->run, MIDDLE,
		      "link add near type veth peer name host_a netns @1\n"
		      "link set near addrgenmode none arp off\n"
		      "link set near up\n"
		      "link add far type veth peer name under netns @2\n"
		      "link set far address " NEAR_END_MAC " addrgenmode none arp off\n"
		      "address add " NEAR_END "/24 dev far\n"
		      "link set far up\n"
		      "neighbour replace " FAR_END " lladdr " FAR_END_MAC
		      " dev far nud permanent\n"
		      "link add tunnel type vxlan external dstport 4789\n"
		      "link set tunnel addrgenmode none arp off\n"
		      "link set tunnel up\n");
}

static bool wire_a(const struct state *state)
{
	return lab_ip(&state->lab, state->run, A,
		      "link set host_a address " A_MAC " addrgenmode none arp off\n"
		      "address add " A_IP "/24 dev host_a\n"
		      "link set host_a up\n"
		      "neighbour replace " B_IP " lladdr " B_MAC " dev host_a nud permanent\n");
}

/* B's end of the tunnel is an ordinary VXLAN interface: it knows number and far end by itself. */
static bool wire_b(const struct state *state)
{
	return lab_ip(&state->lab, state->run, B,
		      "link set under address " FAR_END_MAC " addrgenmode none arp off\n"
		      "address add " FAR_END "/24 dev under\n"
		      "link set under up\n"
		      "neighbour replace " NEAR_END " lladdr " NEAR_END_MAC
		      " dev under nud permanent\n"
		      "link add host_b type vxlan id %d local " FAR_END " remote " NEAR_END
		      " dstport 4789 dev under nolearning\n"
		      "link set host_b address " B_MAC " addrgenmode none arp off\n"
		      "address add " B_IP "/24 dev host_b\n"
		      "link set host_b up\n"
		      "neighbour replace " A_IP " lladdr " A_MAC " dev host_b nud permanent\n",
		      TUNNEL_ID);
}

/* ---- traffic ---- */

static int open_socket(const struct state *state, unsigned int ns, const char *ip)
{
	struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int fd = lab_socket(&state->lab, ns, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	inet_pton(AF_INET, ip, &local.sin_addr);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&local, sizeof(local)))
		return fd;
	sample_fail(state->run, "cannot open a UDP socket on %s: %s", ip, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static void count(unsigned long *number)
{
	__atomic_fetch_add(number, 1, __ATOMIC_RELAXED);
}

/* B answers whatever comes, to whomever. */
static void answer(struct state *state)
{
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	char bytes[2048];
	ssize_t size;

	while ((size = recvfrom(state->sockets[B], bytes, sizeof(bytes), 0,
				(struct sockaddr *)&from, &length)) >= 0) {
		count(&state->arrived[TO_TUNNEL]);
		if (sendto(state->sockets[B], bytes, (size_t)size, 0, (struct sockaddr *)&from,
			   length) == size)
			count(&state->sent[FROM_TUNNEL]);
		length = sizeof(from);
	}
}

static void send_from_a(struct state *state)
{
	static const char bytes[PAYLOAD];
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};

	inet_pton(AF_INET, B_IP, &to.sin_addr);
	if (sendto(state->sockets[A], bytes, sizeof(bytes), 0, (struct sockaddr *)&to,
		   sizeof(to)) == sizeof(bytes))
		count(&state->sent[TO_TUNNEL]);
}

/* On one CPU a frame has gone all the way when sendto() returns; else the next step finds it. */
static void step(void *ctx)
{
	struct state *state = ctx;
	char bytes[2048];

	if (!state->run->options.no_load)
		send_from_a(state);
	answer(state);
	while (recv(state->sockets[A], bytes, sizeof(bytes), 0) >= 0)
		count(&state->arrived[FROM_TUNNEL]);
}

static bool start_traffic(struct state *state)
{
	int err;

	state->sockets[A] = open_socket(state, A, A_IP);
	state->sockets[B] = state->sockets[A] < 0 ? -1 : open_socket(state, B, B_IP);
	if (state->sockets[B] < 0)
		return false;
	err = worker_start(&state->worker, PER_SECOND, step, state);
	if (err)
		sample_fail(state->run, "cannot start a thread: %s", strerror(-err));
	return !err;
}

/* ---- attaching ---- */

/* We load: the loader creates the maps and pins them. */
static bool load(struct state *state)
{
	char globals[PATH_MAX + 256];
	const struct bpf_loader_opts opts = {.bpffs = state->bpffs.path, .pin_root = globals};

	/* Where PIN_GLOBAL_NS goes anyway, the other definition is to go, too. */
	snprintf(globals, sizeof(globals), "%s", bpffs_at(&state->bpffs, "tc/globals"));
	state->loader = sample_load(state->run, &opts);
	return state->loader;
}

static bool attach_ourselves(struct state *state, int which)
{
	const struct direction *direction = &directions[which];

	return tc_filter_open(&state->filters[which], state->run,
			      bpf_loader_program_fd(state->loader, direction->program),
			      lab_ifindex(&state->lab, MIDDLE, direction->interface), false);
}

/* A line of what a reader can type, too; then does it. */
static bool run_tc(const struct state *state, const char *verb, const struct direction *to,
		   const char *what)
{
	if (state->run->options.verbose)
		fprintf(stderr, "tc %s add dev %s %s\n", verb, to->interface, what);
	return lab_run(&state->lab, state->run, MIDDLE, "tc %s add dev %s %s", verb,
		       to->interface, what);
}

/*
 * tc refuses SEC("maps") when it has to read it from a file. But a program that is loaded and
 * pinned has no such section any more.
 */
static bool tc_attaches_pinned(const struct state *state, const struct direction *direction)
{
	int fd = bpf_loader_program_fd(state->loader, direction->program);
	char what[PATH_MAX + 512];

	if (bpf_obj_pin(fd, bpffs_at(&state->bpffs, direction->pin))) {
		sample_fail(state->run, "cannot pin program '%s' at %s: %s", direction->program,
			    bpffs_at(&state->bpffs, direction->pin), strerror(errno));
		return false;
	}
	snprintf(what, sizeof(what), "ingress bpf direct-action object-pinned %s",
		 bpffs_at(&state->bpffs, direction->pin));
	return run_tc(state, "filter", direction, what);
}

/*
 * tc reads the whole file for each program. It is the pins that make both find the same maps.
 * lab_run() parts words at spaces.
 */
static bool tc_loads(const struct state *state, const struct direction *direction)
{
	char object[PATH_MAX], what[PATH_MAX + 128];

	if (!sample_object(state->run, state->run->options.btf, object, sizeof(object)))
		return false;
	if (access(object, R_OK) || strchr(object, ' ')) {
		sample_fail(state->run, "%s: tc cannot be told to load it: %s", object,
			    strchr(object, ' ') ? "its path has a space" : strerror(errno));
		return false;
	}
	snprintf(what, sizeof(what), "ingress bpf direct-action object-file %s section %s",
		 object, direction->section);
	return run_tc(state, "filter", direction, what);
}

static bool tc_attaches(const struct state *state, int which)
{
	const struct direction *direction = &directions[which];

	if (!run_tc(state, "qdisc", direction, "clsact"))
		return false;
	return state->loader ? tc_attaches_pinned(state, direction)
			     : tc_loads(state, direction);
}

static int open_pin(const struct state *state, const char *name)
{
	int fd = bpf_obj_get(bpffs_at(&state->bpffs, name));

	if (fd < 0)
		sample_fail(state->run, "cannot open the pinned map %s: %s",
			    bpffs_at(&state->bpffs, name), strerror(errno));
	return fd;
}

/* Whoever loaded, the maps are found where they are pinned. */
static bool open_maps(struct state *state)
{
	state->ifindex_fd = open_pin(state, PIN_IFINDEX);
	state->redirected_fd = state->ifindex_fd < 0 ? -1 : open_pin(state, PIN_REDIRECTED);
	return state->redirected_fd >= 0;
}

/* From here on frames are redirected. */
static bool set_interfaces(const struct state *state)
{
	for (__u32 i = 0; i < DIRECTIONS; i++) {
		__u32 index = lab_ifindex(&state->lab, MIDDLE, directions[i].goes);

		if (!bpf_map_update_elem(state->ifindex_fd, &i, &index, BPF_ANY))
			continue;
		sample_fail(state->run, "map 'l2_ifindex': cannot write element %u: %s", i,
			    strerror(errno));
		return false;
	}
	return true;
}

static bool attach(struct state *state)
{
	if (!(by_tc && state->run->options.btf) && !load(state))
		return false;
	/* Where tc and its children look for, and make, pins. */
	setenv("TC_BPF_MNT", state->bpffs.path, 1);
	for (int i = 0; i < DIRECTIONS; i++)
		if (!(by_tc ? tc_attaches(state, i) : attach_ourselves(state, i)))
			return false;
	return open_maps(state) && set_interfaces(state);
}

/* ---- reports ---- */

static bool read_maps(struct state *state)
{
	memcpy(state->before, state->now, sizeof(state->before));
	for (__u32 i = 0; i < DIRECTIONS; i++) {
		if (!bpf_map_lookup_elem(state->redirected_fd, &i, &state->now[i]) &&
		    !bpf_map_lookup_elem(state->ifindex_fd, &i, &state->ifindex[i]))
			continue;
		sample_fail(state->run, "cannot read element %u of the maps: %s", i,
			    strerror(errno));
		return false;
	}
	return true;
}

static const char *way(const struct state *state)
{
	if (!by_tc)
		return "loader";
	return state->loader ? "tc, from the pinned program" : "tc, from the object file";
}

static double rate(const struct state *state, int i)
{
	return (double)(state->now[i].frames - state->before[i].frames) / state->run->period;
}

static unsigned long value(const unsigned long *number)
{
	return __atomic_load_n(number, __ATOMIC_RELAXED);
}

static void print_table(FILE *out, const struct state *state)
{
	const struct sample_run *run = state->run;

	fprintf(out, "Ethernet frames redirected in the middle between A and B, %.1f s\n",
		run->elapsed);
	fprintf(out, "(%s; attached by %s)\n\n",
		run->options.no_load ? "nothing is sent by this program"
				     : "A sends 50 datagrams/s, B answers",
		way(state));
	fprintf(out, "%-24s %9s %9s %11s %9s %9s\n", "direction", "frames", "frames/s", "bytes",
		"sent", "arrived");
	for (int i = 0; i < DIRECTIONS; i++)
		fprintf(out, "%-24s %9llu %9.0f %11llu %9lu %9lu\n", directions[i].title,
			state->now[i].frames, rate(state, i), state->now[i].bytes,
			value(&state->sent[i]), value(&state->arrived[i]));
	fprintf(out, "\nto interface %u (tunnel) and %u (near), by the pinned map\n  %s\n",
		state->ifindex[TO_TUNNEL], state->ifindex[FROM_TUNNEL],
		bpffs_at(&state->bpffs, PIN_IFINDEX));
	fprintf(out, "a shell in the middle:  sudo nsenter --net=/proc/%d/fd/%d\n", getpid(),
		state->lab.ns[MIDDLE]);
}

static void print_namespaces(FILE *out, const struct state *state)
{
	static const char *const names[NAMESPACES] = {"middle", "a", "b"};

	fprintf(out, ",\"namespaces\":{");
	for (int i = 0; i < NAMESPACES; i++)
		fprintf(out, "%s\"%s\":\"/proc/%d/fd/%d\"", i ? "," : "", names[i], getpid(),
			state->lab.ns[i]);
	fprintf(out, "}");
}

static void print_json(FILE *out, const struct state *state)
{
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"attached_by\":",
		state->run->sample->name, state->run->elapsed);
	sample_json_string(out, way(state));
	fprintf(out, ",\"bpffs\":");
	sample_json_string(out, state->bpffs.path);
	print_namespaces(out, state);
	fprintf(out, ",\"directions\":[");
	for (int i = 0; i < DIRECTIONS; i++)
		fprintf(out,
			"%s{\"name\":\"%s\",\"ifindex\":%u,\"frames\":%llu,\"bytes\":%llu,"
			"\"sent\":%lu,\"arrived\":%lu}",
			i ? "," : "", directions[i].name, state->ifindex[i],
			state->now[i].frames, state->now[i].bytes, value(&state->sent[i]),
			value(&state->arrived[i]));
	fprintf(out, "]}\n");
}

static int report_until_end(struct state *state)
{
	struct sample_run *run = state->run;

	while (sample_next(run)) {
		FILE *out;

		if (!read_maps(state))
			return EXIT_FAILURE;
		out = sample_report(run);
		if (out)
			(run->options.json ? print_json : print_table)(out, state);
		sample_show(run);
	}
	return sample_end(run);
}

/* ---- from the beginning to the end ---- */

static const char *const pins[] = {PIN_IFINDEX, PIN_REDIRECTED, "l2_to_tunnel",
				   "l2_from_tunnel"};

#define PINS (sizeof(pins) / sizeof(pins[0]))

/* A pin of the same name would be taken for ours, and its map used: not with two at once. */
static bool pins_are_free(const struct state *state)
{
	for (size_t i = 0; i < PINS; i++)
		if (!bpffs_is_free(&state->bpffs, state->run, pins[i]))
			return false;
	return true;
}

/* Everything in the lab goes with the lab, the filters too, whoever made them. */
static int in_lab(struct state *state)
{
	int status = EXIT_FAILURE;

	if (wire_middle(state) && wire_a(state) && wire_b(state) && attach(state) &&
	    start_traffic(state))
		status = report_until_end(state);
	worker_stop(&state->worker);
	for (int i = 0; i < DIRECTIONS; i++)
		tc_filter_close(&state->filters[i]);
	for (size_t i = 0; i < PINS; i++)
		bpffs_unpin(&state->bpffs, pins[i]);
	return status;
}

static void close_all(struct state *state)
{
	const int fds[] = {state->ifindex_fd, state->redirected_fd, state->sockets[A],
			   state->sockets[B]};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	bpf_loader_close(state->loader);
}

static int run_sample(struct sample_run *run)
{
	struct state state = {
		.run = run,
		.ifindex_fd = -1,
		.redirected_fd = -1,
		.sockets = {-1, -1, -1},
	};
	int status = EXIT_FAILURE;

	if (bpffs_open(&state.bpffs, run, bpffs_option) && pins_are_free(&state) &&
	    lab_open(&state.lab, run, NAMESPACES))
		status = in_lab(&state);
	close_all(&state);
	lab_close(&state.lab);
	bpffs_close(&state.bpffs);
	return status;
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &tc_l2_redirect, argc, argv);
	return run_sample(&run);
}
