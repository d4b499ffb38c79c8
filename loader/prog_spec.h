/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * prog_spec: a program as the loader sees it, from section to file descriptor.
 *
 * A program is an entry function and every sub-program it reaches, one behind the other in
 * `insns`. What has to be filled in when file descriptors are known stands in `relocs`.
 */
#ifndef BPF_LOAD_PROG_SPEC_H
#define BPF_LOAD_PROG_SPEC_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

enum bpf_loader_reloc_kind {
	BPF_LOADER_RELOC_MAP,	/* ld_imm64: fd of a map */
	BPF_LOADER_RELOC_VALUE, /* ld_imm64: address inside the value of a global data map */
	BPF_LOADER_RELOC_CALL,	/* call of a sub-program */
	BPF_LOADER_RELOC_FUNC,	/* ld_imm64: address of a sub-program (callbacks) */
};

struct bpf_loader_reloc {
	enum bpf_loader_reloc_kind kind;
	__u32 insn;	    /* index in the program's instructions */
	__u32 target;	    /* map: index in the handle's maps; call, func: first instruction */
	__u32 offset;	    /* VALUE: in the map's value, bytes */
	const char *symbol; /* what the relocation names */
	struct bpf_insn before; /* the instruction as the compiler left it */
};

/* How a program gets going; what the section's name says. */
enum bpf_loader_attach_kind {
	BPF_LOADER_ATTACH_NONE, /* the caller attaches it: socket, XDP, tc, cgroup, … */
	BPF_LOADER_ATTACH_KPROBE,
	BPF_LOADER_ATTACH_KRETPROBE,
	BPF_LOADER_ATTACH_UPROBE,
	BPF_LOADER_ATTACH_URETPROBE,
	BPF_LOADER_ATTACH_TRACEPOINT,
	BPF_LOADER_ATTACH_RAW_TRACEPOINT,
	BPF_LOADER_ATTACH_TRACING, /* fentry, fexit, tp_btf, lsm: the kernel knows the target */
};

/* A function's place in a program. */
struct bpf_loader_part {
	__u32 function; /* index in the handle's functions */
	__u32 start;	/* instruction */
};

struct bpf_loader_program {
	const char *name; /* of the function */
	const char *section;
	__u32 section_index;
	size_t offset; /* of the function in the section, bytes */

	__u32 type; /* enum bpf_prog_type; 0: the section's name does not tell */
	__u32 expected_attach_type;
	__u32 flags;	       /* BPF_F_SLEEPABLE, … */
	const char *type_rule; /* what told the type: "section name", "tc's default", … */
	bool type_assumed;     /* by habit only: another may be tried */
	const char *refusal;   /* why this loader cannot load it, and what can; NULL */
	enum bpf_loader_attach_kind attach_kind;
	const char *attach_target; /* "sys_write", "sched/sched_switch"; NULL */
	bool has_slot;		   /* the section's name puts it into a slot of a PROG_ARRAY */
	bool slot_by_id; /* of the one with .id == slot_id, else of the last created */
	__u32 slot_id, slot;

	struct bpf_insn *insns;
	size_t insn_count;
	struct bpf_loader_reloc *relocs;
	size_t reloc_count;
	struct bpf_loader_part *parts; /* [0] is the entry function */
	size_t part_count;

	bool skip; /* not to be loaded: the caller's wish */

	int fd;	       /* -1 until loaded; owned by the handle */
	int attach_fd; /* perf event or link, -1; owned by the handle */
	char *event;   /* tracefs event made for it ("group/name"), removed at close; or NULL */
};

struct prog_list {
	struct bpf_loader_program *programs;
	size_t count, room;
};

/* Appends an empty program (fds -1). NULL without memory. The pointer lives until the next. */
struct bpf_loader_program *prog_list_add(struct prog_list *list);

/* Closes fds (an attached program is detached by that) and frees everything. */
void prog_list_release(struct prog_list *list);

/* "socket_filter", … as bpftool writes it. */
const char *prog_type_name(__u32 type);

/* The reverse, BPF_PROG_TYPE_UNSPEC for a name that is none. Takes "socket", "tc", "xdp" too. */
__u32 prog_type_by_name(const char *name);

#endif
