// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * struct_ops_cc: a congestion control for TCP, and where bpf_load ends.
 *
 * Gives the object to bpf_load first, which refuses it in words, then struct_ops_cc_kern.btf.o to
 * libbpf, which makes a congestion control of it. A TCP connection over a lo of its own uses it,
 * and loses a packet now and then. Read it from the bottom: main(), demonstrate(), load(), enlist().
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "feature.h"
#include "lab.h"
#include "sample.h"
#include "struct_ops_cc.h"
#include "tcp_flow.h"
#include "worker.h"

#define STEPS	40 /* a second, of TCP_FLOW_CHUNK bytes each */
#define HISTORY 256

/* Linux 6.4: a struct_ops map whose registration is a link, and goes with its descriptor. */
#define F_LINK		       (1U << 13)
#define STRUCT_OPS_ATTACH_TYPE ((enum bpf_attach_type)44)

static unsigned long flow_bytes, loss = 400;

static const struct sample_option own_options[] = {
	{"bytes", "BYTES", sample_read_number, &flow_bytes,
	 "the connection ends after so much (0: never)"},
	{"loss", "N", sample_read_number, &loss, "one packet in N is lost (400; 0: none)"},
	{0},
};

static const struct sample struct_ops_cc = {
	.name = "struct_ops_cc",
	.title = "a congestion control for TCP; where bpf_load ends",
	.what = "Makes a congestion control of BPF programs by libbpf, after bpf_load has "
		"refused\n"
		"it, and shows when TCP calls which of them, and how the window grows and "
		"falls.",
	.example = "-c 10",
	.map_types = "STRUCT_OPS, ARRAY",
	.needs = "root; Linux 5.6 with BTF (CONFIG_DEBUG_INFO_BTF)",
	.requires = {"root", "btf", "program:struct_ops", "kernel:5.6"},
	.takes = SAMPLE_TAKES_NO_LOAD,
	.own = own_options,
};

static const struct {
	const char *name, *when;
} functions[CALLS] = {
	[CALLS_INIT] = {"init", "a connection begins with it"},
	[CALLS_SSTHRESH] = {"ssthresh", "a packet was lost: how wide may the window be now?"},
	[CALLS_CONG_AVOID] = {"cong_avoid", "packets were acknowledged: wider?"},
	[CALLS_UNDO_CWND] = {"undo_cwnd", "the packet was late, not lost: as it was before"},
};

struct demonstration {
	struct sample_run *run;
	char legacy_says[1024]; /* bpf_load, about the object of --maps */
	char libbpf_says[1024]; /* libbpf, about SEC("maps"); "" if it was not asked */

	struct bpf_object *object;
	struct bpf_link *registration;
	int link; /* -1 before 6.4 */

	struct lab lab;
	struct tcp_flow flow;
	struct worker worker;
	pthread_mutex_t lock; /* of what follows, and of the flow */
	struct tcp_info info;
	char algorithm[32]; /* as the socket says */
	unsigned int windows[HISTORY];
	unsigned long measured;
};

/* ---- what the loaders say ---- */

/* libbpf's last warning, without its prefix and newline: its calls return only an errno. */
static char libbpf_warning[1024];

static int keep_warning(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[sizeof(libbpf_warning)];
	const char *text = line;

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(line, sizeof(line), format, args);
	if (!strncmp(text, "libbpf: ", 8))
		text += 8;
	snprintf(libbpf_warning, sizeof(libbpf_warning), "%.*s", (int)strcspn(text, "\n"),
		 text);
	return 0;
}

/* A path, or a message that begins with one, without the directory. */
static const char *base_name(const char *text)
{
	const char *base = text;

	for (const char *at = text; *at && *at != ':'; at++)
		if (*at == '/')
			base = at + 1;
	return base;
}

/* Asks bpf_load. False after a message: if it did load what it cannot. */
static bool ask_bpf_load(struct demonstration *all)
{
	struct bpf_loader *loader;
	struct bpf_loader_opts opts = {0};
	char path[PATH_MAX];
	bool refused;

	if (all->run->options.verbose)
		opts.report = bpf_loader_print;
	if (!sample_object(all->run, all->run->options.btf, path, sizeof(path)))
		return false;
	loader = bpf_loader_load_file(path, &opts);
	refused = bpf_loader_error(loader) != NULL;
	if (refused)
		snprintf(all->legacy_says, sizeof(all->legacy_says), "%s",
			 base_name(bpf_loader_error(loader)));
	bpf_loader_close(loader);
	if (!refused)
		sample_fail(all->run, "%s: bpf_load has loaded struct_ops?", path);
	return refused;
}

/* What libbpf says to a SEC("maps"); nothing to ask about with --maps=btf. */
static void ask_libbpf(struct demonstration *all)
{
	struct bpf_object *object;
	char path[PATH_MAX];

	if (all->run->options.btf || !sample_object(all->run, false, path, sizeof(path)))
		return;
	object = bpf_object__open_file(path, NULL);
	if (object)
		bpf_object__close(object);
	else
		snprintf(all->libbpf_says, sizeof(all->libbpf_says), "%.200s: %.800s",
			 base_name(path), libbpf_warning);
}

/* ---- libbpf ---- */

/* Opens and loads it. Returns 0 or -errno. */
static int try_load(struct demonstration *all, const char *path, __u32 flags)
{
	struct bpf_map *map;
	int err;

	all->object = bpf_object__open_file(path, NULL);
	if (!all->object)
		return -errno;
	map = bpf_object__find_map_by_name(all->object, "toy");
	if (map)
		bpf_map__set_map_flags(map, flags);
	err = map ? bpf_object__load(all->object) : -ENOENT;
	if (err) {
		bpf_object__close(all->object);
		all->object = NULL;
	}
	return err;
}

static bool load(struct demonstration *all)
{
	const char *const root[] = {"root", NULL};
	char path[PATH_MAX], why[256];
	int err;

	if (!feature_all(root, why, sizeof(why))) {
		sample_fail(all->run, "%s", why);
		return false;
	}
	if (!sample_object(all->run, true, path, sizeof(path)))
		return false;
	err = try_load(all, path, F_LINK);
	if (err)
		err = try_load(all, path, 0);
	if (err) {
		sample_fail(all->run, "%s: libbpf cannot load it: %s (%s)", path,
			    strerror(-err), libbpf_warning);
		sample_explain(all->run);
	}
	return !err;
}

/*
 * Fills in the struct, and registers it: from now on any socket may choose it by its name. Before
 * Linux 6.4 the struct stays registered until somebody takes it back, whatever becomes of us.
 */
static int enlist(struct demonstration *all)
{
	struct bpf_map *map = bpf_object__find_map_by_name(all->object, "toy");

	all->registration = bpf_map__attach_struct_ops(map);
	if (!all->registration)
		return -errno;
	if (!(bpf_map__map_flags(map) & F_LINK))
		return 0;
	all->link = bpf_link_create(bpf_map__fd(map), 0, STRUCT_OPS_ATTACH_TYPE, NULL);
	return all->link < 0 ? all->link : 0;
}

static bool enlist_or_tell(struct demonstration *all)
{
	int err = enlist(all);

	if (err == -EEXIST)
		sample_fail(
			all->run,
			"there is a congestion control '%s' already: is this sample running "
			"elsewhere? One that was killed left it before Linux 6.4: "
			"bpftool struct_ops unregister name toy",
			TOY_NAME);
	else if (err)
		sample_fail(all->run, "cannot register the congestion control '%s': %s",
			    TOY_NAME, strerror(-err));
	return !err;
}

/* ---- a connection that uses it ---- */

/* Loses packets on their way in: a filter of the old kind, five instructions. */
static int lose_packets(int fd)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (__u32)(SKF_AD_OFF + SKF_AD_RANDOM)),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, (__u32)loss),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
	};
	const struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* Opens the connection, the sender with our congestion control. Returns 0 or -errno. */
static int connect_flow(struct demonstration *all)
{
	int listener = tcp_flow_listener(), socket = tcp_flow_socket(), err = 0;
	socklen_t size = sizeof(all->algorithm) - 1;

	if (listener < 0 || socket < 0)
		err = listener < 0 ? listener : socket;
	else if (setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, TOY_NAME, strlen(TOY_NAME)) ||
		 getsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, all->algorithm, &size))
		err = -errno;
	if (!err)
		err = tcp_flow_open(&all->flow, socket, listener);
	else if (socket >= 0)
		close(socket);
	if (listener >= 0)
		close(listener);
	if (!err && loss && lose_packets(all->flow.receiver))
		err = -errno;
	return err;
}

/* Sends a little, and notes how wide the window is. */
static void step(void *ctx)
{
	struct demonstration *all = ctx;
	socklen_t size = sizeof(all->info);

	pthread_mutex_lock(&all->lock);
	tcp_flow_step(&all->flow);
	if (all->flow.sender >= 0 &&
	    !getsockopt(all->flow.sender, IPPROTO_TCP, TCP_INFO, &all->info, &size))
		all->windows[all->measured++ % HISTORY] = all->info.tcpi_snd_cwnd;
	pthread_mutex_unlock(&all->lock);
}

/* A lo with packets of Ethernet's size: a window of 64 KiB packets would hardly grow. */
static bool start_load(struct demonstration *all)
{
	int err;

	if (!lab_open(&all->lab, all->run, 1) ||
	    !lab_run(&all->lab, all->run, 0,
		     "ip link set lo mtu 1500 gso_max_size 1500 gso_max_segs 1"))
		return false;
	all->flow.chunk = TCP_FLOW_CHUNK;
	all->flow.limit = flow_bytes;
	err = connect_flow(all);
	if (err) {
		sample_fail(all->run, "no connection over lo with TCP_CONGESTION '%s': %s",
			    TOY_NAME, strerror(-err));
		return false;
	}
	err = worker_start(&all->worker, STEPS, step, all);
	if (err)
		sample_fail(all->run, "cannot start a thread: %s", strerror(-err));
	return !err;
}

/* ---- output ---- */

/* How often each function was called. */
static void read_calls(const struct demonstration *all, __u64 calls[CALLS])
{
	struct bpf_map *map = bpf_object__find_map_by_name(all->object, "calls");

	for (__u32 i = 0; i < CALLS; i++)
		if (bpf_map_lookup_elem(bpf_map__fd(map), &i, &calls[i]))
			calls[i] = 0;
}

/* A text in lines of at most 78 columns, those behind the first indented. */
static void print_wrapped(FILE *out, const char *label, const char *text)
{
	int column = fprintf(out, "%-9s", label);

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column + length > 77 && column > 9)
			column = fprintf(out, "\n%9s", "") - 1;
		column += fprintf(out, " %.*s", length, text);
		text += length;
		text += *text == ' ';
	}
	fputc('\n', out);
}

static void print_windows(FILE *out, const struct demonstration *all)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	unsigned long columns = sample_columns() - 2, first, highest = 1;

	if (columns > HISTORY)
		columns = HISTORY;
	first = all->measured > columns ? all->measured - columns : 0;
	for (unsigned long i = first; i < all->measured; i++)
		if (all->windows[i % HISTORY] > highest)
			highest = all->windows[i % HISTORY];
	for (unsigned long i = first; i < all->measured; i++)
		fputs(blocks[(all->windows[i % HISTORY] * 7 + highest / 2) / highest], out);
	fprintf(out, "\nthe window in the last %.1f s, 0 to %lu packets\n",
		(double)(all->measured - first) / STEPS, highest);
}

static void print_connection(FILE *out, const struct demonstration *all)
{
	fprintf(out, "\na connection on a lo of its own has TCP_CONGESTION \"%s\"\n",
		all->algorithm);
	fprintf(out, "%llu bytes arrived, at most %d a second; ",
		(unsigned long long)tcp_flow_bytes(&all->flow), STEPS * TCP_FLOW_CHUNK);
	if (loss)
		fprintf(out, "1 packet of %lu is lost\n", loss);
	else
		fprintf(out, "no packet is lost\n");
	fprintf(out, "window %u packets, slow growth from %u on; %u sent again\n\n",
		all->info.tcpi_snd_cwnd, all->info.tcpi_snd_ssthresh,
		all->info.tcpi_total_retrans);
	print_windows(out, all);
}

static void print_table(FILE *out, const struct demonstration *all)
{
	__u64 calls[CALLS];

	read_calls(all, calls);
	fprintf(out, "a congestion control made of BPF programs, for %.1f s\n\n",
		all->run->elapsed);
	print_wrapped(out, "bpf_load:", all->legacy_says);
	if (all->libbpf_says[0])
		print_wrapped(out, "libbpf:", all->libbpf_says);
	print_wrapped(out, "libbpf:",
		      "struct_ops_cc_kern.btf.o: loaded, '" TOY_NAME
		      "' is there for any socket");
	fprintf(out, "\n%-12s %10s   %s\n", "function", "calls", "when");
	for (int i = 0; i < CALLS; i++)
		fprintf(out, "%-12s %10llu   %s\n", functions[i].name, calls[i],
			functions[i].when);
	if (!all->run->options.no_load)
		print_connection(out, all);
}

static void print_json_calls(FILE *out, const struct demonstration *all)
{
	__u64 calls[CALLS];

	read_calls(all, calls);
	for (int i = 0; i < CALLS; i++)
		fprintf(out, "%s\"%s\":%llu", i ? "," : "", functions[i].name, calls[i]);
}

static void print_json(FILE *out, const struct demonstration *all)
{
	fprintf(out, "{\"sample\":\"struct_ops_cc\",\"seconds\":%.3f,\"bpf_load\":",
		all->run->elapsed);
	sample_json_string(out, all->legacy_says);
	fputs(",\"libbpf\":", out);
	sample_json_string(out, all->libbpf_says);
	fprintf(out, ",\"name\":\"%s\",\"link\":%s,\"algorithm\":", TOY_NAME,
		all->link >= 0 ? "true" : "false");
	sample_json_string(out, all->algorithm);
	fprintf(out, ",\"received\":%llu,\"window\":%u,\"threshold\":%u,\"resent\":%u",
		(unsigned long long)tcp_flow_bytes(&all->flow), all->info.tcpi_snd_cwnd,
		all->info.tcpi_snd_ssthresh, all->info.tcpi_total_retrans);
	fputs(",\"calls\":{", out);
	print_json_calls(out, all);
	fputs("}}\n", out);
}

static int report_until_end(struct demonstration *all)
{
	while (sample_next(all->run)) {
		FILE *out = sample_report(all->run);

		pthread_mutex_lock(&all->lock);
		if (out && all->run->options.json)
			print_json(out, all);
		else if (out)
			print_table(out, all);
		pthread_mutex_unlock(&all->lock);
		sample_show(all->run);
	}
	return sample_end(all->run);
}

/* ---- start and end ---- */

/* The connection first: a congestion control that is used cannot go. */
static void clean_up(struct demonstration *all)
{
	worker_stop(&all->worker);
	tcp_flow_close(&all->flow);
	lab_close(&all->lab);
	if (all->link >= 0)
		close(all->link);
	bpf_link__destroy(all->registration);
	bpf_object__close(all->object);
}

static int demonstrate(struct sample_run *run)
{
	struct demonstration all = {
		.run = run,
		.link = -1,
		.flow = {.sender = -1, .receiver = -1},
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	int status = EXIT_FAILURE;

	libbpf_set_print(keep_warning);
	if (ask_bpf_load(&all)) {
		ask_libbpf(&all);
		if (load(&all) && enlist_or_tell(&all) &&
		    (run->options.no_load || start_load(&all)))
			status = report_until_end(&all);
	}
	clean_up(&all);
	return status;
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &struct_ops_cc, argc, argv);
	return demonstrate(&run);
}
