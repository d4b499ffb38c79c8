// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * prog_spec: names of program types, and the list that holds the programs. See prog_spec.h.
 */
#include "prog_spec.h"

#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *prog_type_name(__u32 type)
{
	const char *name = libbpf_bpf_prog_type_str((enum bpf_prog_type)type);

	return name ? name : "unknown type";
}

__u32 prog_type_by_name(const char *name)
{
	static const struct {
		const char *name;
		__u32 type;
	} short_names[] = {
		{"socket", BPF_PROG_TYPE_SOCKET_FILTER}, {"tc", BPF_PROG_TYPE_SCHED_CLS},
		{"classifier", BPF_PROG_TYPE_SCHED_CLS}, {"action", BPF_PROG_TYPE_SCHED_ACT},
		{"sockops", BPF_PROG_TYPE_SOCK_OPS},
	};

	for (size_t i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++)
		if (!strcmp(name, short_names[i].name))
			return short_names[i].type;
	for (__u32 type = 1; libbpf_bpf_prog_type_str((enum bpf_prog_type)type); type++)
		if (!strcmp(name, libbpf_bpf_prog_type_str((enum bpf_prog_type)type)))
			return type;
	return BPF_PROG_TYPE_UNSPEC;
}

struct bpf_loader_program *prog_list_add(struct prog_list *list)
{
	struct bpf_loader_program *program;

	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 8;
		void *programs = reallocarray(list->programs, room, sizeof(*list->programs));

		if (!programs)
			return NULL;
		list->programs = programs;
		list->room = room;
	}
	program = &list->programs[list->count++];
	memset(program, 0, sizeof(*program));
	program->fd = -1;
	program->attach_fd = -1;
	return program;
}

void prog_list_release(struct prog_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct bpf_loader_program *program = &list->programs[i];

		if (program->attach_fd >= 0)
			close(program->attach_fd);
		if (program->fd >= 0)
			close(program->fd);
		free(program->insns);
		free(program->relocs);
		free(program->parts);
		free(program->event);
	}
	free(list->programs);
	memset(list, 0, sizeof(*list));
}
