// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_create: creates, reuses, pins, nests and fills maps. See map_create.h.
 */
#include "map_create.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel_name.h"
#include "maps_data.h"
#include "privilege.h"

/* ---- completing descriptions ---- */

/* Values of these types are file descriptors: 4 bytes, whatever a definition says. */
static bool holds_fds(__u32 type)
{
	switch (type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS: return true;
	default: return false;
	}
}

/* tc and cilium/ebpf force the size too, so there are sources that write another one. */
static void complete_fd_sizes(struct bpf_loader_map *map, struct report *report)
{
	if (map->value_size != 4) {
		report_warning(report, map->section,
			       "map '%s': value_size %u made 4, the only size that type %s has",
			       map->name, map->value_size, map_type_name(map->type));
		map->value_size = 4;
	}
	if (!map->key_size && map->type != BPF_MAP_TYPE_HASH_OF_MAPS)
		map->key_size = 4;
}

/* A ring buffer is a power of 2 of whole pages; libbpf rounds up likewise. */
static void complete_ring_buffer(struct bpf_loader_map *map, struct report *report)
{
	__u32 page = (__u32)sysconf(_SC_PAGESIZE), size = page;

	while (size < map->max_entries && size < (1u << 31))
		size *= 2;
	if (size == map->max_entries || !map->max_entries)
		return;
	report_note(report, map->section, "map '%s': ring buffer of %u bytes rounded up to %u",
		    map->name, map->max_entries, size);
	map->max_entries = size;
}

void map_create_complete(struct bpf_loader_map *map, struct report *report)
{
	if (holds_fds(map->type))
		complete_fd_sizes(map, report);
	if (map->type == BPF_MAP_TYPE_RINGBUF)
		complete_ring_buffer(map, report);
	if (map->type == BPF_MAP_TYPE_LPM_TRIE && !(map->map_flags & BPF_F_NO_PREALLOC)) {
		report_warning(
			report, map->section,
			"map '%s': BPF_F_NO_PREALLOC added, an LPM trie is not made without",
			map->name);
		map->map_flags |= BPF_F_NO_PREALLOC;
	}
	if (map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !map->max_entries)
		map->max_entries = (__u32)libbpf_num_possible_cpus();
}

/* ---- why it failed ---- */

/* Only from the type does the kernel know where the lock in a value is; it looks at direct members. */
static bool holds_lock(const struct btf_file *info, const struct bpf_loader_map *map)
{
	const struct btf_type *type;

	if (!map->btf_value_type || !info->btf)
		return false;
	type = btf_plain_type(info->btf, map->btf_value_type);
	for (__u32 i = 0; btf_is_struct(type) && i < btf_vlen(type); i++) {
		const struct btf_type *member =
			btf_plain_type(info->btf, btf_members(type)[i].type);

		if (btf_is_struct(member) &&
		    !strcmp(btf_name(info->btf, member->name_off), "bpf_spin_lock"))
			return true;
	}
	return false;
}

static bool is_array(__u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       (holds_fds(type) && type != BPF_MAP_TYPE_HASH_OF_MAPS);
}

/* Storage in the kernel's own objects is not made without the types of key and value. */
static bool needs_btf(__u32 type)
{
	return type == BPF_MAP_TYPE_SK_STORAGE || type == BPF_MAP_TYPE_INODE_STORAGE ||
	       type == BPF_MAP_TYPE_TASK_STORAGE;
}

const char *map_create_explain(const struct bpf_loader_map *map)
{
	if (needs_btf(map->type) && (!map->btf_key_type || !map->btf_value_type))
		return "; maps of this type need the BTF types of key and value: compile with "
		       "-g, and define it in .maps or give it BPF_ANNOTATE_KV_PAIR";
	if (!map->max_entries && map->type != BPF_MAP_TYPE_SK_STORAGE &&
	    map->type != BPF_MAP_TYPE_TASK_STORAGE && map->type != BPF_MAP_TYPE_INODE_STORAGE &&
	    map->type != BPF_MAP_TYPE_CGROUP_STORAGE)
		return "; max_entries is 0: user space must set it before the map is created";
	if (is_array(map->type) && map->key_size != 4)
		return "; the key of an array is its index: key_size must be 4";
	if (map_type_holds_maps(map->type) && map->inner_map < 0 && !map->inner)
		return "; a map of maps needs a template: inner_map_idx, inner_id or "
		       "__array(values)";
	if (map->type == BPF_MAP_TYPE_STACK_TRACE && map->value_size % 8)
		return "; a stack is a row of 8-byte addresses: value_size must be a multiple "
		       "of 8";
	if ((map->type == BPF_MAP_TYPE_QUEUE || map->type == BPF_MAP_TYPE_STACK) &&
	    map->key_size)
		return "; queues and stacks have no key: key_size must be 0";
	if (!map->value_size && map->type != BPF_MAP_TYPE_RINGBUF)
		return "; value_size is 0";
	if (!map->key_size && map->type != BPF_MAP_TYPE_QUEUE &&
	    map->type != BPF_MAP_TYPE_STACK && map->type != BPF_MAP_TYPE_RINGBUF)
		return "; key_size is 0";
	if (map->type >= 64)
		return "; there is no such map type: is this section really map definitions?";
	return "; does this kernel know the type and all flags?";
}

static int fail_create(const struct map_create_context *context,
		       const struct bpf_loader_map *map, int errnum, bool typed)
{
	struct report *report = context->report;
	char why[256] = "";

	if (typed && errnum != EPERM && holds_lock(context->btf, map))
		snprintf(why, sizeof(why),
			 "; its value holds a bpf_spin_lock: maps of type hash, "
			 "array and the storage maps may have one, others not");
	/* Who may not load BTF gets EINVAL here for what is a want of rights. */
	if (!why[0] && errnum == EINVAL && !typed && map->btf_key_type && needs_btf(map->type))
		privilege_explain(EPERM, why, sizeof(why));
	if (!why[0] && (errnum == EINVAL || errnum == E2BIG))
		snprintf(why, sizeof(why), "%s", map_create_explain(map));
	else if (!why[0])
		privilege_explain(errnum, why, sizeof(why));
	return report_fail(
		report, errnum,
		"section '%s', map '%s': the kernel does not create it (type %s (%u), "
		"key_size %u, value_size %u, max_entries %u, flags 0x%x): %s%s",
		map->section, map->name, map_type_name(map->type), map->type, map->key_size,
		map->value_size, map->max_entries, map->map_flags, strerror(errnum), why);
}

/* ---- the syscall ---- */

bool map_create_takes_btf(__u32 type)
{
	switch (type) {
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_STACK_TRACE:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP:
	case BPF_MAP_TYPE_XSKMAP:
	case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH:
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK: return false;
	default: return true;
	}
}

static int create(const struct bpf_loader_map *map, int inner_fd, int btf_fd)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = map->map_flags,
		    .map_extra = map->map_extra);
	char name[BPF_OBJ_NAME_LEN];
	int fd;

	if (inner_fd >= 0)
		opts.inner_map_fd = (__u32)inner_fd;
	if (map->map_flags & BPF_F_NUMA_NODE)
		opts.numa_node = map->numa_node;
	if (btf_fd >= 0) {
		opts.btf_fd = (__u32)btf_fd;
		opts.btf_key_type_id = map->btf_key_type;
		opts.btf_value_type_id = map->btf_value_type;
	}
	kernel_name(map->name, name);
	fd = bpf_map_create((enum bpf_map_type)map->type, name, map->key_size, map->value_size,
			    map->max_entries, &opts);
	return fd < 0 ? -errno : fd;
}

/*
 * Type names are a gift, so a kernel that does not like them gets the map without, as with libbpf.
 * But a lock cannot be used without them, and the verifier's word on that would mislead. Global data
 * cannot be mapped into user space before Linux 5.5, which nobody asked for here.
 */
static int create_or_less(const struct map_create_context *context, struct bpf_loader_map *map,
			  int inner_fd)
{
	int btf_fd = -1, fd, first;

	if ((map->btf_key_type || map->btf_value_type) && map_create_takes_btf(map->type))
		btf_fd = btf_file_load(context->btf, context->report);
	first = fd = create(map, inner_fd, btf_fd);
	if (fd < 0 && btf_fd >= 0 && !holds_lock(context->btf, map)) {
		fd = create(map, inner_fd, -1);
		if (fd >= 0)
			report_warning(
				context->report, map->section,
				"map '%s': created without the types of its key and value, "
				"which the kernel refused: %s",
				map->name, strerror(-first));
	}
	if (fd == -EINVAL && map->dialect == BPF_LOADER_DATA) {
		map->map_flags &= ~(__u32)BPF_F_MMAPABLE;
		fd = create(map, inner_fd, -1);
	}
	return fd < 0 ? fail_create(context, map, -first, btf_fd >= 0) : fd;
}

static int inner_fd_of(const struct map_create_context *context,
		       const struct bpf_loader_map *map)
{
	if (map->inner_map >= 0)
		return context->maps->maps[map->inner_map].fd;
	return map->inner ? map->inner->fd : -1;
}

static int create_template(const struct map_create_context *context, struct bpf_loader_map *map)
{
	int fd;

	map_create_complete(map, context->report);
	fd = create_or_less(context, map, -1);
	if (fd < 0)
		return fd;
	map->fd = fd;
	return 0;
}

static int create_map(const struct map_create_context *context, struct bpf_loader_map *map)
{
	int fd, err = 0;

	if (map->inner)
		err = create_template(context, map->inner);
	if (err)
		return err;
	fd = create_or_less(context, map, inner_fd_of(context, map));
	if (map->inner) {
		/* It was a pattern; the outer map remembers its shape. */
		close(map->inner->fd);
		map->inner->fd = -1;
	}
	return fd;
}

/* ---- pinned maps ---- */

struct comparison {
	const char *field;
	__u64 wanted, found;
};

static bool differs(const struct comparison *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].wanted != rows[i].found)
			return true;
	return false;
}

/* Wanted and found side by side, the rows that differ marked. */
static int fail_mismatch(const struct bpf_loader_map *map, const struct comparison *rows,
			 size_t count, struct report *report)
{
	char table[1024];
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		int n = snprintf(
			table + used, sizeof(table) - used, "\n  %c %-12s %12llu %12llu",
			rows[i].wanted == rows[i].found ? ' ' : '!', rows[i].field,
			(unsigned long long)rows[i].wanted, (unsigned long long)rows[i].found);

		used += (size_t)n < sizeof(table) - used ? (size_t)n : 0;
	}
	return report_fail(
		report, EINVAL,
		"section '%s', map '%s': what is pinned at %s is another map (type %s%s%s)"
		":\n    %-12s %12s %12s%s\nchange the definition, or remove the old map: rm %s",
		map->section, map->name, map->pin_path, map_type_name(map->type),
		rows[0].wanted == rows[0].found ? "" : " wanted, found ",
		rows[0].wanted == rows[0].found ? "" : map_type_name((__u32)rows[0].found),
		"field", "wanted", "found", table, map->pin_path);
}

/* Flags that the kernel adds by itself are no difference. */
static __u32 wanted_flags(const struct bpf_loader_map *map, __u32 found)
{
	if (map->type == BPF_MAP_TYPE_DEVMAP || map->type == BPF_MAP_TYPE_DEVMAP_HASH)
		return map->map_flags | (found & BPF_F_RDONLY_PROG);
	return map->map_flags;
}

/* A pinned program or link has an info too, which would be misread as a map's. */
static bool is_map(int fd)
{
	char path[64], name[64];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, name, sizeof(name) - 1);
	if (length < 0)
		return true; /* no /proc: the comparison will tell */
	name[length] = '\0';
	return strstr(name, "bpf-map");
}

static int check_pinned(const struct bpf_loader_map *map, int fd, struct report *report)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	if (!is_map(fd))
		return report_fail(
			report, EINVAL,
			"section '%s', map '%s': what is pinned at %s is no map; remove "
			"it: rm %s",
			map->section, map->name, map->pin_path, map->pin_path);
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return report_fail(report, errno,
				   "map '%s': what is pinned at %s is no map: %s", map->name,
				   map->pin_path, strerror(errno));
	const struct comparison rows[] = {
		{"type", map->type, info.type},
		{"key_size", map->key_size, info.key_size},
		{"value_size", map->value_size, info.value_size},
		{"max_entries", map->max_entries, info.max_entries},
		{"flags", wanted_flags(map, info.map_flags), info.map_flags},
		{"map_extra", map->map_extra, info.map_extra},
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);

	return differs(rows, count) ? fail_mismatch(map, rows, count, report) : 0;
}

/* The pinned map's fd, -ENOENT where nothing is pinned, or an error. */
static int open_pinned(struct bpf_loader_map *map, struct report *report)
{
	char why[256];
	int fd = bpf_obj_get(map->pin_path), err;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0) {
		err = errno;
		privilege_explain(err, why, sizeof(why));
		return report_fail(report, err,
				   "map '%s': cannot open what is pinned at %s: %s%s",
				   map->name, map->pin_path, strerror(err), why);
	}
	err = check_pinned(map, fd, report);
	if (err) {
		close(fd);
		return err;
	}
	map->reused = true;
	return fd;
}

static int create_pinned(const struct map_create_context *context, struct bpf_loader_map *map)
{
	int fd, err;

	fd = create_map(context, map);
	if (fd < 0)
		return fd;
	err = pinning_pin(map, fd, context->pin_options, context->journal, context->report);
	if (!err)
		return fd;
	close(fd);
	/* Somebody pinned there since we looked: then theirs is the map, if it is the same. */
	if (err == -EEXIST)
		return open_pinned(map, context->report);
	return err;
}

/* ---- one map ---- */

static int obtain_fd(const struct map_create_context *context, struct bpf_loader_map *map)
{
	int fd;

	if (!map->pin_path)
		return create_map(context, map);
	fd = open_pinned(map, context->report);
	return fd == -ENOENT && !context->report->errnum ? create_pinned(context, map) : fd;
}

static void report_created(const struct map_create_context *context,
			   const struct bpf_loader_map *map)
{
	struct bpf_loader_event event = {
		.kind = BPF_LOADER_EVENT_MAP_CREATED, .section = map->section, .map = map};
	const char *how = map->given	? "given by the caller"
			  : map->reused ? "reused from"
			  : map->pinned ? "created and pinned at"
					: "created";

	report_event(context->report, &event, "map '%s': fd %d, %s%s%s", map->name, map->fd,
		     how, map->pin_path && !map->given ? " " : "",
		     map->pin_path && !map->given ? map->pin_path : "");
}

static int fill_data(const struct bpf_loader_map *map, struct report *report)
{
	__u32 key = 0;

	if (map->raw && bpf_map_update_elem(map->fd, &key, map->raw, 0))
		return report_fail(
			report, errno,
			"section '%s', map '%s': cannot write the variables' values: %s",
			map->section, map->name, strerror(errno));
	/* Frozen, the verifier knows its constants. Older kernels than 5.2 cannot, and do not. */
	if (maps_data_read_only(map->section))
		bpf_map_freeze(map->fd);
	return 0;
}

static int run_fixup(const struct map_create_context *context, size_t index)
{
	struct bpf_loader_map *map = &context->maps->maps[index];
	int err = context->fixup ? context->fixup(map, index, context->ctx) : 0;

	if (err)
		return report_fail(context->report, err < 0 ? -err : err,
				   "section '%s', map '%s': refused by the caller's fixup",
				   map->section, map->name);
	if (map->fd >= 0)
		map->given = true;
	return 0;
}

static int make_map(const struct map_create_context *context, size_t index)
{
	struct bpf_loader_map *map = &context->maps->maps[index];
	int err = 0;

	if (!map->given) {
		map_create_complete(map, context->report);
		map->fd = obtain_fd(context, map);
		if (map->fd < 0)
			return map->fd;
	}
	if (map->dialect == BPF_LOADER_DATA && !map->given)
		err = fill_data(map, context->report);
	report_created(context, map);
	return err;
}

/* ---- slots ---- */

static int put_map(const struct map_create_context *context, struct bpf_loader_map *map,
		   __u32 slot, long inner)
{
	struct bpf_loader_event event = {
		.kind = BPF_LOADER_EVENT_SLOT, .section = map->section, .map = map};
	const struct bpf_loader_map *value = &context->maps->maps[inner];

	if (bpf_map_update_elem(map->fd, &slot, &value->fd, BPF_ANY))
		return report_fail(
			context->report, errno,
			"section '%s', map '%s': cannot put map '%s' into slot %u: %s",
			map->section, map->name, value->name, slot, strerror(errno));
	report_event(context->report, &event, "map '%s': slot %u holds map '%s'", map->name,
		     slot, value->name);
	return 0;
}

static int fill_slots(const struct map_create_context *context, struct bpf_loader_map *map)
{
	int err = 0;

	/* What others already use keeps what it holds; tc alone fills it anew each time. */
	if (map->given || (map->reused && map->dialect != BPF_LOADER_IPROUTE2))
		return 0;
	for (size_t i = 0; i < map->slot_count && !err; i++)
		if (map->slots[i].map >= 0)
			err = put_map(context, map, map->slots[i].key, map->slots[i].map);
	return err;
}

/* Maps that hold maps come last: then every template has its fd. */
int map_create_all(const struct map_create_context *context)
{
	struct map_list *list = context->maps;
	int err = 0;

	for (size_t i = 0; i < list->count && !err; i++)
		err = run_fixup(context, i);
	for (size_t i = 0; i < list->count && !err; i++)
		if (!map_type_holds_maps(list->maps[i].type))
			err = make_map(context, i);
	for (size_t i = 0; i < list->count && !err; i++)
		if (map_type_holds_maps(list->maps[i].type))
			err = make_map(context, i);
	for (size_t i = 0; i < list->count && !err; i++)
		err = fill_slots(context, &list->maps[i]);
	return err;
}
