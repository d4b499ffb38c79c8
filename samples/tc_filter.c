// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tc_filter: attaches classifiers. See tc_filter.h.
 */
#include "tc_filter.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>

/*
 * libbpf wants the padding behind the last member to be zero, too, and refuses the hook with EINVAL
 * where it is not. So the hook is filled where it is used: a copy of a struct need not copy that.
 */
static void fill_hook(const struct tc_filter *filter, struct bpf_tc_hook *hook)
{
	memset(hook, 0, sizeof(*hook));
	hook->sz = sizeof(*hook);
	hook->ifindex = (int)filter->ifindex;
	hook->attach_point = filter->egress ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

/* The kernel gives handle and priority: whatever filters are there already stay. */
static int attach(struct tc_filter *filter, int program_fd)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program_fd);
	struct bpf_tc_hook hook;
	int err;

	fill_hook(filter, &hook);
	err = bpf_tc_attach(&hook, &opts);
	filter->handle = opts.handle;
	filter->priority = err ? 0 : opts.priority;
	return err;
}

/* The qdisc goes with both directions, so it is asked to go by both names. */
static void remove_qdisc(const struct tc_filter *filter)
{
	struct bpf_tc_hook hook;

	fill_hook(filter, &hook);
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&hook);
}

/* libbpf prints the kernel's EEXIST of a qdisc that is there; that is no news. */
static int keep_quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

bool tc_filter_open(struct tc_filter *filter, const struct sample_run *run, int program_fd,
		    unsigned int ifindex, bool egress)
{
	libbpf_print_fn_t printer = libbpf_set_print(keep_quiet);
	char name[IF_NAMESIZE] = "?";
	struct bpf_tc_hook hook;
	int err;

	*filter = (struct tc_filter){.ifindex = ifindex, .egress = egress};
	fill_hook(filter, &hook);
	err = bpf_tc_hook_create(&hook);
	filter->made_qdisc = !err;
	if (!err || err == -EEXIST)
		err = attach(filter, program_fd);
	libbpf_set_print(printer);
	if (!err)
		return true;
	if_indextoname(ifindex, name);
	sample_fail(run, "interface %s: cannot attach the classifier to %s: %s%s", name,
		    egress ? "egress" : "ingress", strerror(-err),
		    err == -EPERM ? "; it takes CAP_NET_ADMIN: run it as root" : "");
	tc_filter_close(filter);
	return false;
}

void tc_filter_close(struct tc_filter *filter)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = filter->handle, .priority = filter->priority);
	struct bpf_tc_hook hook;

	fill_hook(filter, &hook);
	if (filter->priority)
		bpf_tc_detach(&hook, &opts);
	if (filter->made_qdisc)
		remove_qdisc(filter);
	*filter = (struct tc_filter){0};
}
