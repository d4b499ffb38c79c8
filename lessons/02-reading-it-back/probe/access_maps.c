// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * access_maps: the calls of <bpf/bpf.h> that map_access.c makes. See access_maps.h.
 *
 *     bpf_map_*()  ──►  call()  ──►  bpf(2)
 *                        │     └──►  stand_in(), the same commands with the same union bpf_attr
 *                        └─ 0, or -errno
 */
#ifndef BPF_LOAD_MODERN_RETURNS
#define BPF_LOAD_MODERN_RETURNS /* here the functions have their own names */
#endif
#include "access_maps.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS_MAX  20000
#define FIRST_FD   1000
#define MAPS_MAX   4
#define KEY_MAX	   8
#define USER_BYTES 4096 /* what goes through a pipe at once */

bool access_maps_in_kernel;
static bool vanishing;
static __u32 vanishing_key;
static const void *appearing; /* the value, or NULL */
static __u32 appearing_key;

/* ---- the stand-in: maps ---- */

struct element {
	struct element *next;
	unsigned char key[KEY_MAX];
	unsigned char value[];
};

struct map {
	__u32 type, key_size, value_size, max_entries;
	__u32 count;
	struct element *first;
};

static struct map maps[MAPS_MAX];
static int map_count;

static struct map *find_map(__u32 fd)
{
	const __u32 index = fd - FIRST_FD;

	return index < (__u32)map_count ? &maps[index] : NULL;
}

/* Where the pointer to the element stands that has this key; to the end if there is none. */
static struct element **find(struct map *map, const void *key)
{
	struct element **at = &map->first;

	while (*at && memcmp((*at)->key, key, map->key_size) != 0)
		at = &(*at)->next;
	return at;
}

static struct element *append(struct map *map, const void *key)
{
	struct element *element = calloc(1, sizeof(*element) + map->value_size);
	struct element **at = &map->first;

	if (!element)
		exit(EXIT_FAILURE);
	while (*at)
		at = &(*at)->next;
	memcpy(element->key, key, map->key_size);
	map->count++;
	return *at = element;
}

static int stand_in_create(union bpf_attr *attr)
{
	struct map *map = &maps[map_count];

	if (map_count == MAPS_MAX || attr->key_size > KEY_MAX || attr->value_size > USER_BYTES)
		return -E2BIG;
	*map = (struct map){
		.type = attr->map_type,
		.key_size = attr->key_size,
		.value_size = attr->value_size,
		.max_entries = attr->max_entries,
	};
	for (__u32 i = 0; map->type == BPF_MAP_TYPE_ARRAY && i < map->max_entries; i++)
		append(map, &i);
	return FIRST_FD + map_count++;
}

/* ---- the stand-in: memory of the caller ---- */

static int pipe_ends[2];

static void *user(__u64 address)
{
	return (void *)(uintptr_t)address;
}

/*
 * The kernel answers EFAULT for an address that is not the caller's, and so has the stand-in to.
 * Whatever goes through a pipe is copied by the kernel.
 */
static int copy(void *to, const void *from, size_t size)
{
	char left;

	if (!pipe_ends[1] && pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC))
		exit(EXIT_FAILURE);
	if (write(pipe_ends[1], from, size) == (ssize_t)size &&
	    read(pipe_ends[0], to, size) == (ssize_t)size)
		return 0;
	while (read(pipe_ends[0], &left, 1) > 0)
		;
	return -EFAULT;
}

/* ---- the stand-in: commands ---- */

static int stand_in_lookup(struct map *map, const void *key, union bpf_attr *attr)
{
	struct element *element = *find(map, key);

	return element ? copy(user(attr->value), element->value, map->value_size) : -ENOENT;
}

/* An array has the key or never will have it: its keys are below max_entries. */
static int update_error(const struct map *map, const struct element *element, __u64 flags)
{
	if (flags > BPF_EXIST)
		return -EINVAL;
	if (!element && map->type == BPF_MAP_TYPE_ARRAY)
		return -E2BIG;
	if (element && flags == BPF_NOEXIST)
		return -EEXIST;
	if (!element && flags == BPF_EXIST)
		return -ENOENT;
	return !element && map->count == map->max_entries ? -E2BIG : 0;
}

static int stand_in_update(struct map *map, const void *key, union bpf_attr *attr)
{
	static unsigned char value[USER_BYTES];
	struct element *element = *find(map, key);
	int err = copy(value, user(attr->value), map->value_size);

	if (!err)
		err = update_error(map, element, attr->flags);
	if (err)
		return err;
	if (!element)
		element = append(map, key);
	memcpy(element->value, value, map->value_size);
	return 0;
}

static int stand_in_delete(struct map *map, const void *key)
{
	struct element **at = find(map, key), *element = *at;

	if (map->type == BPF_MAP_TYPE_ARRAY)
		return -EINVAL;
	if (!element)
		return -ENOENT;
	*at = element->next;
	free(element);
	map->count--;
	return 0;
}

/* Behind a key that is not there comes the first one, as in the kernel. */
static int stand_in_next(struct map *map, const void *key, union bpf_attr *attr)
{
	const struct element *element = key ? *find(map, key) : NULL;

	element = element ? element->next : map->first;
	return element ? copy(user(attr->next_key), element->key, map->key_size) : -ENOENT;
}

static int stand_in_info(union bpf_attr *attr)
{
	const struct map *map = find_map(attr->info.bpf_fd);
	struct bpf_map_info info = {0};

	if (!map)
		return -EBADFD; /* so says the kernel, where other commands say EBADF */
	info.type = map->type;
	info.key_size = map->key_size;
	info.value_size = map->value_size;
	info.max_entries = map->max_entries;
	if (attr->info.info_len > sizeof(info))
		attr->info.info_len = sizeof(info);
	return copy(user(attr->info.info), &info, attr->info.info_len);
}

static int stand_in_element(enum bpf_cmd command, union bpf_attr *attr)
{
	struct map *map = find_map(attr->map_fd);
	unsigned char key[KEY_MAX] = {0};
	const bool from_start = command == BPF_MAP_GET_NEXT_KEY && !attr->key;

	if (!map)
		return -EBADF;
	if (!from_start && copy(key, user(attr->key), map->key_size))
		return -EFAULT;
	switch (command) {
	case BPF_MAP_LOOKUP_ELEM: return stand_in_lookup(map, key, attr);
	case BPF_MAP_UPDATE_ELEM: return stand_in_update(map, key, attr);
	case BPF_MAP_DELETE_ELEM: return stand_in_delete(map, key);
	default: return stand_in_next(map, from_start ? NULL : key, attr);
	}
}

static int stand_in(enum bpf_cmd command, union bpf_attr *attr)
{
	switch (command) {
	case BPF_MAP_CREATE: return stand_in_create(attr);
	case BPF_OBJ_GET_INFO_BY_FD: return stand_in_info(attr);
	default: return stand_in_element(command, attr);
	}
}

/* ---- the calls ---- */

static int in_kernel(enum bpf_cmd command, union bpf_attr *attr)
{
	const long result = syscall(__NR_bpf, command, attr, sizeof(*attr));

	return result < 0 ? -errno : (int)result;
}

/* 0 or a descriptor; or -errno, and errno, which else stays as it was. */
static int call(enum bpf_cmd command, union bpf_attr *attr)
{
	static unsigned int calls;
	const int before = errno;
	int result;

	if (++calls > CALLS_MAX) {
		printf("%u calls, and no end\n", calls - 1);
		exit(EXIT_FAILURE);
	}
	result = access_maps_in_kernel ? in_kernel(command, attr) : stand_in(command, attr);
	errno = result < 0 ? -result : before;
	return result;
}

static union bpf_attr element_attr(int fd, const void *key)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = (uintptr_t)key;
	return attr;
}

static void vanish(int fd)
{
	union bpf_attr attr = element_attr(fd, &vanishing_key);

	vanishing = false;
	call(BPF_MAP_DELETE_ELEM, &attr);
}

static void appear(int fd)
{
	union bpf_attr attr = element_attr(fd, &appearing_key);

	attr.value = (uintptr_t)appearing;
	attr.flags = BPF_NOEXIST;
	appearing = NULL;
	call(BPF_MAP_UPDATE_ELEM, &attr);
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	union bpf_attr attr = element_attr(fd, key);

	if (vanishing && key && !memcmp(key, &vanishing_key, sizeof(vanishing_key)))
		vanish(fd);
	attr.value = (uintptr_t)value;
	return call(BPF_MAP_LOOKUP_ELEM, &attr);
}

int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	union bpf_attr attr = element_attr(fd, key);

	if (appearing && key && !memcmp(key, &appearing_key, sizeof(appearing_key)))
		appear(fd);
	attr.value = (uintptr_t)value;
	attr.flags = flags;
	return call(BPF_MAP_UPDATE_ELEM, &attr);
}

int bpf_map_delete_elem(int fd, const void *key)
{
	union bpf_attr attr = element_attr(fd, key);

	return call(BPF_MAP_DELETE_ELEM, &attr);
}

int bpf_map_get_next_key(int fd, const void *key, void *next_key)
{
	union bpf_attr attr = element_attr(fd, key);

	attr.next_key = (uintptr_t)next_key;
	return call(BPF_MAP_GET_NEXT_KEY, &attr);
}

int bpf_obj_get_info_by_fd(int fd, void *info, __u32 *info_len)
{
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info = (uintptr_t)info;
	attr.info.info_len = *info_len;
	err = call(BPF_OBJ_GET_INFO_BY_FD, &attr);
	if (!err)
		*info_len = attr.info.info_len;
	return err;
}

int access_maps_create(__u32 type, __u32 key_size, __u32 value_size, __u32 max_entries)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key_size;
	attr.value_size = value_size;
	attr.max_entries = max_entries;
	return call(BPF_MAP_CREATE, &attr);
}

void access_maps_vanish(__u32 key)
{
	vanishing = true;
	vanishing_key = key;
}

void access_maps_appear(__u32 key, const void *value)
{
	appearing = value;
	appearing_key = key;
}
