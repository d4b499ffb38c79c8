/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * syscalls: the bpf(2) calls that loading an object makes.
 *
 * The loader itself makes them, to a stand-in (stand_in.h) that says yes to everything and
 * knows of no pin; so what is listed is what load does, in its order and with its arguments.
 * Descriptors are counted from 3, as in a process that has opened nothing else.
 */
#ifndef BPFLOAD_SYSCALLS_H
#define BPFLOAD_SYSCALLS_H

#include "object.h"

struct syscall_field {
	const char *name;
	char *text; /* as strace writes it */
	bool is_number;
	__u64 number;
};

struct syscall_record {
	const char *command; /* "BPF_MAP_CREATE" */
	const char *purpose; /* of a call that libbpf makes for itself, else NULL */
	unsigned int stage;  /* STAGE_MAPS or STAGE_PROGRAMS */
	struct syscall_field *fields;
	size_t field_count;
	unsigned int size; /* of the argument */
	long result;	   /* -errno */
};

struct syscall_list {
	struct syscall_record *records;
	size_t count;
	char *error; /* why the load would end early, NULL if it would not */
};

/* Records what loading `object` by these options would call. Release in any case. */
void syscalls_record(struct syscall_list *list, const struct object *object,
		     const struct bpf_loader_opts *opts);

void syscalls_release(struct syscall_list *list);

/* `bpf(BPF_MAP_FREEZE, {map_fd=6}, 4) = 0`; to be freed. */
char *syscalls_text(const struct syscall_record *record);

#endif
