/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * cgroup_storage: what both sides of the sample must agree on.
 */
#ifndef SAMPLES_CGROUP_STORAGE_H
#define SAMPLES_CGROUP_STORAGE_H

#include <linux/types.h>

struct traffic {
	__u64 packets, bytes;
};

#endif
