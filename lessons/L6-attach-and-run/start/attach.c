// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * attach: has the kernel run a program, and reads what it counted. See attach.h.
 */
#include "attach.h"

#include "create.h"
#include "fail.h"

/*
 * Assignment 2: socket(AF_PACKET, SOCK_RAW, 0) gets no packets yet. setsockopt() with SO_ATTACH_BPF
 * gives it the program; bind() to a struct sockaddr_ll says of which interface, and protocol
 * htons(ETH_P_ALL), it is to get packets.
 */
int attach_filter(int program, const char *interface)
{
	(void)program;
	return fail("%s: nothing is attached", interface);
}

/* Assignment 2: BPF_MAP_LOOKUP_ELEM, members map_fd, key, value: addresses, as numbers. */
static int lookup(const struct map *map, __u32 key, __u64 *value)
{
	(void)map;
	(void)key;
	*value = 0;
	return 0;
}

int show_elements(const struct map *map)
{
	__u64 value;

	if (map->type != BPF_MAP_TYPE_ARRAY || map->value_size != sizeof(value))
		return fail("map '%s': this can show arrays of 8-byte numbers only", map->name);
	for (__u32 key = 0; key < map->max_entries; key++) {
		if (lookup(map, key, &value))
			return fail("map '%s': element %u: %m", map->name, key);
		if (value)
			printf("%s[%u] = %llu\n", map->name, key, value);
	}
	return 0;
}
