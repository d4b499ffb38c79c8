/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_probe_prog_type(), _map_type(), _helper() and bpf_probe_large_insn_limit(), over the
 * libbpf_probe_bpf_*() calls of libbpf 1.x.
 *
 * Contract: <bpf/libbpf.h>. A probe that could not be made is false: old callers know no third
 * answer. Then errno says why.
 */
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* Network cards that run programs: libbpf 1.x has no probe for them. */
static bool on_device(__u32 ifindex)
{
	if (ifindex)
		errno = ENOTSUP;
	return ifindex != 0;
}

bool bpf_probe_prog_type(enum bpf_prog_type prog_type, __u32 ifindex)
{
	return !on_device(ifindex) && libbpf_probe_bpf_prog_type(prog_type, NULL) > 0;
}

bool bpf_probe_map_type(enum bpf_map_type map_type, __u32 ifindex)
{
	return !on_device(ifindex) && libbpf_probe_bpf_map_type(map_type, NULL) > 0;
}

/*
 * Recent kernels say "program of this type cannot use helper", which libbpf 1.1 does not
 * know: it takes every helper for allowed there. So ask once more, and read the answer.
 */
static bool is_refused(enum bpf_func_id id, enum bpf_prog_type prog_type)
{
	const struct bpf_insn insns[] = {
		{.code = BPF_JMP | BPF_CALL, .imm = id},
		{.code = BPF_JMP | BPF_EXIT},
	};
	char log[4096] = "";
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log, .log_size = sizeof(log),
		    .log_level = 1);
	int fd = bpf_prog_load(prog_type, NULL, "GPL", insns, 2, &opts);

	if (fd >= 0)
		close(fd);
	return fd < 0 && strstr(log, "cannot use helper");
}

bool bpf_probe_helper(enum bpf_func_id id, enum bpf_prog_type prog_type, __u32 ifindex)
{
	return !on_device(ifindex) && libbpf_probe_bpf_helper(prog_type, id, NULL) > 0 &&
	       !is_refused(id, prog_type);
}

bool bpf_probe_large_insn_limit(__u32 ifindex)
{
	/* r0 = 1, as often as the old limit allowed, and an exit: one instruction too many. */
	struct bpf_insn insns[BPF_MAXINSNS + 1];
	int i, fd;

	if (on_device(ifindex))
		return false;
	for (i = 0; i < BPF_MAXINSNS; i++)
		insns[i] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1};
	insns[BPF_MAXINSNS] = (struct bpf_insn){.code = BPF_JMP | BPF_EXIT};
	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, NULL, "GPL", insns, BPF_MAXINSNS + 1, NULL);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}
