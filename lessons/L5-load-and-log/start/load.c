// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * load: from instructions to a program in the kernel. See load.h.
 */
#include "load.h"

#include <errno.h>
#include <string.h>

#include "create.h"
#include "fail.h"

/* What kind of program a section holds is told by how its name begins. */
static enum bpf_prog_type type_of(const char *section)
{
	static const struct {
		const char *name;
		enum bpf_prog_type type;
	} types[] = {
		{"socket", BPF_PROG_TYPE_SOCKET_FILTER},
		{"classifier", BPF_PROG_TYPE_SCHED_CLS},
		{"action", BPF_PROG_TYPE_SCHED_ACT},
		{"xdp", BPF_PROG_TYPE_XDP},
		{"kprobe/", BPF_PROG_TYPE_KPROBE},
		{"tracepoint/", BPF_PROG_TYPE_TRACEPOINT},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strncmp(section, types[i].name, strlen(types[i].name)) == 0)
			return types[i].type;
	return BPF_PROG_TYPE_UNSPEC;
}

/*
 * Assignment 1: the bytes of section "license" are a string, if a 0 is among them. If not, fail() with
 * the path of the object, and NULL. No such section: "".
 */
const char *object_license(const struct object *object)
{
	(void)object;
	return "";
}

/*
 * Assignment 1: BPF_PROG_LOAD. Members prog_type, insns, insn_cnt, license; addresses go in as
 * numbers: (unsigned long)program->insns.
 */
static int try_load(const struct program *program, const char *license)
{
	(void)program;
	(void)license;
	(void)type_of;
	errno = ENOSYS;
	return -1;
}

int load_program(const struct program *program, const char *license)
{
	int fd = try_load(program, license);

	if (fd >= 0)
		return fd;
	/*
	 * Assignment 2: before the message, the verifier's log to stderr: load it again, with
	 * log_level 1, log_buf and log_size; with a larger one for as long as errno is ENOSPC.
	 */
	return fail("section %s: the kernel refuses the program: %s", program->section.name,
		    strerror(errno));
}
