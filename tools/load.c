// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * load: `bpfload load`, an object through the whole pipeline up to the verifier.
 *
 * Without --attach and --dump the end releases everything but pins: it is a question to the
 * kernel ("would you take this?") whose answer is the exit status. With them it is a program
 * that runs until ^C, and takes back what it made.
 */
#include "load.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "dump.h"
#include "input.h"
#include "loader/handle.h"
#include "output.h"
#include "until_signal.h"

#define NAMED "named by the caller" /* the loader's words for a type by option */

static const char help[] =
	"usage: bpfload load [OPTION]... OBJECT\n"
	"\n"
	"Creates the maps of a BPF object, pins those whose definition asks for it, lets\n"
	"the verifier check every program, shows what came of it, and releases everything\n"
	"but the pins. With --attach or --dump it stays until ^C (SIGINT, SIGTERM), then\n"
	"detaches and cleans up. Needs root (or CAP_BPF and what the programs need).\n"
	"OBJECT may be - for standard input.\n"
	"\n"
	"  --dialect NAME   how to read SEC(\"maps\"): auto (default, by evidence), kernel\n"
	"                   (struct bpf_map_def), iproute2 (struct bpf_elf_map), gobpf,\n"
	"                   goebpf\n"
	"  --relaxed        drop bytes of a definition that no dialect knows\n"
	"  --type TYPE      type of programs whose section name tells none\n"
	"  --type SECTION=TYPE\n"
	"                   type of the programs in SECTION, whatever its name tells; may be\n"
	"                   given several times. Types as bpftool names them: socket_filter,\n"
	"                   kprobe, sched_cls, sched_act, tracepoint, xdp, ...\n"
	"  --no-guess       do not try types for a section whose name tells none\n"
	"  --map NAME=PATH  use the map pinned at PATH in the place of map NAME\n"
	"  --bpffs DIR      where bpffs is mounted (default $TC_BPF_MNT or /sys/fs/bpf)\n"
	"  --pin-root DIR   where LIBBPF_PIN_BY_NAME pins (default: bpffs itself)\n"
	"  --pin DIR        pin every map and program by its name in DIR on a bpffs; they\n"
	"                   stay, but for a run that ends by ^C without --keep\n"
	"  --attach [PROGRAM=]WHAT\n"
	"                   attach a program until the end; may be given several times.\n"
	"                   WHAT is xdp:INTERFACE, xdpgeneric:INTERFACE,\n"
	"                   tc:INTERFACE:ingress, tc:INTERFACE:egress, cgroup:PATH (for\n"
	"                   cgroup_skb also cgroup:PATH:egress), socket:INTERFACE, or\n"
	"                   section: everything whose section's name says where to. PROGRAM\n"
	"                   can be left out where only one has the type for it\n"
	"  --dump SECONDS   print the entries of all maps that change, that often, until ^C;\n"
	"                   by their types where BTF tells them, else in hex\n"
	"  --keep           leave it all at the end: links pinned in the directory of --pin,\n"
	"                   tc filters in the kernel; says how to remove them\n"
	"  -v, --verbose    every step on stderr; after a failure the whole verifier log\n"
	"  --json           one JSON document instead of text; with --dump another one each\n"
	"                   time that something has changed\n"
	"  -h, --help       this page\n"
	"\n"
	"A tc filter outlives a bpfload that is killed (SIGKILL); all else ends with it.\n"
	"\n"
	"JSON: object {path, license}, maps [], programs [], attachments [], pins [],\n"
	"notes []. Numbers are numbers, what does not exist is null;\n"
	"tests/schema/load.schema.json and dump.schema.json have every key.\n"
	"\n"
	"Exit status: 0 everything in the object was loaded and attached, 1 something was\n"
	"not (then nothing is left behind), 2 wrong usage.\n";

/* ---- what show and JSON ask for ---- */

bool load_guessed(const struct load *load, size_t index)
{
	return load->untyped[index] && bpf_loader_program(load->loader, index)->type;
}

const char *load_path(const struct load *load, const struct bpf_loader_map *map)
{
	const struct pairs *maps = &load->options->maps;

	if (!map->given)
		return map->pin_path;
	for (size_t i = 0; i < maps->count; i++)
		if (!strcmp(maps->list[i].left, map->name))
			return maps->list[i].right;
	return NULL;
}

const char *load_origin(const struct bpf_loader_map *map)
{
	if (map->given)
		return "given";
	if (map->reused)
		return "reused";
	return map->pinned ? "pinned" : "created";
}

bool load_map_info(const struct bpf_loader_map *map, struct bpf_map_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return map->fd >= 0 && !bpf_obj_get_info_by_fd(map->fd, info, &size);
}

bool load_program_info(const struct bpf_loader_program *program, struct bpf_prog_info *info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return program->fd >= 0 && !bpf_obj_get_info_by_fd(program->fd, info, &size);
}

/* ---- the caller's wishes ---- */

static void hear(const struct bpf_loader_event *event, void *ctx)
{
	struct load *load = ctx;

	findings_hear(&load->findings, event);
}

static void set_type(struct bpf_loader_program *program, __u32 type)
{
	if (program->type != type) {
		/* What the section's name said besides belongs to the type it named. */
		program->expected_attach_type = 0;
		program->attach_kind = BPF_LOADER_ATTACH_NONE;
		program->attach_target = NULL;
	}
	program->type = type;
	program->type_rule = NAMED;
}

static int apply_type(struct bpf_loader_program *program, size_t index, void *ctx)
{
	struct load *load = ctx;
	const struct pairs *types = &load->options->types;

	for (size_t i = 0; i < types->count; i++)
		if (!strcmp(types->list[i].left, program->section))
			set_type(program, prog_type_by_name(types->list[i].right));
	load->untyped[index] = !program->type;
	return 0;
}

static bool has_section(const struct load *load, const char *section)
{
	for (size_t i = 0; i < bpf_loader_program_count(load->loader); i++)
		if (!strcmp(bpf_loader_program(load->loader, i)->section, section))
			return true;
	return false;
}

/* An option without effect is worth a word: is it the section's type that was meant? */
static void note_unused_type(const struct load *load)
{
	const __u32 type = load->options->loader.prog_type;

	for (size_t i = 0; i < bpf_loader_program_count(load->loader); i++)
		if (!strcmp(bpf_loader_program(load->loader, i)->type_rule ?: "", NAMED))
			return;
	if (type)
		complain("note: --type %s decides nothing: the names of all sections tell a "
			 "type; --type SECTION=%s overrules one",
			 prog_type_name(type), prog_type_name(type));
}

static bool check_types(const struct load *load)
{
	const struct pairs *types = &load->options->types;

	note_unused_type(load);
	for (size_t i = 0; i < types->count; i++)
		if (!has_section(load, types->list[i].left)) {
			complain("%s: --type %s=%s: no program is in a section of that name; "
				 "bpfload explain lists them",
				 load->object, types->list[i].left, types->list[i].right);
			return false;
		}
	return true;
}

/* An fd tells by its name in /proc what is behind it; the kernel's info calls do not. */
static bool is_map(int fd)
{
	char link[64], target[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return true;
	target[length] = '\0';
	return strstr(target, "bpf-map") != NULL;
}

static bool give_map(const struct load *load, const struct pair *pair, int *fd)
{
	*fd = bpf_obj_get(pair->right);
	if (*fd < 0)
		complain("%s: --map %s: cannot open what is pinned at %s: %s", load->object,
			 pair->left, pair->right, strerror(errno));
	else if (!is_map(*fd))
		complain("%s: --map %s: what is pinned at %s is no map", load->object,
			 pair->left, pair->right);
	else if (bpf_loader_set_map_fd(load->loader, pair->left, *fd))
		complain("%s: --map %s: the object has no map of that name; bpfload explain "
			 "lists them",
			 load->object, pair->left);
	else
		return true;
	return false;
}

/* A map that is not what the definition says may be wanted so, but not without a word. */
static void compare_given(const struct bpf_loader_map *map)
{
	struct bpf_map_info info;

	if (!map->given || !load_map_info(map, &info))
		return;
	if (info.type == map->type && info.key_size == map->key_size &&
	    info.value_size == map->value_size && info.max_entries == map->max_entries)
		return;
	complain("warning: map '%s' as given (%s, key %u, value %u, max_entries %u) is not "
		 "what the object defines (%s, key %u, value %u, max_entries %u)",
		 map->name, map_type_name(info.type), info.key_size, info.value_size,
		 info.max_entries, map_type_name(map->type), map->key_size, map->value_size,
		 map->max_entries);
}

static bool give_maps(struct load *load)
{
	const struct pairs *maps = &load->options->maps;

	load->given = must(calloc(maps->count + 1, sizeof(*load->given)));
	memset(load->given, 0xff, (maps->count + 1) * sizeof(*load->given));
	for (size_t i = 0; i < maps->count; i++)
		if (!give_map(load, &maps->list[i], &load->given[i]))
			return false;
	for (size_t i = 0; i < bpf_loader_map_count(load->loader); i++)
		compare_given(bpf_loader_map(load->loader, i));
	return true;
}

/* ---- the load ---- */

static bool fail_loader(const struct load *load)
{
	const char *log = bpf_loader_log(load->loader);

	if (load->options->verbose && log[0])
		complain("the verifier's log:\n%s", log);
	complain("%s", bpf_loader_error(load->loader));
	return false;
}

static bool open_object(struct load *load)
{
	struct bpf_loader_opts opts = load->options->loader;
	size_t count;

	opts.fixup_program = apply_type;
	opts.report = hear;
	opts.ctx = load;
	load->loader = input_open(load->options->object, &opts);
	if (bpf_loader_error(load->loader))
		return fail_loader(load);
	count = bpf_loader_program_count(load->loader);
	if (!count && !bpf_loader_map_count(load->loader)) {
		complain("%s: nothing to load: the object has neither maps nor programs",
			 load->object);
		return false;
	}
	load->untyped = must(calloc(count + 1, sizeof(*load->untyped)));
	return true;
}

static bool load_object(struct load *load)
{
	if (!open_object(load) || !check_types(load) || !give_maps(load))
		return false;
	if (bpf_loader_load(load->loader))
		return fail_loader(load);
	return true;
}

/* ---- what runs on ---- */

bool load_waits(const struct load *load)
{
	const struct options *options = load->options;

	return options->dump_seconds > 0 || (options->attach.count && !options->keep);
}

bool load_pins_stay(const struct load *load)
{
	const struct options *options = load->options;

	return options->pin && (options->keep || !load_waits(load));
}

static bool attach_and_pin(struct load *load)
{
	const struct options *options = load->options;

	if (!attachments_make(&load->attachments, &options->attach, load->object, load->loader))
		return false;
	/* A link that is not to stay is not pinned: then it goes even if the process is killed. */
	return !options->pin || pins_make(&load->pins, options->pin, load->loader,
					  options->keep ? &load->attachments : NULL);
}

/* Until a signal comes, or nobody reads any more. */
static int wait_for_end(const struct load *load)
{
	const double step = load->options->dump_seconds;
	int status = finish_output();
	struct dump dump;

	if (!step) {
		until_signal_wait(0);
		return status;
	}
	dump_open(&dump, load->loader, load->options->json);
	do {
		dump_round(&dump);
		status = finish_output();
		dump.seconds += step;
	} while (!status && !until_signal_wait(step));
	dump_close(&dump);
	return status;
}

/* ---- the end ---- */

/* The paths that will still be there, to be told when all else is released. */
static struct table pins_that_stay(const struct load *load)
{
	static const struct column columns[] = {{.title = "pin"}, {.title = "of"}};
	struct table table = {.columns = columns, .column_count = 2};

	for (size_t i = 0; i < bpf_loader_map_count(load->loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(load->loader, i);

		if (map->given || !map->pin_path)
			continue;
		table_add(&table, "%s", map->pin_path);
		table_add(&table, "%s", map->name);
	}
	for (size_t i = 0; i < load->pins.count && load_pins_stay(load); i++) {
		table_add(&table, "%s", load->pins.list[i].path);
		table_add(&table, "%s %s", load->pins.list[i].what, load->pins.list[i].name);
	}
	return table;
}

/* Commands that take away what stays attached. */
static struct table removals(const struct load *load)
{
	static const struct column columns[] = {{.title = "attached", .style = STYLE_BOLD},
						{.title = "to"},
						{.title = "until"}};
	struct table table = {.columns = columns, .column_count = 3};

	for (size_t i = 0; i < load->attachments.count && load->options->keep; i++) {
		const struct attachment *attachment = &load->attachments.list[i];
		char *removal = attachment_removal(attachment);

		table_add(&table, "%s", attachment->program->name);
		table_add(&table, "%s %s", attachment_kind(attachment),
			  attachment_target(attachment));
		table_add(&table, "%s", removal ? removal : "");
		free(removal);
	}
	return table;
}

/* A load that has failed takes back what it made, pins of the definitions included. */
static void close_load(struct load *load, bool good)
{
	attachments_release(&load->attachments, good && load->options->keep);
	if (good && load_pins_stay(load))
		pins_release(&load->pins);
	else
		pins_undo(&load->pins);
	if (load->loader && !good)
		pinning_undo(&load->loader->journal);
	bpf_loader_close(load->loader);
	load->loader = NULL;
	for (size_t i = 0; load->given && i < load->options->maps.count; i++)
		if (load->given[i] >= 0)
			close(load->given[i]);
	free(load->given);
	load->given = NULL;
	free(load->untyped);
	load->untyped = NULL;
	findings_release(&load->findings);
}

static void show_end(struct load *load)
{
	struct table pins = pins_that_stay(load), attached = removals(load);

	close_load(load, true);
	if (attached.cell_count) {
		say_heading("These stay attached");
		table_print(&attached);
	}
	if (pins.cell_count) {
		say_heading("Released again; these pins stay (rm removes one)");
		table_print(&pins);
	} else if (!attached.cell_count) {
		say_heading("Released again; nothing new stays in the kernel");
	}
}

static int show(struct load *load)
{
	int status = EXIT_SUCCESS;

	if (load->options->json)
		load_json(load);
	else
		load_show(load);
	if (load_waits(load))
		status = wait_for_end(load);
	if (!load->options->json)
		show_end(load);
	return status ? status : finish_output();
}

static int load_and_show(const struct options *options)
{
	struct load load = {.options = options,
			    .object = input_name(options->object),
			    .findings.verbose = options->verbose};
	int status = EXIT_FAILURE;
	bool good;

	if (load_waits(&load) || options->attach.count || options->pin)
		until_signal_hold();
	good = load_object(&load) && attach_and_pin(&load);
	if (good)
		status = show(&load);
	close_load(&load, good);
	return status;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options;
	int status = options_parse(&options, command, OPTIONS_LOAD, argc, argv);

	if (!status && options.help) {
		fputs(help, stdout);
		status = finish_output();
	} else if (!status) {
		status = load_and_show(&options);
	}
	options_release(&options);
	return status;
}

const struct command command_load = {
	.name = "load",
	.line = "create its maps, verify its programs; on request attach, pin, watch",
	.help = help,
	.run = run,
};
