// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_access: what a program in user space does with maps, by their descriptors.
 *
 * This is the file that you edit. It compiles as it is, and does nothing yet: each function says
 * ENOSYS, "not implemented". README.org of the lesson explains the places marked "Assignment".
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "counts.h"

/*
 * Assignment 1: look up element `key`, into *count. Returns 0; or, if there is no such element or
 * the lookup fails in another way, what the kernel said, as a negative errno.
 */
int read_count(int fd, __u32 key, struct count *count)
{
	return -ENOSYS;
}

/*
 * Assignment 2: add up all elements of an array, into *sum. Returns 0; -EINVAL if its values have
 * not the size of a struct count.
 */
int sum_array(int fd, struct count *sum)
{
	return -ENOSYS;
}

/*
 * Assignment 3: element `key` counts from the start again: it is deleted; or, where elements cannot
 * be deleted, its value becomes zero. Returns 0; -ENOENT or -E2BIG if there is no such element, and
 * then there is none afterwards either.
 */
int clear_count(int fd, __u32 key)
{
	return -ENOSYS;
}

/*
 * Assignment 4: call show_count() for each element, once, in any order, and delete those with
 * fewer than `quiet` packets. Returns how many were shown.
 */
int report_counts(int fd, __u64 quiet)
{
	return -ENOSYS;
}

/*
 * Assignment 5: put in an element that is zero for each of the `n` keys that is not there yet, and
 * count in *added what became of them. Returns 0, also if there was no room for some.
 */
int add_keys(int fd, const __u32 *keys, unsigned int n, struct added *added)
{
	return -ENOSYS;
}
