/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "cgroup_helpers.h": a place to try cgroup programs in, made and removed by the program
 * itself.
 *
 * setup_cgroup_environment() gives the process a mount namespace of its own and mounts
 * cgroup2 at /mnt inside it: no other process sees that mount. Control groups are not part of
 * a mount namespace, though. Those made here are real ones, below /cgroup-test-work-dirPID of
 * the system's hierarchy, where PID keeps two programs apart.
 *
 * Paths are relative to that directory: "/foo" or "/foo/bar". Failures print a line on stderr.
 * Not thread-safe: call setup before other threads start, they would keep the old namespace.
 * A child after fork() shares the place; only the process that called setup removes it.
 *
 * Unlike 4.18-5.10 no controllers are switched on: no BPF program needs one.
 */
#ifndef BPF_LOAD_CGROUP_HELPERS_H
#define BPF_LOAD_CGROUP_HELPERS_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* For programs too: one line on stderr with the place, the message and errno in words. */
#define clean_errno() (errno == 0 ? "no error code" : strerror(errno))
#define log_err(message, ...)                                                          \
	fprintf(stderr, "%s:%d: " message ": %s\n", __FILE__, __LINE__, ##__VA_ARGS__, \
		clean_errno())

#ifdef __cplusplus
extern "C" {
#endif

/* Returns 0, or 1 after a line on stderr. Needs CAP_SYS_ADMIN and the directory /mnt. */
int setup_cgroup_environment(void);

/*
 * Returns an fd of the directory, made if need be; the caller closes it. On failure -1, as
 * in 5.10; programs of 4.x test for 0 and meet the failure one call later.
 */
int create_and_get_cgroup(const char *path);

/* Moves the calling process into an existing cgroup. Returns 0, or 1 after a line on stderr. */
int join_cgroup(const char *path);

/* All three of the above. Returns the fd, or a negative error code with everything undone. */
int cgroup_setup_and_join(const char *path);

/*
 * Moves the process back to the cgroup that it was in at setup and removes every directory that
 * create_and_get_cgroup() made. A cgroup that another process still is in stays, with a line on
 * stderr. May be called at any time and any number of times.
 */
void cleanup_cgroup_environment(void);

/* What bpf_get_current_cgroup_id() returns inside @path, or 0 after a line on stderr. */
unsigned long long get_cgroup_id(const char *path);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
