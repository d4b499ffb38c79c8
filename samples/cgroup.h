/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * cgroup: a cgroup (version 2) of a sample's own.
 *
 * It is made below the cgroup v2 that is mounted somewhere, or, where none is, below one that
 * this process alone mounts, without a place in the file system. Names begin with "bpf_load-"
 * and the process id. A cgroup is a directory: a killed sample leaves it, empty; rmdir(1)
 * removes it. Programs attached by cgroup_attach() go with the process in any case.
 */
#ifndef SAMPLES_CGROUP_H
#define SAMPLES_CGROUP_H

#include "sample.h"

#include <limits.h>

struct cgroup {
	char path[PATH_MAX]; /* of its directory; for other processes, too */
	int fd;		     /* of the directory: what maps and links of cgroups take */
	__u64 id;	     /* what bpf_get_current_cgroup_id() says in it */
	bool joined;	     /* by this process */
};

/* Makes the cgroup. `name` tells those of one sample apart. False after a message. */
bool cgroup_open(struct cgroup *cgroup, const struct sample_run *run, const char *name);

/* Moves process `pid`, with all its threads, there; 0 is the caller. False after a message. */
bool cgroup_join(struct cgroup *cgroup, const struct sample_run *run, pid_t pid);

/* Moves the caller to the root cgroup, if it has joined this one. */
void cgroup_leave(struct cgroup *cgroup);

/*
 * Attaches a program by a link. `type` is its enum bpf_attach_type. Returns the link's
 * descriptor, close() detaches; or -1 after a message.
 */
int cgroup_attach(const struct cgroup *cgroup, const struct sample_run *run, int program_fd,
		  __u32 type);

/* Removes it; whoever is still in it goes to the root cgroup. Fine if all zero or closed. */
void cgroup_close(struct cgroup *cgroup);

#endif
