/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "bpf_util.h": what user programs need to read per-CPU maps.
 *
 * A look-up in such a map writes one value for each possible CPU, not for each one that runs,
 * and each value takes a multiple of 8 bytes. Programs rely on the headers that this one
 * includes. Thread-safe.
 */
#ifndef BPF_LOAD_BPF_UTIL_H
#define BPF_LOAD_BPF_UTIL_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <bpf/libbpf.h>

/* The number of possible CPUs. Does not return if that cannot be read: exits with a message. */
static inline unsigned int bpf_num_possible_cpus(void)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus > 0)
		return (unsigned int)cpus;
	fprintf(stderr, "bpf_num_possible_cpus: /sys/devices/system/cpu/possible: %s\n",
		strerror(-cpus));
	exit(1);
}

#ifndef __bpf_percpu_val_align
#define __bpf_percpu_val_align __attribute__((__aligned__(8)))
#endif

/* BPF_DECLARE_PERCPU(long, v): an array for one look-up; bpf_percpu(v, 3) is CPU 3's value. */
#ifndef BPF_DECLARE_PERCPU
#define BPF_DECLARE_PERCPU(type, name)                            \
	struct {                                                  \
		type v; /* the alignment of the struct pads it */ \
	} __bpf_percpu_val_align name[bpf_num_possible_cpus()]
#endif
#ifndef bpf_percpu
#define bpf_percpu(name, cpu) name[(cpu)].v
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#endif
#ifndef sizeof_field
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#endif
#ifndef offsetofend
#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))
#endif

#endif
