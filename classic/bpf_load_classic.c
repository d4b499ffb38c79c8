// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * bpf_load_classic: load_bpf_file() and its global arrays over one handle for each load.
 * See bpf_load_classic.h.
 *
 * The arrays are written only when the whole load has succeeded, so after a failure they hold
 * what they held before.
 */
#include "../bpf_load.h"

#include <stdlib.h>
#include <string.h>

int map_fd[MAX_MAPS];
int prog_fd[MAX_PROGS];
int event_fd[MAX_PROGS];
/* Weak: programs of 4.10 and later sometimes define a log buffer of their own by this name. */
__attribute__((weak)) char bpf_log_buf[BPF_LOG_BUF_SIZE];
int prog_cnt;
int prog_array_fd = -1;
struct bpf_map_data map_data[MAX_MAPS];
int map_data_count;

/* Handles of all loads: they own the descriptors that the arrays show. */
static struct bpf_loader **loaded;
static size_t loaded_count;

/* Probes that needed a tracefs event must not outlive the process. */
static void close_all(void)
{
	for (size_t i = loaded_count; i > 0; i--)
		bpf_loader_close(loaded[i - 1]);
	free(loaded);
	loaded = NULL;
	loaded_count = 0;
}

static bool keep(struct bpf_loader *loader)
{
	struct bpf_loader **grown = realloc(loaded, (loaded_count + 1) * sizeof(*loaded));

	if (!grown)
		return false;
	if (!loaded)
		atexit(close_all);
	loaded = grown;
	loaded[loaded_count++] = loader;
	return true;
}

static void describe(struct bpf_map_data *data, const struct bpf_loader_map *map)
{
	data->fd = map->fd;
	data->name = (char *)map->name;
	data->elf_offset = map->offset;
	data->def = (struct bpf_load_map_def){
		.type = map->type,
		.key_size = map->key_size,
		.value_size = map->value_size,
		.max_entries = map->max_entries,
		.map_flags = map->map_flags,
		.inner_map_idx = map->inner_map < 0 ? 0 : (unsigned int)map->inner_map,
		.numa_node = map->numa_node,
	};
}

/* Old programs print what they like to stdout; of the loader's story they get the warnings. */
static void report_warnings(const struct bpf_loader_event *event, void *ctx)
{
	(void)ctx;
	if (event->kind == BPF_LOADER_EVENT_WARNING)
		fprintf(stderr, "%s: warning: %s\n", event->object, event->text);
}

/* The old callback knows the old struct: translate there and back. */
static int call_fixup(struct bpf_loader_map *map, size_t index, void *ctx)
{
	fixup_map_cb *fixup = ctx;
	struct bpf_map_data data;

	if (!*fixup || map->dialect == BPF_LOADER_DATA)
		return 0;
	describe(&data, map);
	(*fixup)(&data, (int)index);
	map->fd = data.fd;
	map->type = data.def.type;
	map->key_size = data.def.key_size;
	map->value_size = data.def.value_size;
	map->max_entries = data.def.max_entries;
	map->map_flags = data.def.map_flags;
	map->numa_node = data.def.numa_node;
	return 0;
}

/* Maps that old programs can count on by index: global data stands behind them. */
static size_t visible_maps(const struct bpf_loader *loader)
{
	size_t count = 0;

	while (count < bpf_loader_map_count(loader) &&
	       bpf_loader_map(loader, count)->dialect != BPF_LOADER_DATA)
		count++;
	return count;
}

static bool fits(const struct bpf_loader *loader, const char *path)
{
	const char *advice = "load it with bpf_loader_load_file(), which has no limit";

	if (visible_maps(loader) > MAX_MAPS)
		fprintf(stderr, "%s: %zu maps, but map_fd[] holds %d; %s\n", path,
			visible_maps(loader), MAX_MAPS, advice);
	else if (prog_cnt + bpf_loader_program_count(loader) > MAX_PROGS)
		fprintf(stderr,
			"%s: with its %zu programs there are %zu, but prog_fd[] holds %d; %s\n",
			path, bpf_loader_program_count(loader),
			prog_cnt + bpf_loader_program_count(loader), MAX_PROGS, advice);
	else if (!bpf_loader_program_count(loader))
		fprintf(stderr,
			"%s: no section that load_bpf_file() knows (socket, kprobe/, xdp, …); "
			"%s\n",
			path, "load it with bpf_loader_load_file() or bpfload load");
	else
		return true;
	return false;
}

static void publish(struct bpf_loader *loader)
{
	map_data_count = (int)visible_maps(loader);
	for (int i = 0; i < map_data_count; i++) {
		const struct bpf_loader_map *map = bpf_loader_map(loader, (size_t)i);

		describe(&map_data[i], map);
		map_fd[i] = map->fd;
		if (map->type == BPF_MAP_TYPE_PROG_ARRAY)
			prog_array_fd = map->fd;
	}
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);

		prog_fd[prog_cnt] = program->fd;
		event_fd[prog_cnt] = program->attach_fd < 0 ? 0 : program->attach_fd;
		prog_cnt++;
	}
}

static int fail(struct bpf_loader *loader, int result)
{
	if (bpf_loader_error(loader))
		fprintf(stderr, "%s\n", bpf_loader_error(loader));
	if (loader)
		snprintf(bpf_log_buf, sizeof(bpf_log_buf), "%s", bpf_loader_log(loader));
	bpf_loader_close(loader);
	return result;
}

int load_bpf_file_fixup_map(const char *path, fixup_map_cb fixup_map)
{
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_CLASSIC_SECTIONS,
		.fixup_map = call_fixup,
		.report = report_warnings,
		.ctx = &fixup_map,
	};
	struct bpf_loader *loader = bpf_loader_open(path, &opts);

	if (bpf_loader_error(loader) || !fits(loader, path))
		return fail(loader, 1);
	if (bpf_loader_create_maps(loader))
		return fail(loader, 1);
	if (bpf_loader_attach(loader))
		return fail(loader, -1);
	if (!keep(loader))
		return fail(loader, 1);
	publish(loader);
	return 0;
}

int load_bpf_file(char *path)
{
	return load_bpf_file_fixup_map(path, NULL);
}
