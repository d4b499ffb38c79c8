// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * pretended: the kernel of a run for which nobody has to be root.
 *
 * With STAGE=pretended in the environment, the learner's program gets an object that was read but
 * not loaded, descriptors that mean nothing, and a map that is an array here: defined as the
 * object defines xdp_stats_map, with the records that frames have made, on a machine where four
 * CPUs are possible. Look-ups are answered as the kernel does it; that of the key $UNREADABLE, if
 * there is one, fails. In other runs all calls go where they would go without this.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"
#include "common_kern_user.h"
#include "stage.h"

#define CPUS 4

struct bpf_loader *__real_bpf_loader_load_file(const char *path,
					       const struct bpf_loader_opts *opts);
int __real_bpf_link_create(int program, int target, enum bpf_attach_type type,
			   const struct bpf_link_create_opts *opts);
int __real_bpf_obj_get_info_by_fd(int fd, void *info, __u32 *size);
int __real_bpf_map_lookup_elem(int fd, const void *key, void *value);
unsigned int __real_if_nametoindex(const char *name);
int __real_libbpf_num_possible_cpus(void);

static struct datarec records[XDP_ACTION_MAX][CPUS];
static const struct bpf_loader_map *map; /* xdp_stats_map */

bool pretended(void)
{
	const char *stage = getenv("STAGE");

	return stage && !strcmp(stage, "pretended");
}

/* ---- traffic ---- */

/* As choose_action.h has it; everything passes until assignment 3, and then IPv4 does. */
static __u32 action_of(unsigned int type)
{
	switch (type) {
	case ETH_P_IPV6: return XDP_DROP;
	case ETH_P_LOOPBACK: return XDP_TX;
	case ETH_P_8021Q: return XDP_REDIRECT;
	default: return type < ETH_P_802_3_MIN ? XDP_ABORTED : XDP_PASS;
	}
}

void pretended_receive(const struct frames *frames, int cpu)
{
	struct datarec *record = &records[action_of(frames->type)][cpu % CPUS];

	record->rx_packets += frames->count;
	record->rx_bytes += (__u64)frames->count * frames->size;
}

/* ---- the object ---- */

/* A descriptor that may be closed, and is good for nothing else. */
static int no_descriptor(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

struct bpf_loader *__wrap_bpf_loader_load_file(const char *path,
					       const struct bpf_loader_opts *opts)
{
	struct bpf_loader *loader;

	if (!pretended())
		return __real_bpf_loader_load_file(path, opts);
	loader = bpf_loader_open(path, opts);
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++)
		bpf_loader_map(loader, i)->fd = no_descriptor();
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++)
		bpf_loader_program(loader, i)->fd = no_descriptor();
	map = bpf_loader_find_map(loader, "xdp_stats_map");
	return loader;
}

int __wrap_bpf_link_create(int program, int target, enum bpf_attach_type type,
			   const struct bpf_link_create_opts *opts)
{
	return pretended() ? no_descriptor()
			   : __real_bpf_link_create(program, target, type, opts);
}

unsigned int __wrap_if_nametoindex(const char *name)
{
	return pretended() ? 1 : __real_if_nametoindex(name);
}

/* ---- the map ---- */

int __wrap_libbpf_num_possible_cpus(void)
{
	return pretended() ? CPUS : __real_libbpf_num_possible_cpus();
}

static bool is_map(int fd)
{
	return pretended() && map && fd == map->fd;
}

int __wrap_bpf_obj_get_info_by_fd(int fd, void *info, __u32 *size)
{
	struct bpf_map_info found = {.id = 1};

	if (!is_map(fd))
		return __real_bpf_obj_get_info_by_fd(fd, info, size);
	found.type = map->type;
	found.key_size = map->key_size;
	found.value_size = map->value_size;
	found.max_entries = map->max_entries;
	snprintf(found.name, sizeof(found.name), "%s", map->name);
	if (*size > sizeof(found))
		*size = sizeof(found);
	memcpy(info, &found, *size);
	return 0;
}

static size_t multiple_of_8(size_t size)
{
	return (size + 7) / 8 * 8;
}

/* A value for each CPU, at multiples of 8 bytes; or the one of an array, to which all have added. */
static void put_values(const struct datarec *of_cpus, unsigned char *room)
{
	const bool per_cpu = map->type == BPF_MAP_TYPE_PERCPU_ARRAY;
	const size_t step = per_cpu ? multiple_of_8(map->value_size) : 0;
	size_t size = sizeof(struct datarec);
	struct datarec sum = {0};

	if (size > map->value_size)
		size = map->value_size;
	for (int cpu = 0; cpu < CPUS; cpu++) {
		sum.rx_packets += of_cpus[cpu].rx_packets;
		sum.rx_bytes += of_cpus[cpu].rx_bytes;
		memcpy(room + (size_t)cpu * step, per_cpu ? &of_cpus[cpu] : &sum, size);
	}
}

static int fail(int err)
{
	errno = err;
	return -err;
}

static bool unreadable(__u32 key)
{
	const char *text = getenv("UNREADABLE");

	return text && (__u32)atoi(text) == key;
}

static int pretended_lookup(const void *key, void *room)
{
	__u32 index;

	memcpy(&index, key, sizeof(index));
	if (index >= map->max_entries || index >= XDP_ACTION_MAX)
		return fail(ENOENT);
	if (unreadable(index))
		return fail(EPERM);
	put_values(records[index], room);
	return 0;
}

/* What a look-up writes. */
static size_t bytes_of_lookup(int fd)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	if (__wrap_bpf_obj_get_info_by_fd(fd, &info, &size))
		return 0;
	if (info.type != BPF_MAP_TYPE_PERCPU_ARRAY)
		return info.value_size;
	return multiple_of_8(info.value_size) * (size_t)__wrap_libbpf_num_possible_cpus();
}

/*
 * The value comes to where it is wanted by memcpy() here, which the address sanitizer watches: the
 * kernel would write unseen into what is too small.
 */
int __wrap_bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	const size_t size = bytes_of_lookup(fd);
	void *room = calloc(1, size + 1);
	int rc;

	if (!room)
		return fail(ENOMEM);
	rc = is_map(fd) ? pretended_lookup(key, room)
			: __real_bpf_map_lookup_elem(fd, key, room);
	if (!rc)
		memcpy(value, room, size);
	free(room);
	return rc;
}
