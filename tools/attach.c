// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * attach: see attach.h.
 */
#include "attach.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "output.h"
#include "words.h"

/* ---- wishes ---- */

static const struct {
	const char *name;
	enum attach_kind kind;
} kinds[] = {
	{"xdp", ATTACH_XDP},	   {"xdpgeneric", ATTACH_XDP_GENERIC}, {"tc", ATTACH_TC},
	{"cgroup", ATTACH_CGROUP}, {"socket", ATTACH_SOCKET},
};
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* KIND:TARGET, or "section". False where the text begins with no kind. */
static bool read_kind(struct attach_wish *wish, const char *text)
{
	const size_t length = strcspn(text, ":");

	if (!strcmp(text, "section")) {
		wish->kind = ATTACH_SECTION;
		return true;
	}
	for (size_t i = 0; i < KIND_COUNT && text[length]; i++) {
		if (strlen(kinds[i].name) != length || memcmp(kinds[i].name, text, length) != 0)
			continue;
		wish->kind = kinds[i].kind;
		wish->target = must(strdup(text + length + 1));
		return true;
	}
	return false;
}

/* Cuts ":ingress" or ":egress" off the target. */
static bool cut_direction(struct attach_wish *wish)
{
	char *colon = strrchr(wish->target, ':');

	if (!colon || (strcmp(colon, ":ingress") != 0 && strcmp(colon, ":egress") != 0))
		return false;
	wish->egress = !strcmp(colon, ":egress");
	*colon = '\0';
	return true;
}

static bool check_target(struct attach_wish *wish)
{
	const bool direction =
		(wish->kind == ATTACH_TC || wish->kind == ATTACH_CGROUP) && cut_direction(wish);

	if (wish->kind == ATTACH_SECTION || (wish->target[0] && direction) ||
	    (wish->target[0] && wish->kind != ATTACH_TC))
		return true;
	if (wish->kind == ATTACH_TC)
		complain("--attach %s: wants tc:INTERFACE:ingress or tc:INTERFACE:egress",
			 wish->text);
	else
		complain("--attach %s: what to attach to is missing behind the colon",
			 wish->text);
	return false;
}

static bool read_wish(struct attach_wish *wish, const char *value)
{
	const char *equals = strchr(value, '=');

	if (read_kind(wish, value))
		return check_target(wish);
	if (!equals || equals == value || !read_kind(wish, equals + 1)) {
		complain("--attach wants [PROGRAM=]WHAT, not '%s'; WHAT is xdp:INTERFACE, "
			 "xdpgeneric:INTERFACE, tc:INTERFACE:ingress, tc:INTERFACE:egress, "
			 "cgroup:PATH, socket:INTERFACE or section",
			 value);
		return false;
	}
	wish->program = must(strndup(value, (size_t)(equals - value)));
	return check_target(wish);
}

bool attach_wish_add(struct attach_wishes *wishes, const char *value)
{
	struct attach_wish *wish;

	wishes->list = must(reallocarray(wishes->list, wishes->count + 1, sizeof(*wish)));
	wish = &wishes->list[wishes->count++];
	*wish = (struct attach_wish){.text = value};
	return read_wish(wish, value);
}

void attach_wishes_release(struct attach_wishes *wishes)
{
	for (size_t i = 0; i < wishes->count; i++) {
		free(wishes->list[i].program);
		free(wishes->list[i].target);
	}
	free(wishes->list);
}

bool attach_wish_can_stay(const struct attach_wish *wish)
{
	if (wish->kind != ATTACH_SOCKET && wish->kind != ATTACH_SECTION)
		return true;
	complain("--keep: what --attach %s makes ends with the process that made it%s",
		 wish->text,
		 wish->kind == ATTACH_SOCKET ? "; a socket cannot be pinned"
					     : "; an event of the kernel's tracing cannot be "
					       "pinned");
	return false;
}

/* ---- which program ---- */

static bool is_cgroup_type(__u32 type)
{
	switch (type) {
	case BPF_PROG_TYPE_CGROUP_SKB:
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_SOCK_OPS:
	case BPF_PROG_TYPE_CGROUP_DEVICE:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
	case BPF_PROG_TYPE_CGROUP_SYSCTL:
	case BPF_PROG_TYPE_CGROUP_SOCKOPT: return true;
	default: return false;
	}
}

static bool fits(const struct attach_wish *wish, const struct bpf_loader_program *program)
{
	switch (wish->kind) {
	case ATTACH_XDP:
	case ATTACH_XDP_GENERIC: return program->type == BPF_PROG_TYPE_XDP;
	case ATTACH_TC: return program->type == BPF_PROG_TYPE_SCHED_CLS;
	case ATTACH_SOCKET: return program->type == BPF_PROG_TYPE_SOCKET_FILTER;
	case ATTACH_CGROUP: return is_cgroup_type(program->type);
	default: return program->attach_kind != BPF_LOADER_ATTACH_NONE;
	}
}

static struct bpf_loader_program *named_program(const struct attach_wish *wish,
						const char *object, struct bpf_loader *loader)
{
	struct bpf_loader_program *program = bpf_loader_find_program(loader, wish->program);

	if (!program)
		complain("%s: --attach %s: the object has no program of that name; bpfload "
			 "explain lists them",
			 object, wish->text);
	else if (!fits(wish, program))
		complain("%s: --attach %s: program '%s' is of type %s, which is not attached "
			 "there%s",
			 object, wish->text, program->name, prog_type_name(program->type),
			 wish->kind == ATTACH_SECTION
				 ? ": its section's name does not say where to"
				 : "; --type overrules what its section's name says");
	else
		return program;
	return NULL;
}

/* A program of a tail call is not one to begin with, unless it is named. */
static bool is_candidate(const struct attach_wish *wish,
			 const struct bpf_loader_program *program)
{
	return !program->skip && !program->has_slot && fits(wish, program);
}

static char *candidates_of(const struct attach_wish *wish, struct bpf_loader *loader)
{
	char *names = text_of("%s", "");

	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);
		char *longer;

		if (!is_candidate(wish, program))
			continue;
		longer = text_of("%s%s%s", names, names[0] ? ", " : "", program->name);
		free(names);
		names = longer;
	}
	return names;
}

static struct bpf_loader_program *only_program(const struct attach_wish *wish,
					       const char *object, struct bpf_loader *loader)
{
	struct bpf_loader_program *only = NULL;
	size_t count = 0;
	char *names;

	for (size_t i = 0; i < bpf_loader_program_count(loader); i++)
		if (is_candidate(wish, bpf_loader_program(loader, i))) {
			only = bpf_loader_program(loader, i);
			count++;
		}
	if (count == 1)
		return only;
	names = candidates_of(wish, loader);
	if (count)
		complain("%s: --attach %s: which program? PROGRAM=%s says it; there are %s",
			 object, wish->text, wish->text, names);
	else
		complain("%s: --attach %s: the object has no program of a type that is "
			 "attached there",
			 object, wish->text);
	free(names);
	return NULL;
}

/* ---- interfaces ---- */

static bool fail(const struct attachment *attachment, int errnum, const char *what)
{
	complain("program '%s': cannot attach it to %s: %s%s", attachment->program->name, what,
		 strerror(errnum),
		 errnum == EPERM ? "; run it as root (CAP_NET_ADMIN, CAP_BPF)" : "");
	return false;
}

static bool find_interface(struct attachment *attachment)
{
	attachment->ifindex = if_nametoindex(attachment->wish->target);
	if (!attachment->ifindex)
		complain("--attach %s: there is no interface '%s'; ip link lists them",
			 attachment->wish->text, attachment->wish->target);
	return attachment->ifindex != 0;
}

static bool fail_xdp(const struct attachment *attachment, int errnum)
{
	const char *name = attachment->wish->target;
	__u32 id = 0;

	bpf_xdp_query_id((int)attachment->ifindex, 0, &id);
	if (!id)
		return fail(attachment, errnum, attachment->wish->text);
	complain("interface %s: an XDP program is there already, id %u; bpftool net shows it, "
		 "ip "
		 "link set %s xdp off takes it away",
		 name, id, name);
	return false;
}

static bool attach_xdp(struct attachment *attachment)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts,
		    .flags = attachment->wish->kind == ATTACH_XDP_GENERIC ? XDP_FLAGS_SKB_MODE
									  : 0);

	if (!find_interface(attachment))
		return false;
	attachment->fd = bpf_link_create(attachment->program->fd, (int)attachment->ifindex,
					 BPF_XDP, &opts);
	return attachment->fd >= 0 || fail_xdp(attachment, -attachment->fd);
}

/* libbpf wants the padding behind the last member to be zero, too. */
static void fill_hook(const struct attachment *attachment, struct bpf_tc_hook *hook)
{
	memset(hook, 0, sizeof(*hook));
	hook->sz = sizeof(*hook);
	hook->ifindex = (int)attachment->ifindex;
	hook->attach_point = attachment->wish->egress ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

/* libbpf prints the kernel's EEXIST of a qdisc that is there; that is no news. */
static int keep_quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static int make_qdisc(struct attachment *attachment, struct bpf_tc_hook *hook)
{
	libbpf_print_fn_t printer = libbpf_set_print(keep_quiet);
	int err = bpf_tc_hook_create(hook);

	libbpf_set_print(printer);
	attachment->made_qdisc = !err;
	return err == -EEXIST ? 0 : err;
}

/* The kernel gives handle and priority: whatever filters are there already stay. */
static bool attach_tc(struct attachment *attachment)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = attachment->program->fd);
	struct bpf_tc_hook hook;
	int err;

	if (!find_interface(attachment))
		return false;
	fill_hook(attachment, &hook);
	err = make_qdisc(attachment, &hook);
	if (!err)
		err = bpf_tc_attach(&hook, &opts);
	if (err)
		return fail(attachment, -err, attachment->wish->text);
	attachment->handle = opts.handle;
	attachment->priority = opts.priority;
	return true;
}

static void detach_tc(const struct attachment *attachment)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = attachment->handle,
		    .priority = attachment->priority);
	libbpf_print_fn_t printer = libbpf_set_print(keep_quiet);
	struct bpf_tc_hook hook;

	fill_hook(attachment, &hook);
	if (attachment->priority)
		bpf_tc_detach(&hook, &opts);
	/* The qdisc goes with both directions, so it is asked to go by both names. */
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	if (attachment->made_qdisc)
		bpf_tc_hook_destroy(&hook);
	libbpf_set_print(printer);
}

/*
 * Protocol 0 is a socket that hears nothing yet: so it has its filter before the first packet.
 * Nobody reads it; packets that the filter lets through fill its buffer, then are dropped.
 */
static bool attach_socket(struct attachment *attachment)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(ETH_P_ALL)};

	if (!find_interface(attachment))
		return false;
	address.sll_ifindex = (int)attachment->ifindex;
	attachment->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (attachment->fd < 0 ||
	    setsockopt(attachment->fd, SOL_SOCKET, SO_ATTACH_BPF, &attachment->program->fd,
		       sizeof(attachment->program->fd)) ||
	    bind(attachment->fd, (const struct sockaddr *)&address, sizeof(address)))
		return fail(attachment, errno, attachment->wish->text);
	return true;
}

/* ---- cgroups ---- */

/* Sections of bpf_load.c ("cgroup/skb") say no direction; then the wish does. */
static __u32 cgroup_attach_type(const struct attachment *attachment)
{
	const struct bpf_loader_program *program = attachment->program;

	if (program->expected_attach_type)
		return program->expected_attach_type;
	switch (program->type) {
	case BPF_PROG_TYPE_CGROUP_SKB:
		return attachment->wish->egress ? BPF_CGROUP_INET_EGRESS
						: BPF_CGROUP_INET_INGRESS;
	case BPF_PROG_TYPE_CGROUP_SOCK: return BPF_CGROUP_INET_SOCK_CREATE;
	case BPF_PROG_TYPE_SOCK_OPS: return BPF_CGROUP_SOCK_OPS;
	case BPF_PROG_TYPE_CGROUP_DEVICE: return BPF_CGROUP_DEVICE;
	case BPF_PROG_TYPE_CGROUP_SYSCTL: return BPF_CGROUP_SYSCTL;
	default: return 0;
	}
}

static bool attach_cgroup(struct attachment *attachment)
{
	const char *path = attachment->wish->target;
	int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (cgroup < 0) {
		complain("--attach %s: cannot open cgroup %s: %s", attachment->wish->text, path,
			 strerror(errno));
		return false;
	}
	attachment->fd = bpf_link_create(attachment->program->fd, cgroup,
					 cgroup_attach_type(attachment), NULL);
	close(cgroup);
	if (attachment->fd >= 0)
		return true;
	fail(attachment, -attachment->fd, attachment->wish->text);
	if (attachment->fd == -EBADF)
		complain("%s is no cgroup of version 2; findmnt -t cgroup2 shows where they "
			 "are",
			 path);
	return false;
}

/* ---- all ---- */

static bool attach_one(struct attachment *attachment, struct bpf_loader *loader)
{
	switch (attachment->wish->kind) {
	case ATTACH_XDP:
	case ATTACH_XDP_GENERIC: return attach_xdp(attachment);
	case ATTACH_TC: return attach_tc(attachment);
	case ATTACH_CGROUP: return attach_cgroup(attachment);
	case ATTACH_SOCKET: return attach_socket(attachment);
	default: break;
	}
	if (!bpf_loader_attach_program(loader, attachment->program))
		return true;
	complain("%s", bpf_loader_error(loader));
	return false;
}

static bool add(struct attachments *attachments, const struct attach_wish *wish,
		struct bpf_loader_program *program, struct bpf_loader *loader)
{
	struct attachment *attachment;

	attachments->list = must(reallocarray(attachments->list, attachments->count + 1,
					      sizeof(*attachments->list)));
	attachment = &attachments->list[attachments->count++];
	*attachment = (struct attachment){.wish = wish, .program = program, .fd = -1};
	return attach_one(attachment, loader);
}

/* Whatever says by its section's name where it belongs. */
static bool add_sections(struct attachments *attachments, const struct attach_wish *wish,
			 const char *object, struct bpf_loader *loader)
{
	size_t count = 0;

	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		struct bpf_loader_program *program = bpf_loader_program(loader, i);

		if (!is_candidate(wish, program))
			continue;
		count++;
		if (!add(attachments, wish, program, loader))
			return false;
	}
	if (!count)
		complain("%s: --attach section: no section's name says where its program is to "
			 "be attached",
			 object);
	return count > 0;
}

bool attachments_make(struct attachments *attachments, const struct attach_wishes *wishes,
		      const char *object, struct bpf_loader *loader)
{
	for (size_t i = 0; i < wishes->count; i++) {
		const struct attach_wish *wish = &wishes->list[i];
		struct bpf_loader_program *program;

		if (wish->kind == ATTACH_SECTION && !wish->program) {
			if (!add_sections(attachments, wish, object, loader))
				return false;
			continue;
		}
		program = wish->program ? named_program(wish, object, loader)
					: only_program(wish, object, loader);
		if (!program || !add(attachments, wish, program, loader))
			return false;
	}
	return true;
}

/* What a section's name says is the handle's to detach. */
void attachments_release(struct attachments *attachments, bool stay)
{
	for (size_t i = attachments->count; i > 0; i--) {
		struct attachment *attachment = &attachments->list[i - 1];

		if (attachment->wish->kind == ATTACH_TC && !stay)
			detach_tc(attachment);
		if (attachment->fd >= 0)
			close(attachment->fd);
		free(attachment->pin);
	}
	free(attachments->list);
	*attachments = (struct attachments){0};
}

/* ---- words ---- */

bool attachment_is_link(const struct attachment *attachment)
{
	return attachment->wish->kind == ATTACH_XDP ||
	       attachment->wish->kind == ATTACH_XDP_GENERIC ||
	       attachment->wish->kind == ATTACH_CGROUP;
}

const char *attachment_kind(const struct attachment *attachment)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kinds[i].kind == attachment->wish->kind)
			return kinds[i].name;
	return words_attach(attachment->program->attach_kind);
}

const char *attachment_target(const struct attachment *attachment)
{
	if (attachment->wish->target)
		return attachment->wish->target;
	return attachment->program->attach_target ? attachment->program->attach_target : "";
}

const char *attachment_direction(const struct attachment *attachment)
{
	const __u32 type = attachment->program->type;

	if (attachment->wish->kind == ATTACH_TC)
		return attachment->wish->egress ? "egress" : "ingress";
	if (attachment->wish->kind == ATTACH_CGROUP && type == BPF_PROG_TYPE_CGROUP_SKB)
		return cgroup_attach_type(attachment) == BPF_CGROUP_INET_EGRESS ? "egress"
										: "ingress";
	return NULL;
}

char *attachment_removal(const struct attachment *attachment)
{
	const char *name = attachment->wish->target;

	if (attachment->pin)
		return text_of("rm %s", attachment->pin);
	if (attachment->wish->kind != ATTACH_TC)
		return NULL;
	if (attachment->made_qdisc)
		return text_of("tc qdisc del dev %s clsact", name);
	return text_of("tc filter del dev %s %s prio %u handle %u bpf", name,
		       attachment_direction(attachment), attachment->priority,
		       attachment->handle);
}
