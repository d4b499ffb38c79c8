/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * attach: what `bpfload load --attach` does: programs of a loaded object onto interfaces,
 * cgroups, sockets, or where their section's name says, by libbpf's calls.
 *
 *  - XDP and cgroup programs are attached by a BPF link, which goes with the process that holds
 *    it, and never takes the place of a program that somebody else put there.
 *  - A tc filter outlives its process: attachments_release() takes it away, and the clsact
 *    qdisc too if it was made for it.
 */
#ifndef BPFLOAD_ATTACH_H
#define BPFLOAD_ATTACH_H

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

enum attach_kind {
	ATTACH_XDP,
	ATTACH_XDP_GENERIC,
	ATTACH_TC,
	ATTACH_CGROUP,
	ATTACH_SOCKET,
	ATTACH_SECTION, /* as its section's name says */
};

/* [PROGRAM=]KIND:TARGET of the command line. */
struct attach_wish {
	const char *text; /* as given */
	char *program;	  /* NULL: the one that fits */
	enum attach_kind kind;
	char *target; /* interface, path of a cgroup; NULL for ATTACH_SECTION */
	bool egress;  /* tc, cgroup */
};

struct attach_wishes {
	struct attach_wish *list;
	size_t count;
};

struct attachment {
	const struct attach_wish *wish;
	struct bpf_loader_program *program;
	int fd; /* link or socket, -1 */
	unsigned int ifindex;
	__u32 handle, priority; /* of a tc filter; priority 0: none */
	bool made_qdisc;
	char *pin; /* path of the link's pin, NULL */
};

struct attachments {
	struct attachment *list;
	size_t count;
};

/* Adds the value of --attach. False after a complaint. */
bool attach_wish_add(struct attach_wishes *wishes, const char *value);
void attach_wishes_release(struct attach_wishes *wishes);

/* False after a complaint where such an attachment cannot outlive the process. */
bool attach_wish_can_stay(const struct attach_wish *wish);

/*
 * Finds the program of each wish, attaches them in order. False after a complaint, which names
 * object and program or what is missing. Release in any case.
 */
bool attachments_make(struct attachments *attachments, const struct attach_wishes *wishes,
		      const char *object, struct bpf_loader *loader);

/* Detaches, newest first. `stay`: only forgets; links are held by their pins, filters by the kernel. */
void attachments_release(struct attachments *attachments, bool stay);

/* True where the attachment is a link that can be pinned. */
bool attachment_is_link(const struct attachment *attachment);

/* "xdp", "tc", …; and the target, "lo", "/sys/fs/cgroup/x", "sched/sched_switch". */
const char *attachment_kind(const struct attachment *attachment);
const char *attachment_target(const struct attachment *attachment);

/* "ingress", "egress"; NULL where there is no direction. */
const char *attachment_direction(const struct attachment *attachment);

/* The command that takes away what stays of it, to be freed; NULL where nothing does. */
char *attachment_removal(const struct attachment *attachment);

#endif
