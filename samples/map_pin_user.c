// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_pin: what keeps a map alive: descriptors and programs of processes, and a pin.
 *
 * Three programs in one:
 *
 *     map_pin --create=PATH    loads map_pin_kern.o, pins its map at PATH, and counts in it
 *     map_pin --open=PATH      loads it with the map that is pinned at PATH, and counts on
 *     map_pin --unpin=PATH     removes the pin
 *
 * and without one of these a play in five acts that has them as actors, and shows after each act
 * whether the map is there, who holds it, and what it has counted. Read it from the bottom:
 * main(); hold() for the first two; perform() for the play, whose acts stand in a table.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "twin.h"
#include "packet_socket.h"
#include "pin.h"
#include "sample.h"
#include "traffic.h"

#define STAGE_PATH PIN_ROOT "/map_pin"
#define PATIENCE   200 /* hundredths of a second, for the kernel to free a map */
#define PROTOCOLS  256
#define ACTS	   5

static const char *create_path, *open_path, *unpin_path;
static bool keep;

static const struct sample_option options[] = {
	{"create", "PATH", sample_read_text, &create_path, "make the map, pin it, count in it"},
	{"open", "PATH", sample_read_text, &open_path, "count in the map that is pinned there"},
	{"unpin", "PATH", sample_read_text, &unpin_path, "remove the pin, and end"},
	{"keep", NULL, sample_read_flag, &keep, "leave the pin there at the end"},
	{0},
};

static const struct sample map_pin = {
	.name = "map_pin",
	.title = "a pinned map outlives the process that made it",
	.what = "Shows what keeps a map alive: a process makes and pins a map, ends, and "
		"another\n"
		"opens it by its path and counts on; then the pin goes, and then the map.",
	.example = "-c 5",
	.map_types = "HASH",
	.needs = "root, for bpffs; Linux 4.4 or newer",
	.requires = {"root", "map:hash", "program:socket_filter"},
	.takes = SAMPLE_TAKES_INTERFACE | SAMPLE_TAKES_NO_LOAD,
	.interface = "lo",
	.own = options,
};

/* The packets of each protocol into `counts`, 0 for those without an entry. Returns the sum. */
static __u64 read_counts(int map_fd, __u64 counts[PROTOCOLS])
{
	__u64 sum = 0;

	for (__u32 key = 0; key < PROTOCOLS; key++) {
		if (bpf_map_lookup_elem(map_fd, &key, &counts[key]))
			counts[key] = 0;
		sum += counts[key];
	}
	return sum;
}

static __u32 map_id(int map_fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(map_fd, &info, &size) ? 0 : info.id;
}

/* ---- --create and --open: a process that counts ---- */

struct holder {
	const char *path;
	int map_fd;
	__u32 id;
};

/* Is it still this map that has the path? Somebody may have removed the pin, or made another. */
static bool still_pinned(const struct holder *holder)
{
	return pin_map_id(holder->path) == holder->id;
}

static const char *protocol_name(int protocol)
{
	switch (protocol) {
	case IPPROTO_ICMP: return "ICMP";
	case IPPROTO_TCP: return "TCP";
	case IPPROTO_UDP: return "UDP";
	case IPPROTO_ICMPV6: return "IPv6-ICMP";
	default: return "other";
	}
}

static void print_holder(FILE *out, const struct sample_run *run, const struct holder *holder)
{
	__u64 counts[PROTOCOLS], sum = read_counts(holder->map_fd, counts);

	fprintf(out, "map 'packets', id %u, %s: %s\n", holder->id,
		still_pinned(holder) ? "pinned" : "no longer pinned", holder->path);
	fprintf(out, "process %d has been counting in it for %.1f s: packets that left %s\n\n",
		getpid(), run->elapsed, run->options.interface);
	fprintf(out, "%-16s %6s %12s\n", "protocol", "number", "packets");
	for (int i = 0; i < PROTOCOLS; i++)
		if (counts[i])
			fprintf(out, "%-16s %6d %12llu\n", protocol_name(i), i, counts[i]);
	fprintf(out, "%-16s %6s %12llu\n", "all", "", sum);
}

static void print_holder_json(FILE *out, const struct sample_run *run,
			      const struct holder *holder)
{
	__u64 counts[PROTOCOLS], sum = read_counts(holder->map_fd, counts);
	const char *comma = "";

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"path\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, holder->path);
	fprintf(out, ",\"map_id\":%u,\"pinned\":%s,\"packets\":%llu,\"protocols\":{",
		holder->id, still_pinned(holder) ? "true" : "false", sum);
	for (int i = 0; i < PROTOCOLS; i++) {
		if (!counts[i])
			continue;
		fprintf(out, "%s\"%d\":%llu", comma, i, counts[i]);
		comma = ",";
	}
	fprintf(out, "}}\n");
}

static int report_counts(struct sample_run *run, const struct holder *holder,
			 const struct packet_socket *socket)
{
	while (sample_next(run)) {
		FILE *out;

		if (!packet_socket_alive(socket, run))
			return EXIT_FAILURE;
		out = sample_report(run);
		if (out && run->options.json)
			print_holder_json(out, run, holder);
		else if (out)
			print_holder(out, run, holder);
		sample_show(run);
	}
	return sample_end(run);
}

/* The pin is this process's if it made it, and it is still its map's. */
static int pin_and_report(struct sample_run *run, const struct holder *holder,
			  const struct packet_socket *socket)
{
	int status;

	if (create_path && !pin_make(run, holder->map_fd, create_path))
		return EXIT_FAILURE;
	traffic_for(run);
	status = report_counts(run, holder, socket);
	traffic_stop();
	if (create_path && !keep && still_pinned(holder) && !pin_remove(run, create_path))
		status = EXIT_FAILURE;
	return status;
}

static int count(struct sample_run *run, struct bpf_loader *loader)
{
	struct holder holder = {
		.path = create_path ? create_path : open_path,
		.map_fd = bpf_loader_map_fd(loader, "packets"),
	};
	struct packet_socket socket;
	int status;

	holder.id = map_id(holder.map_fd);
	if (!packet_socket_open(&socket, run, loader, bpf_loader_program(loader, 0)))
		return EXIT_FAILURE;
	status = pin_and_report(run, &holder, &socket);
	packet_socket_close(&socket);
	return status;
}

static int pinned_fd = -1; /* of --open */
static bool other_map;	   /* what is pinned there is none of ours */

/*
 * The map for the program to use in place of a new one. A pin says nothing of what is behind it:
 * an older version of the program may have left it. With another size of value the verifier would
 * refuse the program, with another type of map it might not.
 */
static int use_pinned(struct bpf_loader_map *map, size_t index, void *ctx)
{
	const struct sample_run *run = ctx;
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	(void)index;
	if (bpf_obj_get_info_by_fd(pinned_fd, &info, &size))
		return errno;
	other_map = info.type != map->type || info.key_size != map->key_size ||
		    info.value_size != map->value_size || info.max_entries != map->max_entries;
	if (!other_map)
		map->fd = pinned_fd;
	else
		sample_fail(run,
			    "the map at %s is of type %u, key %u, value %u bytes, %u entries; "
			    "wanted: type %u, %u, %u, %u; --unpin=%s removes it",
			    open_path, info.type, info.key_size, info.value_size,
			    info.max_entries, map->type, map->key_size, map->value_size,
			    map->max_entries, open_path);
	return 0;
}

static int hold(struct sample_run *run)
{
	const struct bpf_loader_opts opts = {.fixup_map = open_path ? use_pinned : NULL};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;

	if (open_path && (pinned_fd = pin_open(run, open_path)) < 0)
		return EXIT_FAILURE;
	loader = sample_load(run, &opts);
	if (loader && !other_map)
		status = count(run, loader);
	bpf_loader_close(loader);
	if (pinned_fd >= 0)
		close(pinned_fd);
	return status;
}

/* ---- --unpin ---- */

static int unpin(const struct sample_run *run)
{
	const __u32 id = pin_map_id(unpin_path);

	if (!pin_remove(run, unpin_path))
		return EXIT_FAILURE;
	if (id)
		printf("%s is gone; map %u goes as soon as no process and no program has it\n",
		       unpin_path, id);
	else
		printf("%s is gone\n", unpin_path);
	return EXIT_SUCCESS;
}

/* ---- the play ---- */

/* What is seen at the end of an act. */
struct scene {
	bool pinned, exists;
	pid_t holder;  /* the process that counts; 0: none */
	__u64 packets; /* if the map exists */
};

struct stage {
	struct twin twin; /* the process that counts, if one does */
	bool own_mount;	  /* nobody else sees the path */
	unsigned long round;
	int act;  /* from 0 */
	__u32 id; /* of the map of this round */
	struct scene scenes[ACTS];
};

/* Starts map_pin once more, as `how` says; it counts from the moment this returns true. */
static bool start_twin(struct stage *stage, struct sample_run *run, const char *how, bool stay)
{
	char *arguments[] = {
		(char *)run->sample->name,
		(char *)how,
		"--interface",
		(char *)run->options.interface,
		run->options.btf ? "--maps=btf" : "--maps=kernel",
		"--json",
		"--no-load",
		"--interval=0.1",
		stay ? "--keep" : NULL,
		NULL,
	};

	if (!twin_start(&stage->twin, run, arguments))
		return false;
	sample_watch(run, stage->twin.out, twin_listen, &stage->twin);
	return true;
}

static void stop_twin(struct stage *stage, struct sample_run *run)
{
	sample_watch(run, -1, NULL, NULL);
	twin_stop(&stage->twin);
}

static bool make(struct stage *stage, struct sample_run *run)
{
	stage->round++;
	memset(stage->scenes, 0, sizeof(stage->scenes));
	if (!start_twin(stage, run, "--create=" STAGE_PATH, true))
		return false;
	stage->id = pin_map_id(STAGE_PATH);
	return true;
}

static bool leave(struct stage *stage, struct sample_run *run)
{
	stop_twin(stage, run);
	return true;
}

static bool take_over(struct stage *stage, struct sample_run *run)
{
	return start_twin(stage, run, "--open=" STAGE_PATH, false);
}

static bool take_path(struct stage *stage, struct sample_run *run)
{
	(void)stage;
	return pin_remove(run, STAGE_PATH);
}

/* The kernel frees a map a little after the last reference is gone: not before programs that may
 * be running have ended. */
static bool let_go(struct stage *stage, struct sample_run *run)
{
	int fd;

	stop_twin(stage, run);
	for (int waited = 0; waited < PATIENCE; waited++) {
		fd = bpf_map_get_fd_by_id(stage->id);
		if (fd < 0)
			break;
		close(fd);
		sample_sleep(0.01);
	}
	return true;
}

static const struct act {
	const char *name;
	const char *words;
	bool (*begin)(struct stage *stage, struct sample_run *run);
} acts[ACTS] = {
	{"made", "a process has made the map, pinned it, and counts", make},
	{"left", "it has ended: the pin alone keeps the map", leave},
	{"opened", "another opened the path, and counts on", take_over},
	{"unpinned", "the path is gone: that process keeps the map", take_path},
	{"gone", "it has ended, too: nothing keeps the map", let_go},
};

static void look(struct stage *stage)
{
	int fd = bpf_map_get_fd_by_id(stage->id);
	__u64 counts[PROTOCOLS];

	stage->scenes[stage->act] = (struct scene){
		.pinned = pin_map_id(STAGE_PATH) == stage->id,
		.exists = fd >= 0,
		.holder = stage->twin.pid,
		.packets = fd >= 0 ? read_counts(fd, counts) : 0,
	};
	if (fd >= 0)
		close(fd);
}

static void print_scene(FILE *out, const struct stage *stage, int act)
{
	const struct scene *scene = &stage->scenes[act];
	char holder[16] = "-", packets[24] = "-";

	if (scene->holder)
		snprintf(holder, sizeof(holder), "%d", scene->holder);
	if (scene->exists)
		snprintf(packets, sizeof(packets), "%llu", scene->packets);
	fprintf(out, "%-4s %-4s %7s %8s  %s\n", scene->exists ? "yes" : "no",
		scene->pinned ? "yes" : "no", holder, packets, acts[act].words);
}

static void print_play(FILE *out, const struct sample_run *run, const struct stage *stage)
{
	fprintf(out, "map %u, pinned at %s%s\n", stage->id, STAGE_PATH,
		stage->own_mount ? ", in a bpffs that only this sample sees" : "");
	fprintf(out,
		"at the end of each act: is the map there, and its pin; packets that left "
		"%s\n\n",
		run->options.interface);
	fprintf(out, "%-4s %-4s %7s %8s\n", "map", "pin", "process", "packets");
	for (int act = 0; act <= stage->act; act++)
		print_scene(out, stage, act);
}

static void print_play_json(FILE *out, const struct sample_run *run, const struct stage *stage)
{
	const struct scene *scene = &stage->scenes[stage->act];

	fprintf(out,
		"{\"sample\":\"%s\",\"seconds\":%.3f,\"path\":\"%s\",\"own_mount\":%s,"
		"\"round\":%lu,\"act\":\"%s\",\"map_id\":%u,\"exists\":%s,\"pinned\":%s,"
		"\"process\":%d,\"packets\":%llu}\n",
		run->sample->name, run->elapsed, STAGE_PATH,
		stage->own_mount ? "true" : "false", stage->round, acts[stage->act].name,
		stage->id, scene->exists ? "true" : "false", scene->pinned ? "true" : "false",
		scene->holder, scene->packets);
}

static void report_play(struct sample_run *run, const struct stage *stage)
{
	FILE *out = sample_report(run);

	if (out && run->options.json)
		print_play_json(out, run, stage);
	else if (out)
		print_play(out, run, stage);
	sample_show(run);
}

/* An act begins, lasts until the time of the report, and is looked at. */
static int play(struct sample_run *run, struct stage *stage)
{
	for (stage->act = 0; acts[stage->act].begin(stage, run);
	     stage->act++, stage->act %= ACTS) {
		if (!sample_next(run))
			return sample_end(run);
		look(stage);
		report_play(run, stage);
	}
	return sample_stopped() ? sample_end(run) : EXIT_FAILURE;
}

static int perform(struct sample_run *run)
{
	struct stage stage = {0};
	int status;

	if (!twin_prepare(run) || !pin_place(run, &stage.own_mount))
		return EXIT_FAILURE;
	traffic_for(run);
	status = play(run, &stage);
	stop_twin(&stage, run);
	if (stage.id && !keep && pin_map_id(STAGE_PATH) == stage.id)
		pin_remove(run, STAGE_PATH);
	traffic_stop();
	return status;
}

static int choose(struct sample_run *run)
{
	if (!!create_path + !!open_path + !!unpin_path > 1) {
		sample_fail(run, "only one of --create, --open and --unpin; `%s --help`",
			    run->sample->name);
		return 2;
	}
	if (unpin_path)
		return unpin(run);
	return create_path || open_path ? hold(run) : perform(run);
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &map_pin, argc, argv);
	return choose(&run);
}
